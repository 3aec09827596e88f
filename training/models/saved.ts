import type { LayersModel } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../base/errors.ts";
import {
	CHECKPOINT_FILE,
	readCheckpoint,
} from "../../experiment/record/checkpoint.ts";
import { readRun } from "../../experiment/record/store/store.ts";
import { join } from "../../host/paths.ts";
import * as tf from "../backend/tf.ts";
import { restoreState } from "../checkpoint.ts";
import type { TaskContext } from "../task.ts";
import { requireModel, shapeText } from "./define.ts";
import { architecture } from "./index.ts";
import { savedModel } from "./saved-path.ts";

/** What a task trains. */
export interface TaskModel {
	/** Of one example. */
	readonly inputShape: readonly number[];
	/**
	 * A model of its own, which the caller disposes of.
	 * @throws UsageError for a saved one that does not end as a task's model does, in so many classes
	 */
	create(classes: number): Promise<LayersModel>;
}

/**
 * The model that the parameter `model` names: an architecture, whose weights are
 * drawn from the stream "init", or a saved one, which is noted as data of the run
 * and trained on from the weights that it has.
 * @throws UsageError for a saved model that takes other examples, DataChangedError for one that was changed
 */
export async function taskModel(
	context: TaskContext,
	named: string,
	takes: (inputShape: readonly number[]) => boolean,
): Promise<TaskModel> {
	const saved = savedModel(named);
	if (!saved) {
		const { inputShape, create } = architecture(named);
		return {
			inputShape,
			create: async (classes) =>
				context.withStream("init", () => create(classes)),
		};
	}
	const folder = await context.data(saved.folder);
	const open = () =>
		saved.file.endsWith(".safetensors")
			? fromCheckpoint(context, folder, saved.file)
			: tf.loadLayersModel(join(folder, saved.file));
	// Loaded again when it is trained: what comes between may fail, and frees no model.
	const first = await open();
	const shape = first.inputs[0]?.shape.slice(1) ?? [];
	first.dispose();
	const inputShape = shape.filter((size) => size !== null);
	if (inputShape.length < shape.length || !takes(inputShape))
		throw new UsageError(
			`the model ${named} is for examples of ${shapeText(shape)}, and this task has others; dd.models shows the shapes of the models that it takes`,
		);
	return {
		inputShape,
		async create(classes) {
			const model = await open();
			try {
				requireModel(`the model ${named}`, model, inputShape, classes);
			} catch (error) {
				model.dispose();
				throw error;
			}
			return model;
		},
	};
}

/** The model of a task's run that did not finish, as it was at its last checkpoint. */
async function fromCheckpoint(
	context: TaskContext,
	directory: string,
	file: string,
): Promise<LayersModel> {
	if (file !== CHECKPOINT_FILE)
		throw new UsageError(
			`${join(directory, file)} has weights alone; name the ${CHECKPOINT_FILE} of a run, or a folder with model.json`,
		);
	const { id, params } = readRun(directory).record;
	const name = params.model?.value;
	const checkpoint = readCheckpoint(directory);
	if (typeof name !== "string" || !checkpoint.tensors["model/weights/0"])
		throw new UsageError(
			`the checkpoint of run ${id} is of no task, so it does not say which model its weights are of; build the model in code, and set them by dd.restore`,
		);
	const { create } = architecture(name);
	const made = (classes: number) =>
		context.withStream("init", () => create(classes));
	const logits = lastWeightOf("logits", made(2));
	const classes = checkpoint.tensors[`model/weights/${logits}`]?.shape.at(-1);
	const model = made(classes ?? 2);
	await restoreState({ model }, checkpoint);
	return model;
}

/** The place of a layer's last weight among all of its model, which is disposed of: those that are not trained come last. */
function lastWeightOf(layer: string, model: LayersModel): number {
	const { weights } = model.getLayer(layer);
	model.dispose();
	return model.weights.indexOf(weights.at(-1) as (typeof weights)[number]);
}
