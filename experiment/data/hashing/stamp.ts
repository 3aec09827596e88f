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

	/** Base64 of the numbers, each 64 bits, little-endian as on all machines that Node has. */
	toText(): string {
		return Buffer.from(this.#facts.buffer).toString("base64");
	}

	/** Undefined when the text is not that of so many lines. */
	static fromText(text: string, lines: number): Stamps | undefined {
		const bytes = Buffer.from(text, "base64");
		const stamps = new Stamps(lines);
		if (bytes.length !== stamps.#facts.byteLength) return undefined;
		new Uint8Array(stamps.#facts.buffer).set(bytes);
		return stamps;
	}
}
