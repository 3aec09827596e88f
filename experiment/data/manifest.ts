import { readPlainFile } from "../../base/plain-file.ts";
import { isUtf8 } from "../../host/bytes.ts";
import { createHash } from "../../host/hash.ts";
import { writeAtomically } from "./atomic.ts";
import { DataError, readError, systemCode } from "./data-error.ts";
import { ManifestLines } from "./manifest-lines.ts";

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

/** What every name of `siblingPaths` has in it. */
export const MANIFEST_MARK = ".manifest-sha256.";

const BESIDE_DATA =
	/^(.*[^/])\.manifest-sha256\.(?:txt|stat\.json|log\.jsonl)$/s;

/** The folder that a path would be kept beside, as `siblingPaths` has it; undefined for any other name. */
export const folderBeside = (path: string): string | undefined =>
	BESIDE_DATA.exec(path)?.[1];

/**
 * `sha256:…` of the manifest's text: the one number that names the data. Equal
 * to the `h1:` digest of Go's dirhash, there in base64, here in hexadecimal.
 */
export function rootOf(manifest: Buffer | Iterable<Buffer>): string {
	const hash = createHash("sha256");
	for (const piece of Buffer.isBuffer(manifest) ? [manifest] : manifest)
		hash.update(piece);
	return `sha256:${hash.digest("hex")}`;
}

/**
 * Writes a manifest whole or not at all, and returns its root.
 * @param pieces see `formatManifest`
 * @throws DataError UNWRITABLE
 */
export function writeManifest(path: string, pieces: Iterable<Buffer>): string {
	const hash = createHash("sha256");
	function* hashed(): Generator<Buffer> {
		for (const piece of pieces) {
			hash.update(piece);
			yield piece;
		}
	}
	writeAtomically(path, hashed());
	return `sha256:${hash.digest("hex")}`;
}

/** A manifest as it was read: lines in their own form and in byte order. */
export interface Manifest {
	readonly lines: ManifestLines;
	readonly root: string;
}

/** That of some four million files; V8 has no text of twice the length. */
export const LONGEST_MANIFEST = 2 ** 28 + 2 ** 27;

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
	bytes: Buffer,
	source: string,
	known?: string,
): Manifest {
	const own = rootOf(bytes);
	if (own === known) return { lines: new ManifestLines(bytes), root: own };
	// What is no character counts as U+FFFD.
	const text = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString());
	const lines = new ManifestLines(text).inOwnForm(source).inOrder(source);
	return { lines, root: lines.bytes === bytes ? own : rootOf(lines.bytes) };
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
	return parseManifest(bytes, path, known);
}
