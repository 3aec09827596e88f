import { badFormat } from "./byte-reader.ts";

/** Labelled images as a published set stores them; the pixels are read one image at a time. */
export interface ImageSource {
	readonly height: number;
	readonly width: number;
	readonly channels: 1 | 3;
	/** Index into `classes`, one per image. */
	readonly labels: Uint8Array;
	/** Folder name of each class. Their order as text is the order of the labels. */
	readonly classes: readonly string[];
	/**
	 * Each image's `[height, width, channels]` bytes, in the order of the labels;
	 * an array may be overwritten once the next is asked for.
	 */
	images(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** The classes of sets of digits, and of others whose classes have only numbers. */
export const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

/** The indices of the images of each class, classes in their own order. */
export function byClass({
	labels,
	classes,
}: ImageSource): Map<string, number[]> {
	const members = new Map<string, number[]>(classes.map((name) => [name, []]));
	for (const [index, label] of labels.entries())
		members.get(classes[label] as string)?.push(index);
	return members;
}

/** @throws DataError BAD_FORMAT when a label names no class */
export function checkLabels(
	labels: Uint8Array,
	classes: readonly string[],
	file: string,
): void {
	const wrong = labels.findIndex((label) => label >= classes.length);
	if (wrong !== -1)
		throw badFormat(
			file,
			`label ${wrong} is ${labels[wrong]}, which none of the ${classes.length} classes has`,
		);
}

/** How an image's colour planes lie in a file. */
export type PlaneOrder = "rows" | "columns";

/**
 * Colour planes, one after the other, as pixels: `[height, width, channels]`.
 * @param order whether a plane holds its image row by row or, as MATLAB does,
 * column by column
 */
export function interleave(
	planes: Uint8Array,
	height: number,
	width: number,
	order: PlaneOrder,
	target: Uint8Array,
): void {
	const area = height * width;
	const channels = planes.length / area;
	const [across, down] = order === "rows" ? [1, width] : [height, 1];
	let at = 0;
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			for (let channel = 0; channel < channels; channel++)
				target[at++] = planes[channel * area + y * down + x * across] as number;
}
