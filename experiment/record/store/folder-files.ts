import { gitPartOf, isInside } from "../../../base/files.ts";
import {
	closeSync,
	constants,
	fstatSync,
	lstatSync,
	openSync,
	readdirSync,
	readSync,
	writeSync,
} from "../../../host/files.ts";
import { join, relative } from "../../../host/paths.ts";

/** Written after the seal, each with a signature of its own. */
const CERTIFICATE = "certificate.intoto.jsonl";

/** What systems, network shares and front ends leave in a folder that somebody looks at. */
const LITTER =
	/^(\.DS_Store|\._.*|\.localized|Thumbs\.db|desktop\.ini|\.directory|\.nfs[\da-f]+|\.fuse_hidden[\da-f]+|@eaDir|\.ipynb_checkpoints)$/;

/** Everything in a folder but folders, relative, with `/`. */
const entriesOf = (directory: string): string[] =>
	readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => !entry.isDirectory())
		.map((entry) =>
			relative(directory, join(entry.parentPath, entry.name)).replaceAll(
				"\\",
				"/",
			),
		);

/**
 * Every file of a run's folder that its record must know, relative, with `/`, in
 * order; links too, which no run makes. Left out are the record itself, its
 * certificate, and what systems leave behind in folders.
 */
export function filesOf(directory: string): string[] {
	return entriesOf(directory)
		.filter(
			(path) =>
				path !== "run.json" &&
				path !== CERTIFICATE &&
				!path.split("/").some((part) => LITTER.test(part)),
		)
		.sort();
}

/** The first entry of a folder, at any depth, that git would take its settings from. */
export const gitEntryIn = (directory: string): string | undefined =>
	readdirSync(directory, { recursive: true, encoding: "utf8" }).find(
		(path) => gitPartOf(path) !== undefined,
	);

/** The most that is read of one file into memory. */
export const MOST_READ = 2 ** 31 - 1;

/** A file that is open for reading. */
export interface OpenFile {
	readonly descriptor: number;
	readonly bytes: number;
}

// Windows knows neither.
const PLAINLY =
	constants.O_RDONLY |
	(constants.O_NOFOLLOW ?? 0) |
	(constants.O_NONBLOCK ?? 0);

/**
 * Does something with a plain file inside a folder. Who made the folder may be
 * anybody: no path leads out of it, no link is followed, and what never ends (a
 * device, a pipe) or is no file is not opened for long enough to wait for it.
 * @param path relative, with `/`
 * @returns undefined where there is no such file, or none that may be read
 */
export function withFileOf<T>(
	directory: string,
	path: string,
	use: (file: OpenFile) => T,
): T | undefined {
	if (!isInside(path)) return undefined;
	const parts = path.split("/");
	const isLinked = parts
		.slice(0, -1)
		.some((_, i) => isLink(join(directory, ...parts.slice(0, i + 1))));
	if (isLinked) return undefined;
	let descriptor: number;
	try {
		descriptor = openSync(join(directory, path), PLAINLY);
	} catch {
		return undefined;
	}
	try {
		const found = fstatSync(descriptor);
		return found.isFile() && !isLink(join(directory, path))
			? use({ descriptor, bytes: found.size })
			: undefined;
	} finally {
		closeSync(descriptor);
	}
}

const isLink = (path: string) => {
	try {
		return lstatSync(path).isSymbolicLink();
	} catch {
		return false; // It cannot be opened either.
	}
};

/**
 * The bytes of a plain file inside a folder (see `withFileOf`).
 * @param most a file that is larger is none
 * @returns undefined where there is no such file
 */
export const readFileOf = (
	directory: string,
	path: string,
	most = MOST_READ,
): Buffer | undefined =>
	withFileOf(directory, path, (file) => {
		if (file.bytes > most) return undefined;
		const content = Buffer.alloc(file.bytes);
		let at = 0;
		for (const piece of piecesOf(file)) at += piece.copy(content, at);
		return content.subarray(0, at);
	});

/**
 * The bytes of a plain file inside a folder (see `withFileOf`).
 * @throws where there is no such file
 */
export function bytesOf(
	directory: string,
	path: string,
	most?: number,
): Buffer {
	const content = readFileOf(directory, path, most);
	if (!content)
		throw new Error(
			`${join(directory, path)} is missing, too large, or no plain file`,
		);
	return content;
}

/**
 * The text of a plain file inside a folder (see `withFileOf`).
 * @throws where there is no such file
 */
export const textOf = (directory: string, path: string): string =>
	bytesOf(directory, path, LONGEST_TEXT).toString();

/** What the engine can hold as one text. */
const LONGEST_TEXT = 2 ** 29 - 25;

const CHUNK = 1 << 20;

/** The bytes of an open file, a piece at a time; what is added to it meanwhile is none of it. */
export function* piecesOf({
	descriptor,
	bytes,
}: OpenFile): Generator<Buffer, void> {
	const piece = Buffer.alloc(Math.min(CHUNK, bytes));
	for (let at = 0; at < bytes; ) {
		const wanted = Math.min(piece.length, bytes - at);
		const read = readSync(descriptor, piece, 0, wanted, at);
		if (read === 0) return;
		yield piece.subarray(0, read);
		at += read;
	}
}

/**
 * Copies a plain file inside a folder (see `withFileOf`).
 * @param to a file that is not there yet
 * @returns was there such a file, and no more than `most` bytes in it?
 */
export function copyFileOf(
	directory: string,
	path: string,
	to: string,
	most = Number.POSITIVE_INFINITY,
): boolean {
	const isCopied = withFileOf(directory, path, (file) => {
		if (file.bytes > most) return false;
		const copy = openSync(to, "wx");
		try {
			for (const piece of piecesOf(file)) writeSync(copy, piece);
		} finally {
			closeSync(copy);
		}
		return true;
	});
	return isCopied ?? false;
}
