import type { BoundaryPoint } from "../../experiment/events.ts";
import { decisionBoundary } from "../boundary.ts";
import {
	type PointSet,
	pointCount,
	pointSet,
	pointSetNames,
	SMALLEST_SIZE,
} from "../data/points/sets.ts";
import { meanAndDeviation, stratifiedSplit } from "../data/points/split.ts";
import { type Evaluation, type Examples, evaluate } from "../loop.ts";
import { confusionMatrix } from "../metrics.ts";
import { architecture } from "../models/index.ts";
import type { Task, TaskContext } from "../task.ts";
import { choiceOf, countOf, trainingParams } from "./params.ts";
import { scoreOf, trainAndValidate } from "./training.ts";

const modelNames = ["FC_simple", "FC_medium", "MLP"] as const;

/** Pictures of the boundary per run. */
const pictures = 10;

interface Data {
	readonly set: PointSet;
	readonly train: Examples;
	readonly val: Examples;
	readonly test: Examples;
}

/** The set, split and standardised by mean and deviation of its training part. */
function prepare(context: TaskContext): Data {
	const set = pointSet(
		choiceOf(context, "set", pointSetNames),
		countOf(context, "size"),
		context.rng("data"),
	);
	const split = stratifiedSplit(
		set.points.map(({ label }) => label),
		context.rng("split"),
	);
	const pick = (indices: readonly number[]) =>
		indices.flatMap((index) => set.points[index] ?? []);
	const training = pick(split.train);
	const x = meanAndDeviation(training.map((point) => point.x));
	const y = meanAndDeviation(training.map((point) => point.y));
	const examples = (indices: readonly number[]): Examples => {
		const points = pick(indices);
		return {
			inputs: Float32Array.from(
				points.flatMap((point) => [
					(point.x - x.mean) / x.deviation,
					(point.y - y.mean) / y.deviation,
				]),
			),
			shape: [2],
			labels: Uint16Array.from(points.map(({ label }) => label)),
		};
	};
	return {
		set,
		train: examples(split.train),
		val: examples(split.val),
		test: examples(split.test),
	};
}

function boundaryPoints(
	{ inputs, labels }: Examples,
	predictions?: Evaluation["predictions"],
): BoundaryPoint[] {
	return Array.from(labels, (label, index) => ({
		x: inputs[2 * index] as number,
		y: inputs[2 * index + 1] as number,
		label,
		...(predictions ? { predicted: predictions[index] as number } : {}),
		split: "test",
	}));
}

/**
 * Classifies points of the plane: DeepDIVA's eight sets, moons and blobs.
 * Split 60/20/20 with the same shares of every class, standardised by the
 * training points. Random streams: data, split, init, order.
 */
export const points: Task = {
	name: "points",
	description: "Classify points of the plane and watch the decision boundary",
	params: {
		set: {
			type: "string",
			default: "spiral",
			description: "how the points lie",
			choices: pointSetNames,
		},
		size: {
			type: "number",
			default: 500,
			description: "points; spiral has twice, spiral_multi four times as many",
			whole: true,
			least: SMALLEST_SIZE,
		},
		model: {
			type: "string",
			default: "MLP",
			description: "FC_simple 2-20, FC_medium 2-8-8-8, MLP 2-64-64",
			choices: modelNames,
		},
		...trainingParams({ optimizer: "adam", lr: 0.01, epochs: 60, batch: 32 }),
	},
	problem({ set, size, batch }) {
		const count = pointCount(String(set), Number(size));
		return Number(batch) > count
			? `batch=${batch} is more than the ${count} points of ${set} at size=${size}`
			: undefined;
	},
	async run(context) {
		const epochs = countOf(context, "epochs");
		const { create } = architecture(choiceOf(context, "model", modelNames));
		const data = prepare(context);
		const { classes } = data.set;
		const model = context.withStream("init", () => create(classes.length));
		try {
			const every = Math.ceil(epochs / pictures);
			const testPoints = boundaryPoints(data.test);
			await trainAndValidate(context, model, data, (epoch) => {
				if (epoch % every !== 0 || epoch === epochs) return;
				const boundary = decisionBoundary(model, testPoints, { classes });
				context.boundary({ name: "boundary", step: epoch, boundary });
			});
			const test = await evaluate(model, data.test, context.signal);
			context.boundary({
				name: "boundary",
				step: epochs,
				boundary: decisionBoundary(
					model,
					boundaryPoints(data.test, test.predictions),
					{ classes },
				),
			});
			context.log(scoreOf(test, "test_"), { step: epochs });
			context.confusion({
				name: "test",
				confusion: confusionMatrix(data.test.labels, test.predictions, classes),
			});
			await context.artifact("model", model);
			await context.artifact("predictions", {
				classes,
				labels: [...data.test.labels],
				predictions: [...test.predictions],
			});
		} finally {
			model.dispose();
		}
	},
};
