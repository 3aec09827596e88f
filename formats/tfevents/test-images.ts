import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isEventFile } from "./event-file.ts";
import { type EventImage, readImages } from "./read-events.ts";

/** The images of all TensorBoard files in a folder, in order. */
export const imagesIn = (directory: string): EventImage[] =>
	readdirSync(directory)
		.filter(isEventFile)
		.flatMap((file) => [...readImages(readFileSync(join(directory, file)))]);
