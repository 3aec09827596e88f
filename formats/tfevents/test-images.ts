import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isEventFile } from "./event-file.ts";
import { valuesIn, within } from "./read-events.ts";

/** An image of a TensorBoard file. */
export interface EventImage {
	readonly step: number;
	readonly tag: string;
	/** The file's bytes. */
	readonly png: Buffer;
}

/** Fields of the messages Summary.Value and Summary.Image. */
const IMAGE = 4;
const IMAGE_ENCODED = 4;

/** The images of a TensorBoard file, in order. */
function* readImages(file: Buffer): Generator<EventImage> {
	for (const { step, tag, parts } of valuesIn(file)) {
		const png = within(parts.get(IMAGE), IMAGE_ENCODED);
		if (png) yield { step, tag, png };
	}
}

/** The images of all TensorBoard files in a folder, in order. */
export const imagesIn = (directory: string): EventImage[] =>
	readdirSync(directory)
		.filter(isEventFile)
		.flatMap((file) => [...readImages(readFileSync(join(directory, file)))]);
