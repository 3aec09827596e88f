import type { Task } from "../task.ts";
import { imageClassification } from "./image-classification.ts";
import { points } from "./points.ts";

/** Every ready-made task by name. */
export const tasks: ReadonlyMap<string, Task> = new Map(
	[points, imageClassification].map((task) => [task.name, task]),
);
