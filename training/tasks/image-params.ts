import { choice, count, path } from "../../experiment/parameters/field.ts";
import { type ParamsOf, schema } from "../../experiment/parameters/schema.ts";
import { trainingFields } from "./params.ts";

/** Of the task `image-classification`. */
export const imageParams = schema({
	data: path("data/digits", "folder with train, val and test"),
	model: choice(
		["CNN_basic"],
		"CNN_basic",
		"CNN_basic: 3 convolutions on 32×32 RGB",
	),
	...trainingFields({ optimizer: "adam", lr: 0.001, epochs: 5, batch: 64 }),
	limit: count(0, "at most so many images per split; 0 for all", 0),
});
export type ImageParams = ParamsOf<typeof imageParams>;
