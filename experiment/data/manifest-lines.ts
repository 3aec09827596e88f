import { compareBytes, compareParts } from "./byte-order.ts";
import { DataError } from "./data-error.ts";
import { type SharedTexts, TextPacker } from "./hashing/shared-texts.ts";

/** One file of a data folder. */
export interface ManifestEntry {
	/** Relative to the folder, `/` between the parts. */
	readonly path: string;
	/** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
	readonly digest: string;
}

const DIGEST = 64;
/** Characters of a line without its path: digest, two spaces and the line end. */
const FRAME = DIGEST + 3;

const [LINE_FEED, RETURN, SPACE, DOT, SLASH, BACKSLASH] = [
	0x0a, 0x0d, 0x20, 0x2e, 0x2f, 0x5c,
] as const;

/** What stands for a line feed and a carriage return behind a backslash. */
const [LETTER_N, LETTER_R] = [0x6e, 0x72] as const;

const isEscaped = (byte: number) =>
	byte === BACKSLASH || byte === LINE_FEED || byte === RETURN;

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

/**
 * Is this, without its line end, what `formatLine` gives for a path without
 * escapes? Says of most lines that they are right, and makes no string of any.
 */
function isPlainLine(bytes: Uint8Array, start: number, end: number): boolean {
	if (end - start <= DIGEST + 2) return false;
	for (let at = start; at < start + DIGEST; at++) {
		const byte = bytes[at] as number;
		if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)))
			return false;
	}
	const path = start + DIGEST + 2;
	if (bytes[path - 2] !== SPACE || bytes[path - 1] !== SPACE) return false;
	let partStart = path;
	let dots = 0;
	for (let at = path; at <= end; at++) {
		const byte = at === end ? SLASH : (bytes[at] as number);
		if (byte === SLASH) {
			const length = at - partStart;
			if (length === dots && length <= 2) return false;
			partStart = at + 1;
			dots = 0;
		} else if (byte === DOT) dots++;
		else if (byte === BACKSLASH || byte === RETURN) return false;
	}
	return true;
}

/** Where each line begins; at last, where one more would. A line end that is missing at the end is counted. */
function lineStarts(bytes: Buffer): Uint32Array {
	let count = 0;
	for (let at = 0; at < bytes.length; at++)
		if (bytes[at] === LINE_FEED) count++;
	const isCut = bytes.length > 0 && bytes.at(-1) !== LINE_FEED;
	if (isCut) count++;
	const starts = new Uint32Array(count + 1);
	let line = 0;
	for (let at = 0; at < bytes.length; at++)
		if (bytes[at] === LINE_FEED) starts[++line] = at + 1;
	if (isCut) starts[count] = bytes.length + 1;
	return starts;
}

/**
 * Lines as `sha256sum` writes them, of which each is read when it is asked for:
 * an object with two strings of each takes three times the memory.
 */
export class ManifestLines implements Iterable<ManifestEntry> {
	/** All lines, as they are written. */
	readonly bytes: Buffer;
	readonly #starts: Uint32Array;

	/** @param bytes UTF-8 that `formatLine` wrote, or that is looked at before it is used */
	constructor(bytes: Buffer) {
		this.bytes = bytes;
		this.#starts = lineStarts(bytes);
	}

	get length(): number {
		return this.#starts.length - 1;
	}

