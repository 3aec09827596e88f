import type { HashedFile, HashKind } from "./hash-file.ts";

/** What a thread has hashed, in a form that another one takes over without copying object by object. */
export interface PackedFiles {
	/** `WIDTH` numbers a file: index, bytes, and the stamp or `NONE`. */
	readonly numbers: Float64Array<ArrayBuffer>;
	/** All of one length, one after the other. */
	readonly digests: string;
}

const WIDTH = 6;
/** In the place of a size: there is no stamp. */
const NONE = -1;

/** @param indices of the files among all that are hashed */
export function packFiles(
	indices: readonly number[],
	files: readonly HashedFile[],
): PackedFiles {
	const numbers = new Float64Array(files.length * WIDTH);
	for (const [k, { bytes, stamp }] of files.entries()) {
		const at = k * WIDTH;
		numbers[at] = indices[k] as number;
		numbers[at + 1] = bytes;
		numbers[at + 2] = stamp?.size ?? NONE;
		numbers[at + 3] = stamp?.mtimeMs ?? NONE;
		numbers[at + 4] = stamp?.ctimeMs ?? NONE;
		numbers[at + 5] = stamp?.ino ?? NONE;
	}
	return { numbers, digests: files.map(({ digest }) => digest).join("") };
}

/** Bytes of a digest. */
const DIGEST_BYTES: Readonly<Record<HashKind, number>> = {
	sha256: 32,
	"git-blob": 20,
};

/** Files that were hashed, each in its place among all. An object of each would take five times the memory. */
export class HashedFiles {
	/** `WIDTH - 1` numbers a file: as in `PackedFiles`, without the index. */
	readonly #numbers: Float64Array;
	readonly #digests: Buffer;
	readonly #digestBytes: number;

	constructor(count: number, as: HashKind = "sha256") {
		this.#digestBytes = DIGEST_BYTES[as];
		this.#numbers = new Float64Array(count * (WIDTH - 1));
		this.#digests = Buffer.alloc(count * this.#digestBytes);
	}

	set(index: number, file: HashedFile): void {
		this.take(packFiles([index], [file]));
	}

	/** Takes over what a thread has hashed. Returns how many files that were. */
	take({ numbers, digests }: PackedFiles): number {
		const count = numbers.length / WIDTH;
		const length = this.#digestBytes;
		for (let k = 0; k < count; k++) {
			const at = k * WIDTH;
			const index = numbers[at] as number;
			this.#numbers.set(
				numbers.subarray(at + 1, at + WIDTH),
				index * (WIDTH - 1),
			);
			this.#digests.write(
				digests.slice(2 * k * length, 2 * (k + 1) * length),
				index * length,
				"hex",
			);
		}
		return count;
	}

	digest(index: number): string {
		const at = index * this.#digestBytes;
		return this.#digests.toString("hex", at, at + this.#digestBytes);
	}

	at(index: number): HashedFile {
		const digest = this.digest(index);
		const at = index * (WIDTH - 1);
		const [bytes, size, mtimeMs, ctimeMs, ino] = this.#numbers.subarray(
			at,
			at + WIDTH - 1,
		) as unknown as [number, number, number, number, number];
		return size === NONE
			? { digest, bytes }
			: { digest, bytes, stamp: { size, mtimeMs, ctimeMs, ino } };
	}
}
