import { existsSync, realpathSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, join, sep } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { isWithin } from "../../base/files.ts";
import { packageRoot } from "../../base/version.ts";
import { pinnedNode } from "../../kernel/owner/node.ts";

/** The computer's files that a sandbox shows, beside the system's programs. */
export interface Places {
	/** Files and folders that can be read. */
	readonly reads: readonly string[];
	/** Folders that can be written, at their own paths. */
	readonly writes: readonly string[];
	/** Parts of those that can only be read. */
	readonly keeps: readonly string[];
}

/**
 * Folders of the system's programs and libraries, in the layouts that systems
 * have.
 */
export const SYSTEM = [
	"/usr",
	"/bin",
	"/sbin",
	"/lib",
	"/lib32",
	"/lib64",
	"/libx32",
	"/nix/store",
	"/gnu/store",
];

/**
 * Files that programs look up and that are no secret: no keys, no passwords, no
 * machine id.
 */
export const SETTINGS = [
	"alternatives",
	"ca-certificates",
	"fonts",
	"group",
	"ld.so.cache",
	"ld.so.conf",
	"ld.so.conf.d",
	"localtime",
	"mime.types",
	"nsswitch.conf",
	"passwd",
	"pki/tls/certs",
	"ssl/certs",
	"timezone",
].map((name) => `/etc/${name}`);

/** Parts of `/proc` by which root changes the whole computer. */
export const KERNEL_SETTINGS = ["/proc/sys", "/proc/sysrq-trigger"];

/**
 * Folders of a clone that executing needs. The rest may hold other people's
 * runs, keys and drafts.
 */
const OWN = [
	...["bin", "dist", "node_modules", "package.json", "tsconfig.json"],
	...["index.ts", "seed.ts", "tutorials"],
	...["base", "cell", "cli", "experiment", "formats", "host"],
	...["kernel", "magics", "training", "widgets"],
];

/** This package, what it needs, and the interpreter. */
export function installation(): string[] {
	const above = packageRoot.split(`${sep}node_modules${sep}`)[0] ?? "";
	return [
		...OWN.map((name) => join(packageRoot, name)),
		...(above === packageRoot ? [] : [join(above, "node_modules")]),
		pinnedNode(),
		process.execPath,
	].filter((path) => existsSync(path));
}

/**
 * Does this folder contain a home folder of the reader's, or the whole
 * computer?
 */
export function holdsHome(folder: string): boolean {
	const real = realOf(folder);
	return dirname(real) === real || homes().some((home) => isWithin(real, home));
}

/**
 * A folder that is to be readable as a whole.
 * @throws UsageError where it holds a home folder of the reader's
 */
export function requireBelowHome(folder: string): void {
	if (holdsHome(folder))
		throw new UsageError(
			`deepdiva replay --sandbox: the code lies in ${folder}, so it could read everything in there, your home folder included; move it to a folder of its own`,
		);
}

/** The home folders: as the environment says, and as the system knows. */
const homes = (): string[] =>
	[homedir, () => userInfo().homedir].flatMap((find) => {
		try {
			return [realOf(find())];
		} catch {
			// A user whom the system does not know, as in a container.
			return [];
		}
	});

const realOf = (path: string) => (existsSync(path) ? realpathSync(path) : path);

export interface Mount {
	/** The same inside and outside. */
	readonly path: string;
	readonly writable: boolean;
}

/** What is to be mounted; a folder comes before those that lie in it. */
export function mountsOf({ reads, writes, keeps }: Places): Mount[] {
	const readable = [...installation(), ...reads].flatMap((path) =>
		// Links are followed here: inside, a file has both the link's name and its
		// own.
		existsSync(path) ? [path, realpathSync(path)] : [],
	);
	const mounts = new Map<string, boolean>();
	for (const path of readable) mounts.set(path, false);
	for (const path of writes) mounts.set(path, true);
	for (const path of keeps) if (existsSync(path)) mounts.set(path, false);
	return [...mounts]
		.map(([path, writable]) => ({ path, writable }))
		.sort((a, b) => (a.path < b.path ? -1 : 1))
		.filter(({ path }) => !SYSTEM.some((folder) => isWithin(folder, path)));
}
