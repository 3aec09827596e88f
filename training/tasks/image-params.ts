import {
	choiceOrPath,
	count,
	path,
} from "../../experiment/parameters/field.ts";
import { type ParamsOf, schema } from "../../experiment/parameters/schema.ts";
import { modelsThatGive } from "../models/catalogue.ts";
import { trainingFields } from "./params.ts";

/** Of the task `image-classification`. */
export const imageParams = schema({
	data: path("data/digits", "folder with train, val and test"),
	model: choiceOrPath(
		modelsThatGive("class of an image"),
		"CNN_basic",
		"network of dd.models, or the path of a saved model to go on with",
	),
	...trainingFields({ optimizer: "adam", lr: 0.001, epochs: 5, batch: 64 }),
	limit: count(0, "at most so many images per split; 0 for all", 0),
});
export type ImageParams = ParamsOf<typeof imageParams>;

/** Is it the shape of what a model for images of three channels takes? */
export const takesImages = ([
	,
	,
	channels,
	...more
]: readonly number[]): boolean => channels === 3 && more.length === 0;
