import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { checkNode } from "./node-check.ts";
import { NODE_PACKAGES, type NodePackage } from "./node-packages.ts";

const OLDEST_MAJOR = 24;

/** Parts of a version as numbers; a release has three. */
const parts = (version: string) => version.split(".").map(Number);

/**
 * Is the present Node a later release of the same major than the one that npm has
 * for this platform? Fixes since then matter more than who delivers them.
 */
export function isLaterOfSameMajor(present: string, packaged: string): boolean {
	const [major, minor = 0, patch = 0] = parts(present);
	const [ofMajor, ofMinor = 0, ofPatch = 0] = parts(packaged);
	return (
		major === ofMajor &&
		(minor > ofMinor || (minor === ofMinor && patch > ofPatch))
	);
}

/** The package's binary, if it is installed. */
function installed({ name, binary }: NodePackage): string | undefined {
	try {
		const manifest = createRequire(import.meta.url).resolve(
			`${name}/package.json`,
		);
		const path = join(dirname(manifest), binary);
		return existsSync(path) ? path : undefined;
	} catch {
		// Optional dependencies may be left out.
		return undefined;
	}
}

/**
 * The Node that runs user code: the one the lock file pins, so that the
 * interpreter is part of the experiment; else the present one, if new enough.
 * The pinned one has the bytes that the project records. Where npm has but an
 * outdated one, a later one of its major that is running already is taken.
 * @throws Error that says what to install
 */
export function pinnedNode(): string {
	const entry = NODE_PACKAGES[`${process.platform}-${process.arch}`];
	const present = process.versions.node;
	const binary = entry && installed(entry);
	if (
		binary &&
		!(entry.outdated && isLaterOfSameMajor(present, entry.version))
	) {
		checkNode(binary, entry);
		return binary;
	}
	if (Number(present.split(".")[0]) >= OLDEST_MAJOR) return process.execPath;
	throw new Error(
		`cells run on Node ${OLDEST_MAJOR} or newer, and this is Node ${present}; ` +
			(entry
				? `run "npm install" without --omit=optional to get ${entry.name}, or install Node ${OLDEST_MAJOR}`
				: `there is no Node package for ${process.platform}-${process.arch}: install Node ${OLDEST_MAJOR} or newer`),
	);
}