	#start(line: number): number {
		return this.#starts[line] as number;
	}

	/** Without its line end. */
	#text(line: number): string {
		return this.bytes.toString(
			"utf8",
			this.#start(line),
			this.#start(line + 1) - 1,
		);
	}

	/** Is the path written with escapes, and so the digest one character further? */
	#isEscaped(line: number): boolean {
		return this.bytes[this.#start(line)] === BACKSLASH;
	}

	#digestStart(line: number): number {
		return this.#start(line) + (this.#isEscaped(line) ? 1 : 0);
	}

	path(line: number): string {
		return this.#isEscaped(line)
			? (parseLine(this.#text(line)) as ManifestEntry).path
			: this.#text(line).slice(DIGEST + 2);
	}

	*paths(): Generator<string> {
		for (let line = 0; line < this.length; line++) yield this.path(line);
	}

	digest(line: number): string {
		const at = this.#digestStart(line);
		return this.bytes.toString("latin1", at, at + DIGEST);
	}

	at(line: number): ManifestEntry {
		return { path: this.path(line), digest: this.digest(line) };
	}

	*[Symbol.iterator](): Generator<ManifestEntry> {
		for (let line = 0; line < this.length; line++) yield this.at(line);
	}

	/** Writes a line's digest in hexadecimal, and says how many bytes these are. */
	writeDigest(line: number, target: Buffer, at: number): number {
		const start = this.#digestStart(line);
		return this.bytes.copy(target, at, start, start + DIGEST);
	}

	/** Order of a line's path and of a text, by their bytes. */
	comparePath(line: number, texts: SharedTexts, index: number): number {
		if (this.#isEscaped(line))
			return compareBytes(this.path(line), texts.at(index));
		return compareParts(
			this.bytes,
			this.#start(line) + DIGEST + 2,
			this.#start(line + 1) - 1,
			texts.bytes,
			texts.start(index),
			texts.start(index + 1),
		);
	}

	/** Order of two lines' paths, by their bytes. */
	#comparePaths(a: number, b: number): number {
		if (this.#isEscaped(a) || this.#isEscaped(b))
			return compareBytes(this.path(a), this.path(b));
		return compareParts(
			this.bytes,
			this.#start(a) + DIGEST + 2,
			this.#start(a + 1) - 1,
			this.bytes,
			this.#start(b) + DIGEST + 2,
			this.#start(b + 1) - 1,
		);
	}

	/**
	 * The same lines as they are written here, whoever wrote these.
	 * @param source the manifest's path, for messages
	 * @throws DataError BAD_MANIFEST with the line's number
	 */
	inOwnForm(source: string): ManifestLines {
		let isOwn = this.#start(this.length) === this.bytes.length;
		for (let line = 0; line < this.length; line++)
			if (!this.#isPlain(line)) {
				const raw = this.#text(line);
				isOwn &&= formatLine(readLine(raw, line, source)) === `${raw}\n`;
			}
		if (isOwn) return this;
		const packer = new TextPacker();
		for (let line = 0; line < this.length; line++)
			packer.add(
				this.#isPlain(line)
					? `${this.#text(line)}\n`
					: formatLine(readLine(this.#text(line), line, source)),
			);
		return new ManifestLines(packer.finish().bytes);
	}

	#isPlain(line: number): boolean {
		return isPlainLine(
			this.bytes,
			this.#start(line),
			this.#start(line + 1) - 1,
		);
	}

	/**
	 * The same lines in the order of their paths' bytes.
	 * @param source the manifest's path, for messages
	 * @throws DataError BAD_MANIFEST when a path is named twice
	 */
	inOrder(source: string): ManifestLines {
		let isSorted = true;
		for (let line = 1; isSorted && line < this.length; line++)
			isSorted = this.#comparePaths(line - 1, line) < 0;
		if (isSorted) return this;
		const order = Uint32Array.from({ length: this.length }, (_, line) => line);
		order.sort((a, b) => this.#comparePaths(a, b));
		const bytes = Buffer.allocUnsafeSlow(this.bytes.length);
		let at = 0;
		let previous: number | undefined;
		for (const line of order) {
			if (previous !== undefined && this.#comparePaths(previous, line) === 0)
				throw new DataError(
					"BAD_MANIFEST",
					`${source} names ${this.path(line)} twice; remove one of the lines`,
				);
			at += this.bytes.copy(
				bytes,
				at,
				this.#start(line),
				this.#start(line + 1),
			);
			previous = line;
		}
		return new ManifestLines(bytes);
	}
}

/** @param raw a line without its line feed */
function readLine(raw: string, index: number, source: string): ManifestEntry {
	// A carriage return of a name is escaped, so one at the end is a CRLF.
	const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
	const entry = parseLine(line);
	if (entry) return entry;
	throw new DataError(
		"BAD_MANIFEST",
		`line ${index + 1} of ${source} is not "<sha256>  <relative path>": ${JSON.stringify(line.slice(0, 120))}; restore the file, or write a new one with --init --accept "why"`,
	);
}

/** What a manifest is made of. */
export interface ListedFiles {
	/** In byte order. */
	readonly paths: SharedTexts;
	/** Writes a file's digest in hexadecimal, and says how many bytes these are. */
	writeDigest(index: number, target: Buffer, at: number): number;
}

const PIECE_BYTES = 1 << 18;

/**
 * What `sha256sum` prints for these files, piece by piece: a million lines are
 * written and hashed as they come, and are never in memory at once.
 * @param leftOut indices of paths that get no line
 * @returns pieces, each to be used before the next is asked for, which lies in the same place
 */
export function* formatManifest(
	{ paths, writeDigest }: ListedFiles,
	leftOut?: ReadonlySet<number>,
): Generator<Buffer> {
	const { bytes: names } = paths;
	let piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
	let at = 0;
	for (let index = 0; index < paths.length; index++) {
		if (leftOut?.has(index)) continue;
		const [start, end] = [paths.start(index), paths.start(index + 1)];
		// Where every character is escaped.
		const longest = 1 + FRAME + 2 * (end - start);
		if (at + longest > piece.length) {
			yield piece.subarray(0, at);
			at = 0;
			if (longest > piece.length) piece = Buffer.allocUnsafeSlow(longest);
		}
		let isMarked = false;
		for (let from = start; from < end && !isMarked; from++)
			isMarked = isEscaped(names[from] as number);
		if (isMarked) piece[at++] = BACKSLASH;
		at += writeDigest(index, piece, at);
		piece[at++] = SPACE;
		piece[at++] = SPACE;
		for (let from = start; from < end; from++) {
			const byte = names[from] as number;
			if (isMarked && isEscaped(byte)) {
				piece[at++] = BACKSLASH;
				piece[at++] =
					byte === LINE_FEED ? LETTER_N : byte === RETURN ? LETTER_R : byte;
			} else piece[at++] = byte;
		}
		piece[at++] = LINE_FEED;
	}
	yield piece.subarray(0, at);
}
