import { isUtf8 } from "../../host/bytes.ts";

/*
 * The directory of a zip archive, read strictly: what two readers could take for
 * two archives is refused.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3
 */

/** A file or folder in an archive, as its directory says. */
export interface ZipEntry {
	/** Parts are separated by `/`; a folder's name has none at its end. */
	readonly name: string;
	readonly isFolder: boolean;
	/** It is a link, a device or a pipe. */
	readonly isLink: boolean;
	/** Where its packed content begins in the archive, and its length there. */
	readonly start: number;
	readonly packed: number;
	/** The unpacked length that the directory claims. */
	readonly bytes: number;
	readonly crc: number;
	readonly method: number;
}

const STORED = 0;
export const DEFLATED = 8;

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const ZIP64_LOCATOR = 0x07064b50;
const END_BYTES = 22;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_ENTRY_BYTES = 30;
const UNIX = 3;
const FILE_TYPE = 0o170000;
const TYPES_OF_FILES = [0, 0o100000, 0o040000];
const ENCRYPTED = 1;

/**
 * The entries of an archive, in order.
 * @throws for what is no archive, or one whose parts do not fit together
 */
export function entriesOf(bytes: Buffer): ZipEntry[] {
	const end = bytes.length - END_BYTES;
	if (end < 0 || bytes.readUInt32LE(end) !== END_OF_DIRECTORY)
		throw new Error("it does not end as one");
	if (end >= 20 && bytes.readUInt32LE(end - 20) === ZIP64_LOCATOR)
		throw new Error("it is of the format for large archives, zip64");
	const count = bytes.readUInt16LE(end + 8);
	const directory = bytes.readUInt32LE(end + 16);
	const entries: ZipEntry[] = [];
	let at = directory;
	for (let i = 0; i < count; i++) {
		if (
			at + DIRECTORY_ENTRY_BYTES > end ||
			bytes.readUInt32LE(at) !== DIRECTORY_ENTRY
		)
			throw new Error("its directory is cut off");
		const [name, extra, comment] = [28, 30, 32].map((field) =>
			bytes.readUInt16LE(at + field),
		) as [number, number, number];
		const next = at + DIRECTORY_ENTRY_BYTES + name + extra + comment;
		if (next > end) throw new Error("its directory is cut off");
		entries.push(entryAt(bytes, at, directory));
		at = next;
	}
	if (at !== end) throw new Error("its directory says more than it has");
	requireApart(entries);
	return entries;
}

function entryAt(bytes: Buffer, at: number, directory: number): ZipEntry {
	const raw = rawName(bytes, at, DIRECTORY_ENTRY_BYTES, 28);
	if (!isUtf8(raw)) throw new Error("a name in it is no UTF-8");
	const name = raw.toString();
	const method = bytes.readUInt16LE(at + 10);
	const mode = bytes.readUInt32LE(at + 38) >>> 16;
	const isUnix = bytes.readUInt8(at + 5) === UNIX;
	const [packed, unpacked] = [20, 24].map((field) =>
		bytes.readUInt32LE(at + field),
	) as [number, number];
	const problem = (what: string) =>
		new Error(`${JSON.stringify(name.slice(0, 100))} ${what}`);
	if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0)
		throw problem("is encrypted");
	if (method !== STORED && method !== DEFLATED)
		throw problem(`is packed by method ${method}, which is not known`);
	if (method === STORED && packed !== unpacked) throw problem("has two sizes");
	const local = bytes.readUInt32LE(at + 42);
	if (
		local + LOCAL_ENTRY_BYTES > directory ||
		bytes.readUInt32LE(local) !== LOCAL_ENTRY ||
		!rawName(bytes, local, LOCAL_ENTRY_BYTES, 26).equals(raw)
	)
		throw problem("is not where the directory says");
	const start =
		local +
		LOCAL_ENTRY_BYTES +
		bytes.readUInt16LE(local + 26) +
		bytes.readUInt16LE(local + 28);
	if (start + packed > directory) throw problem("is cut off");
	const isFolder = name.endsWith("/");
	if (isFolder && unpacked > 0) throw problem("is a folder with content");
	return {
		name: isFolder ? name.slice(0, -1) : name,
		isFolder,
		isLink: isUnix && !TYPES_OF_FILES.includes(mode & FILE_TYPE),
		start,
		packed,
		bytes: unpacked,
		crc: bytes.readUInt32LE(at + 16),
		method,
	};
}

const rawName = (
	bytes: Buffer,
	at: number,
	header: number,
	length: number,
): Buffer =>
	bytes.subarray(at + header, at + header + bytes.readUInt16LE(at + length));

/**
 * Refuses entries that share bytes: unpacked, they could be far larger than the
 * archive.
 */
function requireApart(entries: readonly ZipEntry[]): void {
	const inOrder = entries
		.filter(({ packed }) => packed > 0)
		.toSorted((a, b) => a.start - b.start);
	for (const [i, { start, packed }] of inOrder.entries()) {
		const next = inOrder[i + 1];
		if (next && start + packed > next.start)
			throw new Error(
				`${JSON.stringify(next.name.slice(0, 100))} lies in another entry`,
			);
	}
}
