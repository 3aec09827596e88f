import {
	choice,
	choiceOrPath,
	count,
} from "../../experiment/parameters/field.ts";
import { type ParamsOf, schema } from "../../experiment/parameters/schema.ts";
import { pointSetNames, SMALLEST_SIZE } from "../data/points/sets.ts";
import { modelsThatGive } from "../models/catalogue.ts";
import { trainingFields } from "./params.ts";

/** Of the task `points`. */
export const pointsParams = schema({
	set: choice(pointSetNames, "spiral", "how the points lie"),
	size: count(
		500,
		"points; spiral has twice, spiral_multi four times as many",
		SMALLEST_SIZE,
	),
	model: choiceOrPath(
		modelsThatGive("class of a point"),
		"MLP",
		"FC_simple 2-20, FC_medium 2-8-8-8, MLP 2-64-64, or the path of a saved model",
	),
	...trainingFields({ optimizer: "adam", lr: 0.01, epochs: 60, batch: 32 }),
});
export type PointsParams = ParamsOf<typeof pointsParams>;

/** Is it the shape of what a model for points of the plane takes? */
export const takesPoints = ([inputs, ...more]: readonly number[]): boolean =>
	inputs === 2 && more.length === 0;
