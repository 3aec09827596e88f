import { existsSync, statSync } from "../../host/files.ts";
import { resolve } from "../../host/paths.ts";
import { savedModelProblem } from "../models/saved-path.ts";
import type { TaskSpec } from "../task.ts";
import { type ImageParams, imageParams, takesImages } from "./image-params.ts";

/**
 * Classifies images in folders `train|val|test/class/file`, PNG or JPEG. They
 * are resized to the model's input and normalised by the training images.
 * Tested with the weights of the epoch that validated best. Random streams:
 * init, order.
 */
export const imageClassification: TaskSpec<ImageParams> = {
	name: "image-classification",
	summary: "Classify images laid out as train|val|test/class/file",
	params: imageParams,
	takesModel: takesImages,
	problem({ data, model }) {
		const folder = resolve(data);
		return existsSync(folder) && statSync(folder).isDirectory()
			? savedModelProblem(model)
			: `data=${data} is no folder (${folder})`;
	},
	load: async () => (await import("./train-images.ts")).trainImages,
};
