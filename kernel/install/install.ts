import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isOurs, type KernelSpec, kernelSpec } from "./kernelspec.ts";
import { kernelsFolder, type Target } from "./location.ts";
import { LOGO_SVG } from "./logo.ts";

export interface InstallOptions extends Target {
	/** Folder of the kernelspec, and the name notebooks refer to. Default "deepdiva". */
	readonly name?: string;
	/** Shown by front ends. Default "TypeScript (DeepDIVA)". */
	readonly displayName?: string;
}

/**
 * Writes the kernelspec, over one of the same name. It is there whole or not
 * at all.
 *
 * @returns the kernelspec's folder, absolute
 * @throws Error when the name is not allowed, the place is unknown or cannot be written
 */
export function install(options: InstallOptions = {}): string {
	const { displayName = "TypeScript (DeepDIVA)" } = options;
	const name = checkedName(options.name);
	const kernels = kernelsFolder(options);
	try {
		mkdirSync(kernels, { recursive: true });
		const draft = mkdtempSync(join(kernels, ".draft-"));
		try {
			const files = join(draft, "new");
			mkdirSync(files);
			writeFileSync(
				join(files, "kernel.json"),
				`${JSON.stringify(kernelSpec(displayName), undefined, 2)}\n`,
			);
			writeFileSync(join(files, "logo-svg.svg"), LOGO_SVG);
			return replace(join(kernels, name), files, join(draft, "old"));
		} finally {
			rmSync(draft, { recursive: true, force: true });
		}
	} catch (error) {
		throw new Error(
			`The kernelspec cannot be written to ${kernels}: ${(error as Error).message}. Use --user, or --prefix with a folder that is yours.`,
			{ cause: error },
		);
	}
}

/**
 * Removes the kernelspec.
 *
 * @returns the folder that was removed, absolute
 * @throws Error when there is none of that name, or it is another kernel's
 */
export function uninstall(
	options: Omit<InstallOptions, "displayName"> = {},
): string {
	const folder = join(kernelsFolder(options), checkedName(options.name));
	const spec = readSpec(folder);
	if (!spec)
		throw new Error(
			`There is no kernelspec in ${folder}. \`jupyter kernelspec list\` shows what is installed.`,
		);
	if (!isOurs(spec))
		throw new Error(
			`The kernelspec in ${folder} is of another kernel ("${spec.display_name}"); it was left as it is.`,
		);
	rmSync(folder, { recursive: true });
	return folder;
}

/** The rule of jupyter_client, which ignores folders with other names. */
function checkedName(name = "deepdiva"): string {
	if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name))
		throw new Error(
			`A kernel cannot be named "${name}": use letters, digits, ".", "_" and "-".`,
		);
	return name;
}

/** Puts `files` in the place of `target`, whose old content goes to `old`. */
function replace(target: string, files: string, old: string): string {
	try {
		renameSync(target, old);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
	}
	renameSync(files, target);
	return target;
}

function readSpec(folder: string): Partial<KernelSpec> | undefined {
	let text: string;
	try {
		text = readFileSync(join(folder, "kernel.json"), "utf8");
	} catch {
		return undefined;
	}
	try {
		return JSON.parse(text) as Partial<KernelSpec>;
	} catch {
		// Some file of that name, but not one that install() wrote.
		return {};
	}
}
