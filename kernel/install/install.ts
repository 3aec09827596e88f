import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { makeFolder } from "../../base/files.ts";
import {
	isOurs,
	type KernelSpec,
	kernelSpec,
	START_SCRIPT,
} from "./kernelspec.ts";
import { kernelsFolder, type Target } from "./location.ts";
import { LOGO_SVG } from "./logo.ts";
import {
	MISSING_KERNEL,
	MISSING_KERNEL_SOURCE,
	startScript,
} from "./start-script.ts";

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
 * @throws UsageError when the name is not allowed, the place is unknown or cannot be written
 */
export function install(options: InstallOptions = {}): string {
	const { displayName = "TypeScript (DeepDIVA)" } = options;
	const name = checkedName(options.name);
	const kernels = kernelsFolder(options);
	try {
		makeFolder(kernels);
		const draft = mkdtempSync(join(kernels, ".draft-"));
		try {
			const files = join(draft, "new");
			mkdirSync(files);
			const target = join(kernels, name);
			const spec = kernelSpec(displayName, target);
			const write = (file: string, content: string) =>
				writeFileSync(join(files, file), content);
			write("kernel.json", `${JSON.stringify(spec, undefined, 2)}\n`);
			write("logo-svg.svg", LOGO_SVG);
			if (process.platform !== "win32") {
				write(START_SCRIPT, startScript(options));
				write(MISSING_KERNEL, MISSING_KERNEL_SOURCE);
			}
			return replace(target, files, join(draft, "old"));
		} finally {
			rmSync(draft, { recursive: true, force: true });
		}
	} catch (error) {
		throw new UsageError(
			`The kernelspec cannot be written to ${kernels}: ${(error as Error).message}. Use --user, or --prefix with a folder that is yours.`,
		);
	}
}

/**
 * Removes the kernelspec.
 *
 * @returns the folder that was removed, absolute
 * @throws UsageError when there is none of that name, or it is another kernel's
 */
export function uninstall(
	options: Omit<InstallOptions, "displayName"> = {},
): string {
	const folder = join(kernelsFolder(options), checkedName(options.name));
	const spec = readSpec(folder);
	if (!spec)
		throw new UsageError(
			`There is no kernelspec in ${folder}. \`jupyter kernelspec list\` shows what is installed.`,
		);
	if (!isOurs(spec))
		throw new UsageError(
			`The kernelspec in ${folder} is of another kernel ("${spec.display_name}"); it was left as it is.`,
		);
	rmSync(folder, { recursive: true });
	return folder;
}

/** Is a kernelspec of ours, by whatever name, in the folder of this target? */
export function hasKernel(target: Target): boolean {
	try {
		const kernels = kernelsFolder(target);
		return readdirSync(kernels).some((name) =>
			isOurs(readSpec(join(kernels, name)) ?? {}),
		);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
		throw error;
	}
}

/** The rule of jupyter_client, which ignores folders with other names. */
function checkedName(name = "deepdiva"): string {
	if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name))
		throw new UsageError(
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
