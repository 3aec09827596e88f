import type { HashedFile, HashKind } from "./hash-file.ts";
import { Stamps } from "./stamp.ts";

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

/**
 * Files that were hashed, each in its place among all. An object of each would
 * take five times the memory; places of files that were not hashed take none but
 * those of their stamps, since the system gives memory to what is written.
 */
export class HashedFiles {
	/** Of the files that have one. */
	readonly stamps: Stamps;
	readonly #sizes: Float64Array;
	readonly #digests: Buffer;
	readonly #digestBytes: number;

	constructor(count: number, as: HashKind = "sha256") {
		this.#digestBytes = DIGEST_BYTES[as];
		this.#sizes = new Float64Array(count);
		this.stamps = new Stamps(count);
		this.#digests = Buffer.alloc(count * this.#digestBytes);
	}

	set(index: number, { digest, bytes, stamp }: HashedFile): void {
		this.#sizes[index] = bytes;
		if (stamp) this.stamps.set(index, stamp);
		this.#digests.write(digest, index * this.#digestBytes, "hex");
	}

	/** Takes over what a thread has hashed. Returns how many files that were. */
	take({ numbers, digests }: PackedFiles): number {
		const count = numbers.length / WIDTH;
		const length = this.#digestBytes;
		for (let k = 0; k < count; k++) {
			const at = k * WIDTH;
			const [index, bytes, size, mtimeMs, ctimeMs, ino] = numbers.subarray(
				at,
				at + WIDTH,
			) as unknown as [number, number, number, number, number, number];
			this.set(index, {
				digest: digests.slice(2 * k * length, 2 * (k + 1) * length),
				bytes,
				...(size !== NONE && { stamp: { size, mtimeMs, ctimeMs, ino } }),
			});
		}
		return count;
	}

	bytes(index: number): number {
		return this.#sizes[index] as number;
	}

	/** Hexadecimal. */
	digest(index: number): string {
		const at = index * this.#digestBytes;
		return this.#digests.toString("hex", at, at + this.#digestBytes);
	}

	/** Writes a digest in hexadecimal, and says how many bytes these are. */
	writeDigest(index: number, target: Buffer, at: number): number {
		return target.write(this.digest(index), at, "latin1");
	}
}
