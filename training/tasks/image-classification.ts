import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { choice, count, path } from "../../experiment/parameters/field.ts";
import { type ParamsOf, schema } from "../../experiment/parameters/schema.ts";
import type { TaskSpec } from "../task.ts";
import { trainingFields } from "./params.ts";

const params = schema({
	data: path("data/digits", "folder with train, val and test"),
	model: choice(
		["CNN_basic"],
		"CNN_basic",
		"CNN_basic: 3 convolutions on 32×32 RGB",
	),
	...trainingFields({ optimizer: "adam", lr: 0.001, epochs: 5, batch: 64 }),
	limit: count(0, "at most so many images per split; 0 for all", 0),
});
export type ImageParams = ParamsOf<typeof params>;

/**
 * Classifies images in folders `train|val|test/class/file`, PNG or JPEG. They
 * are resized to the model's input and normalised by the training images.
 * Tested with the weights of the epoch that validated best. Random streams:
 * init, order.
 */
export const imageClassification: TaskSpec<ImageParams> = {
	name: "image-classification",
	summary: "Classify images laid out as train|val|test/class/file",
	params,
	takesModel: (shape) => shape.length === 3 && shape[2] === 3,
	problem({ data }) {
		const folder = resolve(data);
		return existsSync(folder) && statSync(folder).isDirectory()
			? undefined
			: `data=${data} is no folder (${folder})`;
	},
	load: async () => (await import("./train-images.ts")).trainImages,
};
