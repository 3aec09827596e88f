import {
	closeSync,
	constants,
	fstatSync,
	openSync,
	readSync,
} from "../../../host/files.ts";
import { createHash, sha256Hex } from "../../../host/hash.ts";
import { DataError, readError } from "../data-error.ts";
import { isRacy, type Stamp, sameStamp, stampOf } from "./stamp.ts";

/** What a file was when it was hashed. */
export interface HashedFile {
	/** Hexadecimal. */
	readonly digest: string;
	/** Absent unless `since` was given and the file was not written shortly before. */
	readonly stamp?: Stamp;
	readonly bytes: number;
}

/** A file's SHA-256, or git's name for its content, which is a SHA-1. */
export type HashKind = "sha256" | "git-blob";

export interface HashFileOptions {
	/** Default: sha256. */
	readonly as?: HashKind;
	/**
	 * File-system time (milliseconds) before which a change cannot have happened
	 * during this check. Absent: every file is looked at before and after.
	 */
	readonly since?: number;
	/** Called after each part that was read; may throw to stop. */
	readonly onBytes?: (bytes: number) => void;
}

// Larger parts fall out of the processor's cache between reading and hashing,
// smaller ones pay for more system calls.
const buffer = Buffer.allocUnsafeSlow(1 << 18);

/** What was a file when the folder was listed may be a pipe by now: opening one would wait for a writer for ever. */
export const READ_WITHOUT_WAITING =
	constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function digestFrom(
	descriptor: number,
	as: HashKind,
	onBytes: HashFileOptions["onBytes"],
): { digest: string; bytes: number } {
	let count = readSync(descriptor, buffer, 0, buffer.length, 0);
	onBytes?.(count);
	if (as === "sha256" && count < buffer.length)
		return { digest: sha256Hex(buffer.subarray(0, count)), bytes: count };
	// A file that grows as fast as it is read would otherwise never end.
	const { size } = fstatSync(descriptor);
	const hash = createHash(as === "sha256" ? as : "sha1");
	if (as === "git-blob") hash.update(`blob ${size}\0`);
	let bytes = 0;
	while (count > 0 && bytes <= size) {
		hash.update(buffer.subarray(0, count));
		bytes += count;
		count = readSync(descriptor, buffer, 0, buffer.length, bytes);
		onBytes?.(count);
	}
	return { digest: hash.digest("hex"), bytes };
}

/**
 * Digest and stat of one file, which belong together: a file that was written
 * meanwhile is read again, twice at most.
 * @throws DataError UNREADABLE, CHANGING
 */
export function hashFile(
	path: string,
	{ as = "sha256", since, onBytes }: HashFileOptions = {},
): HashedFile {
	let descriptor: number;
	try {
		descriptor = openSync(path, READ_WITHOUT_WAITING);
	} catch (error) {
		throw readError(error, path);
	}
	try {
		let before =
			since === undefined ? stampOf(fstatSync(descriptor)) : undefined;
		for (let attempt = 0; attempt < 3; attempt++) {
			const { digest, bytes } = digestFrom(descriptor, as, onBytes);
			const stats = fstatSync(descriptor);
			if (!stats.isFile()) break;
			const stamp = stampOf(stats);
			const quiet =
				before === undefined
					? since !== undefined && stamp.ctimeMs < since
					: sameStamp(stamp, before);
			if (quiet && stamp.size === bytes)
				return since === undefined || isRacy(stamp, since)
					? { digest, bytes }
					: { digest, bytes, stamp };
			before = stamp;
		}
	} catch (error) {
		throw readError(error, path);
	} finally {
		closeSync(descriptor);
	}
	throw new DataError(
		"CHANGING",
		`${path} was changed while it was being read; stop what writes to it and check again`,
	);
}
