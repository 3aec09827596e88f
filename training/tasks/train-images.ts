import type * as tf from "../backend/tf.ts";
import {
	type ImageFolder,
	listImages,
	loadImages,
	type SplitName,
	splitNames,
} from "../data/images/folder.ts";
import { channelStatistics, normalise } from "../data/images/normalise.ts";
import { pca } from "../embedding.ts";
import { type Examples, evaluate, features } from "../loop.ts";
import { confusionMatrix } from "../metrics.ts";
import { taskModel } from "../models/saved.ts";
import type { Task, TaskContext } from "../task.ts";
import { type ImageParams, takesImages } from "./image-params.ts";
import { scoreOf, trainAndValidate } from "./training.ts";

/** The most test images whose features are projected to the plane. */
const embedded = 500;

async function load(
	context: TaskContext,
	folder: ImageFolder,
	size: readonly [number, number],
): Promise<Record<SplitName, Examples>> {
	const total = splitNames.reduce(
		(sum, split) => sum + folder.splits[split].files.length,
		0,
	);
	let done = 0;
	const onImage = () => {
		done++;
		if (done % 100 === 0 || done === total)
			context.progress({ done, total, unit: "image", label: "reading" });
	};
	const read = (split: SplitName) =>
		loadImages(folder, folder.splits[split], size, context.signal, onImage);
	return {
		train: await read("train"),
		val: await read("val"),
		test: await read("test"),
	};
}

/** `count` examples at equal distances, so from every class where they are in order of class. */
function sample(examples: Examples, count: number): Examples {
	const size = examples.labels.length;
	const values = examples.inputs.length / size;
	const taken = Math.min(count, size);
	const inputs = new Float32Array(taken * values);
	const labels = new Uint16Array(taken);
	for (let i = 0; i < taken; i++) {
		const index = Math.floor((i * size) / taken);
		inputs.set(
			examples.inputs.subarray(index * values, (index + 1) * values),
			i * values,
		);
		labels[i] = examples.labels[index] as number;
	}
	return { inputs, shape: examples.shape, labels };
}

/** Keeps the weights of the best validation so far. */
class BestWeights {
	#accuracy = Number.NEGATIVE_INFINITY;
	#weights: tf.Tensor[] = [];
	epoch = 0;

	offer(model: tf.LayersModel, epoch: number, accuracy: number): void {
		if (accuracy <= this.#accuracy) return;
		this.dispose();
		this.#accuracy = accuracy;
		this.#weights = model.getWeights().map((weight) => weight.clone());
		this.epoch = epoch;
	}

	restore(model: tf.LayersModel): void {
		model.setWeights(this.#weights);
	}

	dispose(): void {
		for (const weight of this.#weights) weight.dispose();
		this.#weights = [];
	}
}

async function embed(
	context: TaskContext,
	model: tf.LayersModel,
	test: Examples,
	classes: readonly string[],
): Promise<void> {
	const some = sample(test, embedded);
	const { values, dimensions } = await features(
		model,
		// Of every model, what the scores are made of.
		(model.layers.at(-3) as tf.layers.Layer).name,
		some,
		context.signal,
	);
	const labels = Array.from(some.labels, (label) => classes[label] as string);
	context.show("embedding", "test", pca(values, dimensions, labels));
}

/** What the task `image-classification` does. */
export const trainImages: Task<ImageParams> = {
	async run(context) {
		const { params } = context;
		const { create, inputShape } = await taskModel(
			context,
			params.model,
			takesImages,
		);
		const root = await context.data(params.data);
		const folder = await listImages(root, params.limit);
		const { classes } = folder;
		const data = await load(context, folder, [
			inputShape[0] as number,
			inputShape[1] as number,
		]);
		const statistics = channelStatistics(data.train);
		for (const split of splitNames) normalise(data[split], statistics);

		const model = await create(classes.length);
		const best = new BestWeights();
		try {
			await trainAndValidate(context, model, data, (epoch, validation) => {
				best.offer(model, epoch, validation.accuracy);
				context.show(
					"confusion",
					"val",
					confusionMatrix(data.val.labels, validation.predictions, classes),
					epoch,
				);
			});
			best.restore(model);
			const test = await evaluate(model, data.test, context.signal);
			context.log(scoreOf(test, "test_"), { step: params.epochs });
			await context.artifact("selection", { epoch: best.epoch });
			context.show(
				"confusion",
				"test",
				confusionMatrix(data.test.labels, test.predictions, classes),
			);
			await embed(context, model, data.test, classes);
			await context.artifact("model", model);
			await context.artifact("normalisation", statistics);
			await context.artifact("predictions", {
				classes,
				files: folder.splits.test.files,
				labels: [...data.test.labels],
				predictions: [...test.predictions],
			});
		} finally {
			best.dispose();
			model.dispose();
		}
	},
};
