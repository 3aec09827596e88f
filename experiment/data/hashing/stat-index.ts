import { temporaryName } from "../../../base/files.ts";
import { readPlainFile } from "../../../base/plain-file.ts";
import { isUserSeal, SEAL_LENGTH, userSeal } from "../../../base/user-seal.ts";
import {
	realpathSync,
	rmSync,
	statSync,
	writeFileSync,
} from "../../../host/files.ts";
import { writeAtomically } from "../atomic.ts";
import { DataError } from "../data-error.ts";
import { Stamps } from "./stamp.ts";

/**
 * The stamps of a manifest's files, in the manifest's order. Only a cache: it
 * may be deleted at any time, and the next check reads every file. Since it
 * lies beside the data and travels with them, it says who vouches for it.
 *
 * The file is one object of JSON, written and read as bytes in exactly this form,
 * because those of a million stamps would be kept several times over as texts:
 * - `version`: 3
 * - `root`: of the manifest that these stamps belong to
 * - `stamps`: base64, see `Stamps`
 * - `seal`: of the user who checked, over the folder's real path and the two above
 */
const BEFORE_STAMPS = /^\{"version":3,"root":("[^"\\]*"),"stamps":"/;
const AFTER_STAMPS = /^","seal":"([0-9a-f]{64})"\}\n?$/;

const beforeStamps = (root: string) =>
	`{"version":3,"root":${JSON.stringify(root)},"stamps":"`;
const afterStamps = (seal: string) => `","seal":"${seal}"}\n`;

/** Characters before the stamps, and after them. */
const LONGEST_PART = 200;
const QUOTE = 0x22;

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
		const start = BEFORE_STAMPS.exec(bytes.toString("latin1", 0, LONGEST_PART));
		if (!start) return undefined;
		const from = start[0].length;
		const to = bytes.indexOf(QUOTE, from);
		const end = AFTER_STAMPS.exec(
			bytes.toString("latin1", to, to + LONGEST_PART),
		);
		const stamps = bytes.subarray(from, to);
		const root = JSON.parse(start[1] as string) as string;
		if (!isUserSeal(end?.[1], PURPOSE, realpathSync(folder), root, stamps))
			return undefined;
		return {
			root,
			stamps: (lines) => Stamps.fromBase64(stamps, lines) ?? new Stamps(lines),
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
	const start = Buffer.from(beforeStamps(root));
	const end = start.length + stamps.base64Length;
	const ending = (seal: string) => Buffer.from(afterStamps(seal));
	const bytes = Buffer.allocUnsafeSlow(
		end + ending("0".repeat(SEAL_LENGTH)).length,
	);
	start.copy(bytes);
	stamps.writeBase64(bytes, start.length);
	const seal = userSeal(
		PURPOSE,
		realpathSync(folder),
		root,
		bytes.subarray(start.length, end),
	);
	ending(seal).copy(bytes, end);
	try {
		writeAtomically(path, bytes);
	} catch (error) {
		if (!(error instanceof DataError)) throw error;
	}
}
