import { pointCount } from "../data/points/sets.ts";
import { savedModelProblem } from "../models/saved-path.ts";
import type { TaskSpec } from "../task.ts";
import {
	type PointsParams,
	pointsParams,
	takesPoints,
} from "./points-params.ts";

/**
 * Classifies points of the plane: DeepDIVA's eight sets, moons and blobs.
 * Split 60/20/20 with the same shares of every class, standardised by the
 * training points. Random streams: data, split, init, order.
 */
export const points: TaskSpec<PointsParams> = {
	name: "points",
	summary: "Classify points of the plane and watch the decision boundary",
	params: pointsParams,
	takesModel: takesPoints,
	problem({ set, size, batch, model }) {
		const available = pointCount(set, size);
		return batch > available
			? `batch=${batch} is more than the ${available} points of ${set} at size=${size}`
			: savedModelProblem(model);
	},
	load: async () => (await import("./train-points.ts")).trainPoints,
};
