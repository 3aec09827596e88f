import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { temporaryName, writeAtomically } from "./atomic.ts";
import { DataError } from "./data-error.ts";
import { decodeText } from "./decode-text.ts";
import { Stamps } from "./stamp.ts";

/**
 * The stamps of a manifest's files, in the manifest's order. Only a cache: it
 * may be deleted at any time, and the next check reads every file.
 */
interface StatIndexFile {
	readonly version: 2;
	/** Root of the manifest these stamps belong to. */
	readonly root: string;
	/** See `Stamps`. */
	readonly stamps: string;
}

/** What an earlier check left behind. */
export interface StatIndex {
	/** Root of the manifest it belongs to. */
	readonly root: string;
	/** Stamps by the manifest's line. */
	stamps(lines: number): Stamps;
}

/** The index, if there is one. A missing or damaged one costs time, nothing else. */
export function readStatIndex(path: string): StatIndex | undefined {
	let index: StatIndexFile;
	try {
		index = JSON.parse(decodeText(readFileSync(path))) as StatIndexFile;
		if (index.version !== 2) return undefined;
	} catch {
		return undefined;
	}
	const { root, stamps } = index;
	return {
		root: String(root),
		stamps: (lines) =>
			Stamps.fromText(String(stamps), lines) ?? new Stamps(lines),
	};
}

/**
 * The present time on the file system of `path`, in milliseconds, which need not
 * be this machine's; `undefined` when nothing can be written there.
 */
export function fileSystemTime(path: string): number | undefined {
	const probe = temporaryName(path);
	try {
		writeFileSync(probe, "");
		return statSync(probe).mtimeMs;
	} catch {
		return undefined;
	} finally {
		rmSync(probe, { force: true });
	}
}

/**
 * Writes the index. A folder that cannot be written to (a read-only share) keeps
 * none; its checks read every file.
 */
export function writeStatIndex(
	path: string,
	root: string,
	stamps: Stamps,
): void {
	const index: StatIndexFile = { version: 2, root, stamps: stamps.toText() };
	try {
		writeAtomically(path, `${JSON.stringify(index)}\n`);
	} catch (error) {
		if (!(error instanceof DataError)) throw error;
	}
}
