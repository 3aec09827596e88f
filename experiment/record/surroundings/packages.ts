import { sha256 } from "../../../base/canonical.ts";
import {
	dependencies as ownDependencies,
	version,
} from "../../../base/version.ts";
import { readFileSync } from "../../../host/files.ts";
import { dirname, join } from "../../../host/paths.ts";
import { projectRoot } from "../../session.ts";

export interface InstalledPackage {
	/** Its own, where it is installed under another: an alias of npm's. */
	readonly name?: string;
	readonly version: string;
	/** Subresource integrity of the package's archive, as npm checked it. */
	readonly integrity?: string;
}

export interface ProjectPackages {
	/** `sha256:…` of the project's `package-lock.json`. */
	readonly lockFile?: string;
	/** What the project and this package depend on directly, as it is installed. */
	readonly packages: Readonly<Record<string, InstalledPackage>>;
}

interface Manifest {
	readonly dependencies?: Readonly<Record<string, string>>;
	readonly devDependencies?: Readonly<Record<string, string>>;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
	readonly license?: unknown;
}
interface Lock {
	readonly packages?: Readonly<
		Record<
			string,
			{
				readonly name?: string;
				readonly version?: string;
				readonly integrity?: string;
			}
		>
	>;
}

function read(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

/** A file's JSON, or undefined where there is none or it is damaged: npm says so, a record does not have to. */
function readJson<T>(path: string): T | undefined {
	const text = read(path);
	try {
		return text === undefined ? undefined : (JSON.parse(text) as T);
	} catch {
		return undefined;
	}
}

/**
 * The packages that a run in `folder` may import, with the versions that are
 * installed. What those packages themselves need is in the lock file, whose
 * digest names it all.
 */
export function describePackages(folder: string): ProjectPackages {
	const root = projectRoot(folder);
	const manifest = readJson<Manifest>(join(root, "package.json")) ?? {};
	const lockText = read(join(root, "package-lock.json"));
	// What npm says that it installed, nearest to the truth.
	const locks = [
		readJson<Lock>(join(root, "node_modules", ".package-lock.json")),
		readJson<Lock>(join(root, "package-lock.json")),
	];
	const find = (name: string): InstalledPackage | undefined => {
		for (const lock of locks) {
			const entry = lock?.packages?.[`node_modules/${name}`];
			if (entry?.version)
				return {
					...(entry.name && entry.name !== name ? { name: entry.name } : {}),
					version: entry.version,
					...(entry.integrity ? { integrity: entry.integrity } : {}),
				};
		}
		return undefined;
	};
	const names = new Set([
		"deepdiva",
		...Object.keys(ownDependencies),
		...Object.keys({
			...manifest.dependencies,
			...manifest.devDependencies,
			...manifest.optionalDependencies,
		}),
	]);
	const packages: Record<string, InstalledPackage> = {};
	for (const name of [...names].sort()) {
		const exact = name === "deepdiva" ? version : ownDependencies[name];
		const found =
			find(name) ?? (exact === undefined ? undefined : { version: exact });
		if (found) packages[name] = found;
	}
	return {
		...(lockText === undefined ? {} : { lockFile: sha256(lockText) }),
		packages,
	};
}

/** The SPDX identifier that the project around a run folder states, if any. */
export function projectLicense(runsDirectory: string): string | undefined {
	const { license } =
		readJson<Manifest>(join(dirname(runsDirectory), "package.json")) ?? {};
	return typeof license === "string" && /^[\w.+-]+$/.test(license)
		? license
		: undefined;
}
