import { spawn } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";

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

/**
 * Gives a rebuilt tree the packages of its lock file: those of the present
 * tree where they are the same, else from the registry.
 * @throws UsageError when npm fails
 */
export async function installPackages(
	rebuilt: PackageFolder,
	present: PackageFolder,
	onProgress?: (text: string) => void,
	signal?: AbortSignal,
): Promise<void> {
	const target = join(rebuilt.folder, "node_modules");
	if (existsSync(target)) return;
	const installed = join(present.folder, "node_modules");
	if (packagesFit(present, rebuilt)) {
		if (existsSync(installed)) symlinkSync(installed, target, "junction");
		return;
	}
	onProgress?.("npm ci: installing the packages of the recorded lock file");
	await npm(rebuilt.folder, ["ci", "--no-audit", "--no-fund"], signal);
}

function npm(
	cwd: string,
	args: readonly string[],
	signal?: AbortSignal,
): Promise<void> {
	return new Promise((done, fail) => {
		const child = spawn("npm", args, {
			cwd,
			stdio: ["ignore", "ignore", "pipe"],
			// npm is a script there.
			shell: process.platform === "win32",
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
							`the packages of the recorded lock file could not be installed (npm ${args.join(" ")} ended with ${code}):\n${errors.trim()}\nreplay with --here to use what is installed`,
						),
					),
		);
	});
}
