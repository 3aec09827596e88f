import { messageOf } from "../../../base/errors.ts";
import { readFileSync } from "../../../host/files.ts";
import { decodePicture } from "./decode.ts";
import { addPicture, addSums, noPixels, type PixelSums } from "./pixel-sums.ts";

/** What a number of picture files have in them. */
export interface Examined {
	readonly sums: PixelSums;
	/** Pictures by size, `28×28` as width × height. */
	readonly sizes: Map<string, number>;
	/** Files that could not be read, by index, with the reason. */
	readonly failures: Map<number, string>;
}

export function nothingExamined(): Examined {
	return { sums: noPixels(), sizes: new Map(), failures: new Map() };
}

/** Reads and decodes one file. */
export function examineFile(into: Examined, path: string, index: number): void {
	try {
		const picture = decodePicture(readFileSync(path));
		addPicture(into.sums, picture);
		const size = `${picture.width}×${picture.height}`;
		into.sizes.set(size, (into.sizes.get(size) ?? 0) + 1);
	} catch (error) {
		into.failures.set(index, messageOf(error));
	}
}

export function addExamined(into: Examined, other: Examined): void {
	addSums(into.sums, other.sums);
	for (const [size, count] of other.sizes)
		into.sizes.set(size, (into.sizes.get(size) ?? 0) + count);
	for (const [index, reason] of other.failures)
		into.failures.set(index, reason);
}
