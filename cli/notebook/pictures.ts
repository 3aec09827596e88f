import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { isWithin } from "../../base/files.ts";
import { readPlainFile } from "../../base/plain-file.ts";

/** The type of a picture by its first bytes; its name is not trusted. */
const SIGNATURES: readonly {
	readonly mime: string;
	readonly at: number;
	readonly bytes: string;
}[] = [
	{ mime: "image/png", at: 0, bytes: "\x89PNG\r\n\x1a\n" },
	{ mime: "image/jpeg", at: 0, bytes: "\xff\xd8\xff" },
	{ mime: "image/gif", at: 0, bytes: "GIF8" },
	{ mime: "image/webp", at: 8, bytes: "WEBP" },
];

/** Before its root an SVG may have a declaration, comments and a document type without entities. */
const SVG_HEAD =
	/^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*|<!DOCTYPE\s[^>[]*>\s*)*<svg[\s>]/;

/**
 * Most bytes of pictures in one page: a notebook can name one picture ten
 * thousand times.
 */
const MOST_BYTES = 100_000_000;
const MOST_BYTES_OF_ONE = 20_000_000;

/** Kinds of pictures that a page shows. */
export const isPictureType = (mime: string): boolean =>
	mime === "image/svg+xml" || SIGNATURES.some((one) => one.mime === mime);

function kindOf(bytes: Buffer): string | undefined {
	const known = SIGNATURES.find(
		({ at, bytes: expected }) =>
			bytes.toString("latin1", at, at + expected.length) === expected,
	);
	if (known) return known.mime;
	return SVG_HEAD.test(bytes.toString("utf8", 0, 10_000))
		? "image/svg+xml"
		: undefined;
}

/** The pictures of one notebook's folder, for one page. */
export class LocalPictures {
	readonly #folder: string;
	readonly #known = new Map<string, string | undefined>();
	#left = MOST_BYTES;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/**
	 * A picture as a data URL. Undefined for a file that does not exist, is no
	 * picture, is too large, or lies outside of the folder, also by a symbolic
	 * link: the page is handed to others, and the notebook may be a stranger's.
	 */
	dataUrl(path: string): string | undefined {
		if (path.includes("\0")) return undefined;
		const file = resolve(this.#folder, path);
		// Before the file system is asked: "\\host\share" would ask a host.
		if (!isWithin(resolve(this.#folder), file)) return undefined;
		if (!this.#known.has(file)) this.#known.set(file, this.#read(file));
		const url = this.#known.get(file);
		if (url === undefined || url.length > this.#left) return undefined;
		this.#left -= url.length;
		return url;
	}

	#read(file: string): string | undefined {
		try {
			const real = realpathSync(file);
			if (!isWithin(realpathSync(this.#folder), real)) return undefined;
			const bytes = readPlainFile(real, { maxBytes: MOST_BYTES_OF_ONE });
			const mime = bytes && kindOf(bytes);
			return mime && bytes && `data:${mime};base64,${bytes.toString("base64")}`;
		} catch {
			return undefined;
		}
	}
}
