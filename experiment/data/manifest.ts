import { sha256 } from "../../base/canonical.ts";
import { readPlainFile } from "../../base/plain-file.ts";
import { compareBytes } from "./byte-order.ts";
import { DataError, readError, systemCode } from "./data-error.ts";
import { decodeText } from "./decode-text.ts";

/** One file of a data folder. */
export interface ManifestEntry {
	/** Relative to the folder, `/` between the parts. */
	readonly path: string;
	/** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
	readonly digest: string;
}

/** The files kept beside a data folder. */
export interface SiblingPaths {
	readonly manifest: string;
	readonly statIndex: string;
	/** One line per accepted version. */
	readonly log: string;
}

/** Where the manifest of `directory` (absolute) and its companions lie: beside the folder, never in it. */
export function siblingPaths(directory: string): SiblingPaths {
	return {
		manifest: `${directory}.manifest-sha256.txt`,
		statIndex: `${directory}.manifest-sha256.stat.json`,
		log: `${directory}.manifest-sha256.log.jsonl`,
	};
}

const BESIDE_DATA =
	/^(.*[^/])\.manifest-sha256\.(?:txt|stat\.json|log\.jsonl)$/s;

/** The folder that a path would be kept beside, as `siblingPaths` has it; undefined for any other name. */
export const folderBeside = (path: string): string | undefined =>
	BESIDE_DATA.exec(path)?.[1];

const ESCAPES: Readonly<Record<string, string>> = {
	"\\": "\\\\",
	"\n": "\\n",
	"\r": "\\r",
};

function formatLine({ path, digest }: ManifestEntry): string {
	// coreutils marks a line with an escaped name by a leading backslash.
	if (!/[\\\n\r]/.test(path)) return `${digest}  ${path}\n`;
	return `\\${digest}  ${path.replace(/[\\\n\r]/g, (c) => ESCAPES[c] as string)}\n`;
}

/**
 * What `sha256sum` prints for these files; entries must be in byte order. As bytes
 * that are written once: a text of a million lines is kept in parts, then as a whole, and is copied to be hashed.
 * @param entries are gone through twice
 */
export function formatManifest(entries: Iterable<ManifestEntry>): Buffer {
	let length = 0;
	for (const entry of entries) length += Buffer.byteLength(formatLine(entry));
	const bytes = Buffer.allocUnsafeSlow(length);
	let at = 0;
	for (const entry of entries) at += bytes.write(formatLine(entry), at);
	return bytes;
}

/**
 * `sha256:…` of the manifest's text: the one number that names the data. Equal
 * to the `h1:` digest of Go's dirhash, there in base64, here in hexadecimal.
 */
export function rootOf(manifest: string | Buffer): string {
	return sha256(manifest);
}

/** A manifest as it was read. */
export interface Manifest {
	/** In byte order. */
	readonly entries: readonly ManifestEntry[];
	readonly root: string;
}

/** That of some four million files; V8 has no text of twice the length. */
export const LONGEST_MANIFEST = 2 ** 28 + 2 ** 27;

/** A path with an empty part, `.` or `..`. */
const UNCLEAN_PATH = /(?:^|\/)\.{0,2}(?:\/|$)/;
const LINE = /^(\\?)([0-9a-fA-F]{64}) [ *](.+)$/s;

function parseLine(line: string): ManifestEntry | undefined {
	const match = LINE.exec(line);
	if (!match) return undefined;
	const [, escaped, digest = "", name = ""] = match;
	const path = (
		escaped
			? name.replace(/\\(.)/gs, (_, c: string) =>
					c === "n" ? "\n" : c === "r" ? "\r" : c,
				)
			: name
	).replace(/^(\.\/)+/, "");
	if (UNCLEAN_PATH.test(path)) return undefined;
	return { path, digest: digest.toLowerCase() };
}

/** The entry of a line that `formatLine` wrote. */
function cutLine(line: string): ManifestEntry {
	return line.startsWith("\\")
		? (parseLine(line) as ManifestEntry)
		: { path: line.slice(66), digest: line.slice(0, 64) };
}

/**
 * A manifest, whoever wrote it: `sha256sum`'s text and binary marks, `./` in
 * front, any order and CRLF line ends are accepted. Its root is that of the same
 * lines as `formatManifest` writes them.
 * @param source the manifest's path, for messages
 * @param known a root that an earlier check found: a text with this digest needs
 *   no second look at each of its lines
 * @throws DataError BAD_MANIFEST with the line's number
 */
export function parseManifest(
	text: string,
	source: string,
	known?: string,
): Manifest {
	const own = rootOf(text);
	const lines = text.split("\n");
	if (lines.at(-1) === "") lines.pop();
	if (own === known) return { entries: lines.map(cutLine), root: own };
	const entries: ManifestEntry[] = [];
	let canonical = text.endsWith("\n") || text === "";
	let sorted = true;
	for (const [index, raw] of lines.entries()) {
		// A carriage return of a name is escaped, so one at the end is a CRLF.
		const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
		const entry = parseLine(line);
		if (!entry)
			throw new DataError(
				"BAD_MANIFEST",
				`line ${index + 1} of ${source} is not "<sha256>  <relative path>": ${JSON.stringify(line.slice(0, 120))}; restore the file, or write a new one with --init --accept "why"`,
			);
		if (formatLine(entry) !== `${raw}\n`) canonical = false;
		const previous = entries.at(-1);
		if (previous && compareBytes(previous.path, entry.path) >= 0)
			sorted = false;
		entries.push(entry);
	}
	if (!sorted) {
		entries.sort((a, b) => compareBytes(a.path, b.path));
		for (const [index, entry] of entries.entries())
			if (entries[index + 1]?.path === entry.path)
				throw new DataError(
					"BAD_MANIFEST",
					`${source} names ${entry.path} twice; remove one of the lines`,
				);
	}
	return {
		entries,
		root: sorted && canonical ? own : rootOf(formatManifest(entries)),
	};
}

/**
 * Reads a manifest; `undefined` when there is none.
 * @param known see `parseManifest`
 * @throws DataError BAD_MANIFEST, UNREADABLE
 */
export function readManifest(
	path: string,
	known?: string,
): Manifest | undefined {
	let bytes: Buffer | undefined;
	try {
		bytes = readPlainFile(path, {
			maxBytes: LONGEST_MANIFEST,
			followLinks: true,
		});
	} catch (error) {
		if (systemCode(error) === "ENOENT") return undefined;
		throw readError(error, path);
	}
	if (!bytes)
		throw new DataError(
			"BAD_MANIFEST",
			`${path} is no plain file of at most ${LONGEST_MANIFEST / 2 ** 20} MiB, so it is not read as a manifest; remove it, or name another one with --manifest`,
		);
	return parseManifest(decodeText(bytes), path, known);
}
