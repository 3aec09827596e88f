import { readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync, type Zippable, zipSync } from "fflate";
import { UsageError } from "../../errors.ts";
import { foldedPath, isInside, makeFolder } from "../../files.ts";

/** Of an archive and of what is in it: both are held in memory. */
const MOST_BYTES = 2 ** 31;
const MOST_ENTRIES = 0xffff;

/** The earliest that the format knows, in whatever time zone. */
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
	const entries: Zippable = {};
	for (const path of [...files.keys()].sort())
		entries[path] = [
			files.get(path) as Uint8Array,
			{ mtime: TIME, os: UNIX, attrs: REGULAR_FILE * 2 ** 16 },
		];
	return zipSync(entries, { level: 6 });
}

/**
 * Unpacks a zip archive that anybody may have made into an empty folder.
 * Nothing is written where an entry leads out of the folder, is a link, stands
 * there twice, or where it all is larger than `most` bytes.
 * @throws UsageError that names what is wrong
 */
export function unpackZip(
	archive: string,
	folder: string,
	most = MOST_BYTES,
): void {
	const refusal = (problem: string) =>
		new UsageError(`${archive} ${problem}, so nothing of it was unpacked`);
	if (!statSync(archive, { throwIfNoEntry: false })?.isFile())
		throw new UsageError(`there is no file ${archive}`);
	if (statSync(archive).size > most)
		throw refusal(`is larger than ${most} bytes`);
	const bytes = readFileSync(archive);
	const names = new Set<string>();
	const folders = new Set<string>();
	let total = 0;
	let entries: Readonly<Record<string, Uint8Array>>;
	try {
		const link = firstLink(bytes);
		if (link !== undefined)
			throw refusal(`has a link, ${JSON.stringify(link)}`);
		entries = unzipSync(bytes, {
			filter({ name, originalSize }) {
				const isFolder = name.endsWith("/");
				if (!isInside(isFolder ? name.slice(0, -1) : name))
					throw refusal(
						`has an entry that leads out of it, ${JSON.stringify(name)}`,
					);
				total += originalSize;
				if (total > most) throw refusal(`unpacks to more than ${most} bytes`);
				if (isFolder) return false;
				const folded = foldedPath(name);
				if (names.has(folded))
					throw refusal(`has ${JSON.stringify(name)} twice`);
				names.add(folded);
				for (let up = dirname(folded); up !== "."; up = dirname(up))
					folders.add(up);
				return true;
			},
		});
	} catch (error) {
		if (error instanceof UsageError) throw error;
		throw refusal(`is no zip file, or damaged (${(error as Error).message})`);
	}
	for (const name of names)
		if (folders.has(name))
			throw refusal(`has ${JSON.stringify(name)} as a file and as a folder`);
	for (const [name, content] of Object.entries(entries)) {
		const path = join(folder, name);
		makeFolder(dirname(path));
		writeFileSync(path, content);
	}
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const ZIP64_LOCATOR = 0x07064b50;
const FILE_TYPE = 0o170000;
const TYPES_OF_FILES = [0, 0o100000, 0o040000];

/**
 * The first entry that is neither file nor folder: fflate does not tell.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.12
 */
function firstLink(bytes: Buffer): string | undefined {
	const end = bytes.length - 22;
	if (end < 0 || bytes.readUInt32LE(end) !== END_OF_DIRECTORY)
		throw new Error("it does not end as one");
	if (end >= 20 && bytes.readUInt32LE(end - 20) === ZIP64_LOCATOR)
		throw new Error("it is of the format for large archives, zip64");
	const count = bytes.readUInt16LE(end + 8);
	let at = bytes.readUInt32LE(end + 16);
	for (let i = 0; i < count; i++) {
		if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY)
			throw new Error("its directory is cut off");
		const [name, extra, comment] = [28, 30, 32].map((field) =>
			bytes.readUInt16LE(at + field),
		) as [number, number, number];
		const mode = bytes.readUInt32LE(at + 38) >>> 16;
		const isUnix = bytes.readUInt8(at + 5) === UNIX;
		if (isUnix && !TYPES_OF_FILES.includes(mode & FILE_TYPE))
			return bytes.toString("utf8", at + 46, at + 46 + name);
		at += 46 + name + extra + comment;
	}
	return undefined;
}
