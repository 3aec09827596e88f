import { choice, count, path } from "../../experiment/parameters/field.ts";
import { type ParamsOf, schema } from "../../experiment/parameters/schema.ts";
import { modelsThatGive } from "../models/catalogue.ts";
import { trainingFields } from "./params.ts";

/** Of the task `image-classification`. */
export const imageParams = schema({
	data: path("data/digits", "folder with train, val and test"),
	model: choice(
		modelsThatGive("class of an image"),
		"CNN_basic",
		"network; dd.models says what each is",
	),
	...trainingFields({ optimizer: "adam", lr: 0.001, epochs: 5, batch: 64 }),
	limit: count(0, "at most so many images per split; 0 for all", 0),
});
export type ImageParams = ParamsOf<typeof imageParams>;
