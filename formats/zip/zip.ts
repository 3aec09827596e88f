import { Inflate, type Zippable, zipSync } from "fflate";
import { isDeviceName } from "../../base/device-names.ts";
import { UsageError } from "../../base/errors.ts";
import {
	foldedPath,
	gitPartOf,
	isInside,
	makeFolder,
} from "../../base/files.ts";
import { readPlainFile } from "../../base/plain-file.ts";
import { crc32 } from "../../host/bytes.ts";
import {
	closeSync,
	existsSync,
	openSync,
	rmSync,
	statSync,
	writeSync,
} from "../../host/files.ts";
import { dirname, join } from "../../host/paths.ts";
import { DEFLATED, entriesOf, type ZipEntry } from "./zip-directory.ts";

/** Largest archive, which is held in memory, and largest total of its files. */
const MOST_BYTES = 2 ** 31;
const MOST_ENTRIES = 0xffff;

/** The earliest time that the format can express, in any time zone. */
const TIME = new Date(1980, 0, 1);
const UNIX = 3;
const REGULAR_FILE = 0o100644;

/**
 * Files as a zip archive. The same files give the same bytes: their order is
 * that of their paths, and times and modes are left out.
 * @param files path in the archive, with `/` → content
 * @throws UsageError where it would be too large for the format
 */
export function zipOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
	const bytes = [...files.values()].reduce(
		(sum, { length }) => sum + length,
		0,
	);
	if (bytes > MOST_BYTES || files.size > MOST_ENTRIES)
		throw new UsageError(
			`${files.size} files of ${bytes} bytes are too many for a zip file; export to a folder`,
		);
	for (const path of files.keys()) {
		const wrong = unfitName(path);
		if (wrong !== undefined)
			throw new UsageError(
				`${JSON.stringify(path)} ${wrong}, so it cannot be in an archive; export to a folder, or give it another name`,
			);
	}
	const entries: Zippable = {};
	for (const path of [...files.keys()].sort())
		entries[path] = [
			files.get(path) as Uint8Array,
			{ mtime: TIME, os: UNIX, attrs: REGULAR_FILE * 2 ** 16 },
		];
	return zipSync(entries, { level: 6 });
}

/**
 * Unpacks a zip archive by anybody into an empty folder. Nothing remains there
 * if an entry leads out of the folder, is a link, has a name that some system
 * cannot keep or gives to another file, differs from what the directory says,
 * or if everything together is larger than `most` bytes.
 * @throws UsageError that names what is wrong
 */
export function unpackZip(
	archive: string,
	folder: string,
	most = MOST_BYTES,
): void {
	const refusal = (problem: string) =>
		new UsageError(`${archive} ${problem}, so nothing of it was unpacked`);
	const found = statSync(archive, { throwIfNoEntry: false });
	if (!found) throw new UsageError(`there is no file ${archive}`);
	if (!found.isFile()) throw new UsageError(`${archive} is no file`);
	if (found.size > most) throw refusal(`is larger than ${most} bytes`);
	const bytes = readPlainFile(archive, { maxBytes: most, followLinks: true });
	if (!bytes) throw new UsageError(`${archive} cannot be read`);
	const checked = (): readonly ZipEntry[] => {
		try {
			return entriesOf(bytes);
		} catch (error) {
			throw refusal(`is no zip file, or damaged (${(error as Error).message})`);
		}
	};
	const entries = checked();
	const problem = problemIn(entries, most);
	if (problem !== undefined) throw refusal(problem);
	const wasThere = existsSync(folder);
	const files = entries.filter(({ isFolder }) => !isFolder);
	try {
		for (const entry of files) {
			const path = join(folder, entry.name);
			makeFolder(dirname(path));
			unpackEntry(bytes, entry, path);
		}
	} catch (error) {
		const made = wasThere
			? [...new Set(files.map(({ name }) => name.split("/")[0] as string))].map(
					(name) => join(folder, name),
				)
			: [folder];
		for (const path of made) rmSync(path, { recursive: true, force: true });
		if (!(error instanceof DamagedEntry)) throw error;
		throw refusal(`is no zip file, or damaged (${error.message})`);
	}
}

