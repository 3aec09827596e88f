import { choice, count } from "../../experiment/parameters/field.ts";
import { type ParamsOf, schema } from "../../experiment/parameters/schema.ts";
import {
	pointCount,
	pointSetNames,
	SMALLEST_SIZE,
} from "../data/points/sets.ts";
import type { TaskSpec } from "../task.ts";
import { trainingFields } from "./params.ts";

const params = schema({
	set: choice(pointSetNames, "spiral", "how the points lie"),
	size: count(
		500,
		"points; spiral has twice, spiral_multi four times as many",
		SMALLEST_SIZE,
	),
	model: choice(
		["FC_simple", "FC_medium", "MLP"],
		"MLP",
		"FC_simple 2-20, FC_medium 2-8-8-8, MLP 2-64-64",
	),
	...trainingFields({ optimizer: "adam", lr: 0.01, epochs: 60, batch: 32 }),
});
export type PointsParams = ParamsOf<typeof params>;

/**
 * Classifies points of the plane: DeepDIVA's eight sets, moons and blobs.
 * Split 60/20/20 with the same shares of every class, standardised by the
 * training points. Random streams: data, split, init, order.
 */
export const points: TaskSpec<PointsParams> = {
	name: "points",
	summary: "Classify points of the plane and watch the decision boundary",
	params,
	takesModel: ([inputs, ...more]) => inputs === 2 && more.length === 0,
	problem({ set, size, batch }) {
		const available = pointCount(set, size);
		return batch > available
			? `batch=${batch} is more than the ${available} points of ${set} at size=${size}`
			: undefined;
	},
	load: async () => (await import("./train-points.ts")).trainPoints,
};
