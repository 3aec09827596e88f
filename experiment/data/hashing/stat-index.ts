import { temporaryName } from "../../../base/files.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { isUserSeal, userSeal } from "../../../base/user-seal.ts";
import {
	realpathSync,
	rmSync,
	statSync,
	writeFileSync,
} from "../../../host/files.ts";
import { writeAtomically } from "../atomic.ts";
import { DataError } from "../data-error.ts";
import { decodeText } from "../decode-text.ts";
import { Stamps } from "./stamp.ts";

/**
 * The stamps of a manifest's files, in the manifest's order. Only a cache: it
 * may be deleted at any time, and the next check reads every file. Since it
 * lies beside the data and travels with them, it says who vouches for it.
 */
interface StatIndexFile {
	readonly version: 3;
	/** Root of the manifest these stamps belong to. */
	readonly root: string;
	/** See `Stamps`. */
	readonly stamps: string;
	/** Of the user who checked, over the folder's real path and all of the above. */
	readonly seal: string;
}

/** What an earlier check left behind. */
export interface StatIndex {
	/** Root of the manifest it belongs to. */
	readonly root: string;
	/** Stamps by the manifest's line. */
	stamps(lines: number): Stamps;
}

const PURPOSE = "stat index 3";

/** Stamps of a million files take 43 MB. What is longer than this is read from the files themselves. */
const LONGEST_INDEX = 1 << 29;

/**
 * The index of `folder`, if this user made it by a check of the folder in this
 * place. Any other one – missing, damaged, of another user or machine, from an
 * archive, of another folder – costs time, nothing else.
 */
export function readStatIndex(
	path: string,
	folder: string,
): StatIndex | undefined {
	try {
		const bytes = readPlainFile(path, { maxBytes: LONGEST_INDEX });
		if (!bytes) return undefined;
		const index = JSON.parse(decodeText(bytes)) as Partial<
			Record<keyof StatIndexFile, unknown>
		>;
		if (index.version !== 3) return undefined;
		const [root, stamps] = [String(index.root), String(index.stamps)];
		if (!isUserSeal(index.seal, PURPOSE, realpathSync(folder), root, stamps))
			return undefined;
		return {
			root,
			stamps: (lines) => Stamps.fromText(stamps, lines) ?? new Stamps(lines),
		};
	} catch {
		return undefined;
	}
}

/**
 * The present time on the file system of `path`, in milliseconds, which need not
 * be this machine's; `undefined` when nothing can be written there.
 */
export function fileSystemTime(path: string): number | undefined {
	const probe = temporaryName(path);
	try {
		writeFileSync(probe, "", { flag: "wx" });
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
	folder: string,
	root: string,
	stamps: Stamps,
): void {
	const text = stamps.toText();
	const index: StatIndexFile = {
		version: 3,
		root,
		stamps: text,
		seal: userSeal(PURPOSE, realpathSync(folder), root, text),
	};
	try {
		writeAtomically(path, `${JSON.stringify(index)}\n`);
	} catch (error) {
		if (!(error instanceof DataError)) throw error;
	}
}
