import { UsageError } from "../../base/errors.ts";
import { isWithin } from "../../base/files.ts";
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	symlinkSync,
} from "../../host/files.ts";
import { tmpdir } from "../../host/machine.ts";
import { dirname, join } from "../../host/paths.ts";
import { spawn } from "../../host/programs.ts";
import { allowedEnvironment } from "./allowed-environment.ts";
import { requirePlainPackages } from "./carried-packages.ts";

/** A folder with a lock file. */
export interface PackageFolder {
	readonly folder: string;
}

interface LockedPackage {
	readonly version?: string;
	readonly integrity?: string;
	readonly optional?: boolean;
	readonly dev?: boolean;
	readonly devOptional?: boolean;
	readonly peer?: boolean;
	readonly link?: boolean;
}

type Packages = Readonly<Record<string, LockedPackage>>;

function readLock(path: string): Packages | undefined {
	try {
		const { packages } = JSON.parse(readFileSync(path, "utf8")) as {
			packages?: Packages;
		};
		return packages;
	} catch {
		return undefined;
	}
}

const isSame = (a: LockedPackage, b: LockedPackage) =>
	a.version === b.version &&
	(a.integrity === b.integrity ||
		a.integrity === undefined ||
		b.integrity === undefined);

/** A package that an installation may leave out: for development, or for another platform. */
const mayMiss = ({ optional, dev, devOptional, peer, link }: LockedPackage) =>
	[optional, dev, devOptional, peer, link].some((one) => one === true);

/**
 * Are the installed packages those of the lock file? As npm noted it when it
 * installed them (`node_modules/.package-lock.json`).
 * @param lock whose lock file; by default the folder's own
 */
export function packagesFit(
	{ folder }: PackageFolder,
	lock: PackageFolder = { folder },
): boolean {
	const wanted = readLock(join(lock.folder, "package-lock.json"));
	const installed = readLock(
		join(folder, "node_modules", ".package-lock.json"),
	);
	if (!wanted) return false;
	if (!installed)
		return Object.entries(wanted).every(
			([name, one]) => name === "" || mayMiss(one),
		);
	return (
		Object.entries(wanted).every(([name, one]) => {
			const there = installed[name];
			return name === "" || (there ? isSame(one, there) : mayMiss(one));
		}) && Object.keys(installed).every((name) => Object.hasOwn(wanted, name))
	);
}

/** How npm installs what a rebuilt tree lacks. */
export interface PackageRules {
	/** Did the code come from somebody else? Then npm gets nothing but archives, and sees nothing of the reader's environment. */
	readonly foreign?: boolean;
	/** Of somebody else's code: are the packages' install scripts and the `.npmrc` that came along allowed? */
	readonly installScripts?: boolean;
	readonly onProgress?: (text: string) => void;
	/** Aborted when the user interrupts. */
	readonly signal?: AbortSignal;
}

/**
 * Gives a rebuilt tree the packages of its lock file: those of the present
 * tree where they are the same, else from the registry.
 * @returns the present tree's folder, where the rebuilt one got a link to it
 * @throws UsageError when npm fails, or would do more than it may
 */
export async function installPackages(
	rebuilt: PackageFolder,
	present: PackageFolder,
	rules: PackageRules = {},
): Promise<string | undefined> {
	const target = join(rebuilt.folder, "node_modules");
	if (lstatSync(target, { throwIfNoEntry: false })) return undefined;
	const installed = join(present.folder, "node_modules");
	if (packagesFit(present, rebuilt)) {
		if (!existsSync(installed)) return undefined;
		symlinkSync(installed, target, "junction");
		return installed;
	}
	const { foreign = false, installScripts = false, onProgress } = rules;
	const scripts = foreign && !installScripts ? ", without install scripts" : "";
	onProgress?.(
		`npm ci: installing the packages of the recorded lock file${scripts}`,
	);
	if (foreign) await installForeign(rebuilt.folder, rules);
	else await npm(rebuilt.folder, COMMAND, rules);
	return undefined;
}

const COMMAND = ["ci", "--no-audit", "--no-fund"];

/**
 * npm reads settings in the folder, and in those above it where one of them says
 * that it is a workspace; any of these settings may name a program.
 */
async function installForeign(
	folder: string,
	rules: PackageRules,
): Promise<void> {
	if (!isWithin(realpathSync(tmpdir()), realpathSync(folder)))
		throw new UsageError(
			`the code that came along has its lock file in ${folder}, which is none of its own folders, so no packages were installed`,
		);
	requirePlainPackages(folder);
	const aside = mkdtempSync(join(tmpdir(), "deepdiva-npm-"));
	const settings = join(folder, ".npmrc");
	const allowed = rules.installScripts === true;
	const moved =
		!allowed && lstatSync(settings, { throwIfNoEntry: false }) !== undefined;
	if (moved) renameSync(settings, join(aside, ".npmrc"));
	const empty = join(aside, "empty");
	mkdirSync(empty);
	try {
		await npm(
			empty,
			[
				...COMMAND,
				"--prefix",
				folder,
				// No package of a lock file that was let pass is from a repository.
				"--git",
				join(empty, "git"),
				...(allowed ? [] : ["--ignore-scripts"]),
			],
			rules,
			allowedEnvironment("npm"),
		);
	} finally {
		if (moved) renameSync(join(aside, ".npmrc"), settings);
		rmSync(aside, { recursive: true, force: true });
	}
}

function npm(
	cwd: string,
	args: readonly string[],
	{ foreign, installScripts, signal }: PackageRules,
	env?: NodeJS.ProcessEnv,
): Promise<void> {
	const advice =
		foreign && !installScripts
			? "; where a package cannot do without its install scripts, or without the .npmrc that came along, --install-scripts allows both"
			: "";
	return new Promise((done, fail) => {
		const child = spawn("npm", args, {
			cwd,
			stdio: ["ignore", "ignore", "pipe"],
			// npm is a script there.
			shell: process.platform === "win32",
			...(env
				? { env: { ...env, NoDefaultCurrentDirectoryInExePath: "1" } }
				: {}),
			...(signal ? { signal } : {}),
		});
		let errors = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			errors += text;
		});
		child.once("error", fail);
		child.once("close", (code) =>
			code === 0
				? done()
				: fail(
						new UsageError(
							`the packages of the recorded lock file could not be installed (npm ${args.join(" ")} ended with ${code}):\n${errors.trim()}\nreplay with --here to use what is installed${advice}`,
						),
					),
		);
	});
}

/** The nearest folder with a lock file, from `cwd` up to `top`. */
export function packageFolder(
	cwd: string,
	top: string,
): PackageFolder | undefined {
	for (let folder = realpathSync(cwd); ; folder = dirname(folder)) {
		if (existsSync(join(folder, "package-lock.json"))) return { folder };
		if (folder === realpathSync(top) || dirname(folder) === folder)
			return undefined;
	}
}
