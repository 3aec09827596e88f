import {
	closeSync,
	mkdirSync,
	openSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
	writeSync,
} from "../host/files.ts";
import { dirname, isAbsolute, relative, resolve, sep } from "../host/paths.ts";
import { randomBytes } from "../host/system-random.ts";

/**
 * Makes a folder and those it lies in; does nothing where it is there.
 *
 * Node's own recursive `mkdir` never returns for a folder below one that exists
 * and refuses with "no such file", as `/proc` does, and calls a read-only disk ENOENT.
 * @param mode of the folders that are made
 * @throws the system's error when it cannot be made
 */
export function makeFolder(path: string, mode = 0o777): void {
	const make = (folder: string, isRetry = false): void => {
		// Mostly it is. To the system that is an error, which takes ten times as long.
		if (isFolder(folder)) return;
		try {
			mkdirSync(folder, mode);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			const above = dirname(folder);
			if (code === "ENOENT" && !isRetry && above !== folder) {
				make(above);
				make(folder, true);
			} else if (!isFolder(folder)) throw error;
		}
	};
	make(resolve(path));
}

const isFolder = (path: string) =>
	statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * A name beside `path` that no other process uses. It cannot be guessed, so
 * nobody can have put a link there that would lead the writing elsewhere.
 */
export const temporaryName = (path: string): string =>
	`${path}.${randomBytes(8).toString("hex")}.tmp`;

/**
 * Writes a whole file or nothing: to a temporary name beside it, then renamed. Makes missing folders.
 * @param content pieces are written one by one, so that one may lie where the one before lay
 */
export function writeFileAtomic(
	path: string,
	content: string | NodeJS.ArrayBufferView | Iterable<Uint8Array>,
): void {
	makeFolder(dirname(path));
	const temporary = temporaryName(path);
	try {
		if (typeof content === "string" || ArrayBuffer.isView(content))
			writeFileSync(temporary, content, { flag: "wx" });
		else writePieces(temporary, content);
		renameSync(temporary, path);
	} catch (error) {
		rmSync(temporary, { force: true });
		// The user never sees the temporary name, so the error names the file.
		if (error instanceof Error)
			error.message = error.message.replace(temporary, path);
		throw error;
	}
}

function writePieces(path: string, pieces: Iterable<Uint8Array>): void {
	const file = openSync(path, "wx");
	try {
		for (const piece of pieces)
			for (let at = 0; at < piece.length; )
				at += writeSync(file, piece, at, piece.length - at);
	} finally {
		closeSync(file);
	}
}

/**
 * Does this relative path, with `/` between its parts, stay in its folder on
 * every system?
 */
export function isInside(path: string): boolean {
	return (
		// biome-ignore lint/suspicious/noControlCharactersInRegex: a path with them means something else to other readers
		!/[\x00-\x1f\x7f-\x9f\\]|^[A-Za-z]:/.test(path) &&
		path
			.split("/")
			.every((part) => part !== "" && part !== "." && part !== "..")
	);
}

/** Does this relative path, `/` between its parts, lead up and then down into other folders? */
export function isElsewhere(path: string): boolean {
	const below = path.replace(/^(\.\.\/)+/, "");
	return below !== path && isInside(below);
}

/**
 * Is an absolute path a folder, or something below that folder? Compares names;
 * links are not followed.
 */
export function isWithin(folder: string, path: string): boolean {
	const between = relative(folder, path);
	return !isAbsolute(between) && between.split(sep)[0] !== "..";
}

/**
 * Maps all paths that some file system treats as the same to one text: "É" and
 * "é", or two encodings of it.
 */
export const foldedPath = (path: string) => path.normalize("NFC").toLowerCase();

/** Characters that file systems of macOS ignore in a name. */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * Is this what some system takes for `.git`, where Git looks for settings that
 * name programs? "GIT~1" is its short name on Windows, which also leaves out dots
 * and spaces at an end and what follows a colon.
 * @param name one part of a path
 */
export const isGitName = (name: string): boolean =>
	/^(\.git|git~\d+)[. ]*(:.*)?$/i.test(
		name.normalize("NFKC").replaceAll(IGNORED_BY_HFS, ""),
	);

/** The first part of a path, `/` or `\` between its parts, that is `.git` on some system. */
export const gitPartOf = (path: string): string | undefined =>
	path.split(/[\\/]/).find(isGitName);
