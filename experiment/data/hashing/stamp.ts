import type { Stats } from "../../../host/files.ts";

/**
 * What tells whether a file was touched. Nobody can set a file's ctime back, so
 * it betrays a restored mtime.
 */
export type Stamp = Pick<Stats, "size" | "mtimeMs" | "ctimeMs" | "ino">;

export function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): Stamp {
	return { size, mtimeMs, ctimeMs, ino };
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
	return (
		a.size === b.size &&
		a.mtimeMs === b.mtimeMs &&
		a.ctimeMs === b.ctimeMs &&
		a.ino === b.ino
	);
}

/** Coarsest clock among the file systems in use: FAT counts in two seconds. */
const RACY_WINDOW_MS = 2_000;

/**
 * Whether a file could be written again without its stamp changing, because it
 * was written so shortly before `hashedAt` that the file system's clock may not
 * have moved on ("racily clean" in git's racy-git documentation). That also
 * covers the quarter of a microsecond to which a time in milliseconds is exact.
 */
export function isRacy({ mtimeMs, ctimeMs }: Stamp, hashedAt: number): boolean {
	return Math.max(mtimeMs, ctimeMs) >= hashedAt - RACY_WINDOW_MS;
}

const WIDTH = 4;
/** In the place of a size: the line has no stamp. */
const NONE = -1;
/** How much is turned into base64 at once; three bytes are four characters. */
const PIECE_BYTES = 3 << 14;

/**
 * The stamps of a manifest's lines, some of which may have none. They are numbers
 * in one array, because making an object or a text of each takes longer than
 * asking the file system for it.
 */
export class Stamps {
	readonly #facts: Float64Array<ArrayBuffer>;

	constructor(lines: number) {
		this.#facts = new Float64Array(lines * WIDTH).fill(NONE);
	}

	get lines(): number {
		return this.#facts.length / WIDTH;
	}

	set(line: number, { size, mtimeMs, ctimeMs, ino }: Stamp): void {
		const facts = this.#facts;
		const at = line * WIDTH;
		facts[at] = size;
		facts[at + 1] = mtimeMs;
		facts[at + 2] = ctimeMs;
		facts[at + 3] = ino;
	}

	/** Bytes of the file when its stamp was taken. */
	size(line: number): number {
		return this.#facts[line * WIDTH] as number;
	}

	/** Makes a line's stamp what another one's is there. */
	copy(line: number, from: Stamps, fromLine: number): void {
		for (let k = 0; k < WIDTH; k++)
			this.#facts[line * WIDTH + k] = from.#facts[
				fromLine * WIDTH + k
			] as number;
	}

	has(line: number): boolean {
		return this.#facts[line * WIDTH] !== NONE;
	}

	/** Is this what the line's stamp says? */
	matches(line: number, { size, mtimeMs, ctimeMs, ino }: Stamp): boolean {
		const facts = this.#facts;
		const at = line * WIDTH;
		return (
			facts[at] === size &&
			facts[at + 1] === mtimeMs &&
			facts[at + 2] === ctimeMs &&
			facts[at + 3] === ino
		);
	}

	equals(other: Stamps): boolean {
		return Buffer.from(this.#facts.buffer).equals(
			Buffer.from(other.#facts.buffer),
		);
	}

	/** Characters of the numbers in base64. */
	get base64Length(): number {
		return 4 * Math.ceil(this.#facts.byteLength / 3);
	}

	/**
	 * Writes base64 of the numbers, each 64 bits, little-endian as on all machines
	 * that Node has. Piece by piece: a text of all would be one more copy.
	 */
	writeBase64(target: Buffer, at: number): void {
		const bytes = Buffer.from(this.#facts.buffer);
		for (let from = 0; from < bytes.length; from += PIECE_BYTES)
			target.write(
				bytes.toString("base64", from, from + PIECE_BYTES),
				at + (from / 3) * 4,
				"latin1",
			);
	}

	/** What `writeBase64` wrote; undefined when that is not of so many lines. */
	static fromBase64(text: Buffer, lines: number): Stamps | undefined {
		const stamps = new Stamps(lines);
		if (text.length !== stamps.base64Length) return undefined;
		const bytes = Buffer.from(stamps.#facts.buffer);
		const piece = (PIECE_BYTES / 3) * 4;
		let at = 0;
		for (let from = 0; from < text.length; from += piece)
			at += bytes.write(
				text.toString("latin1", from, from + piece),
				at,
				"base64",
			);
		return at === bytes.length ? stamps : undefined;
	}
}
