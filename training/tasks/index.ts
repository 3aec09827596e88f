import type { TaskSpec } from "../task.ts";
import { imageClassification } from "./image-classification.ts";
import { points } from "./points.ts";

/** Every ready-made task by name. */
export const tasks: ReadonlyMap<string, TaskSpec> = new Map(
	[points, imageClassification].map((task): [string, TaskSpec] => [
		task.name,
		task,
	]),
);
