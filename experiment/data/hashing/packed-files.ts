import type { HashedFile } from "./hash-file.ts";

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

/** Puts each file in its place among all. Returns how many there were. */
export function unpackFiles(
	{ numbers, digests }: PackedFiles,
	into: HashedFile[],
): number {
	const count = numbers.length / WIDTH;
	const length = digests.length / count;
	for (let k = 0; k < count; k++) {
		const [index, bytes, size, mtimeMs, ctimeMs, ino] = numbers.subarray(
			k * WIDTH,
			(k + 1) * WIDTH,
		) as unknown as [number, number, number, number, number, number];
		const digest = digests.slice(k * length, (k + 1) * length);
		into[index] =
			size === NONE
				? { digest, bytes }
				: { digest, bytes, stamp: { size, mtimeMs, ctimeMs, ino } };
	}
	return count;
}