/** What is wrong with the directory of an archive, if anything. */
function problemIn(
	entries: readonly ZipEntry[],
	most: number,
): string | undefined {
	const names = new Set<string>();
	const folders = new Set<string>();
	let total = 0;
	for (const { name, isFolder, isLink, bytes } of entries) {
		const shown = JSON.stringify(name.slice(0, 100));
		if (!isInside(name)) return `has an entry that leads out of it, ${shown}`;
		const wrong = unfitName(name);
		if (wrong !== undefined) return `has an entry ${shown}, which ${wrong}`;
		if (isLink) return `has a link, ${shown}`;
		total += bytes;
		if (total > most) return `unpacks to more than ${most} bytes`;
		const folded = foldedPath(name);
		for (let up = dirname(folded); up !== "."; up = dirname(up))
			folders.add(up);
		if (isFolder) {
			folders.add(folded);
			continue;
		}
		if (names.has(folded)) return `has ${shown} twice`;
		names.add(folded);
	}
	const both = [...names].find((name) => folders.has(name));
	return both === undefined
		? undefined
		: `has ${JSON.stringify(both.slice(0, 100))} as a file and as a folder`;
}

/**
 * Longest path in an archive. It leaves room for the path of the folder that it
 * is unpacked to.
 */
const LONGEST_NAME = 2048;
const LONGEST_PART = 255;
/**
 * Deepest path. Our own are four folders deep, and code is seldom deeper than
 * forty.
 */
const DEEPEST = 200;

/**
 * Why some system cannot keep a file at this path, or why it is not allowed.
 */
function unfitName(name: string): string | undefined {
	const parts = name.split("/");
	if (
		Buffer.byteLength(name) > LONGEST_NAME ||
		parts.some((part) => Buffer.byteLength(part) > LONGEST_PART)
	)
		return "is longer than names of files may be";
	if (parts.length > DEEPEST) return "lies too deep";
	const git = gitPartOf(name);
	if (git !== undefined)
		return "git would take for a repository, with settings that may name programs";
	const device = parts.find(isDeviceName);
	if (device !== undefined)
		return `Windows takes for a device (${JSON.stringify(device)})`;
	// It would be another file there, perhaps one that stands here, too.
	const ended = parts.find((part) => /[. ]$/.test(part));
	return ended === undefined
		? undefined
		: `Windows calls otherwise (${JSON.stringify(ended)})`;
}

class DamagedEntry extends Error {}

/**
 * Packed bytes that are unpacked at once. The result may be a thousand times as
 * long.
 */
const PIECE = 1 << 14;

/**
 * Writes an entry as it is unpacked, and stops when it grows larger than its
 * directory says.
 */
function unpackEntry(
	archive: Buffer,
	{ name, start, packed, bytes, crc, method }: ZipEntry,
	path: string,
): void {
	const damage = (what: string) =>
		new DamagedEntry(`${JSON.stringify(name)} ${what}`);
	const content = archive.subarray(start, start + packed);
	const file = openSync(path, "wx");
	let written = 0;
	let sum = 0;
	const write = (piece: Uint8Array) => {
		written += piece.length;
		if (written > bytes) throw damage("is larger than it says");
		sum = crc32(piece, sum);
		for (let at = 0; at < piece.length; )
			at += writeSync(file, piece, at, piece.length - at);
	};
	try {
		if (method === DEFLATED) inflate(content, write, damage);
		else write(content);
	} finally {
		closeSync(file);
	}
	if (written !== bytes) throw damage("is smaller than it says");
	if (sum !== crc) throw damage("is not what was packed");
}

function inflate(
	content: Buffer,
	write: (piece: Uint8Array) => void,
	damage: (what: string) => Error,
): void {
	const stream = new Inflate(write);
	try {
		for (let at = 0; at === 0 || at < content.length; at += PIECE)
			stream.push(
				content.subarray(at, at + PIECE),
				at + PIECE >= content.length,
			);
	} catch (error) {
		if (error instanceof DamagedEntry) throw error;
		throw "code" in (error as Error) &&
			typeof (error as NodeJS.ErrnoException).code === "string"
			? error
			: damage(`cannot be unpacked: ${(error as Error).message}`);
	}
}
