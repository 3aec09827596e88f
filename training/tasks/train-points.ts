import type { BoundaryPoint } from "../../experiment/events.ts";
import { decisionBoundary } from "../boundary.ts";
import { type PointSet, pointSet } from "../data/points/sets.ts";
import { meanAndDeviation, stratifiedSplit } from "../data/points/split.ts";
import { type Evaluation, type Examples, evaluate } from "../loop.ts";
import { confusionMatrix } from "../metrics.ts";
import { taskModel } from "../models/saved.ts";
import type { Task, TaskContext } from "../task.ts";
import { type PointsParams, takesPoints } from "./points-params.ts";
import { scoreOf, trainAndValidate } from "./training.ts";

/** Pictures of the boundary per run. */
const pictures = 10;

interface Data {
	readonly set: PointSet;
	readonly train: Examples;
	readonly val: Examples;
	readonly test: Examples;
}

/** The set, split and standardised by mean and deviation of its training part. */
function prepare(context: TaskContext<PointsParams>): Data {
	const { params } = context;
	const set = pointSet(params.set, params.size, context.rng("data"));
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

/** What the task `points` does. */
export const trainPoints: Task<PointsParams> = {
	async run(context) {
		const { epochs, model: name } = context.params;
		const { create } = await taskModel(context, name, takesPoints);
		const data = prepare(context);
		const { classes } = data.set;
		const model = await create(classes.length);
		try {
			const every = Math.ceil(epochs / pictures);
			const testPoints = boundaryPoints(data.test);
			await trainAndValidate(context, model, data, (epoch) => {
				if (epoch % every !== 0 || epoch === epochs) return;
				const boundary = decisionBoundary(model, testPoints, { classes });
				context.show("boundary", "boundary", boundary, epoch);
			});
			const test = await evaluate(model, data.test, context.signal);
			context.show(
				"boundary",
				"boundary",
				decisionBoundary(model, boundaryPoints(data.test, test.predictions), {
					classes,
				}),
				epochs,
			);
			context.log(scoreOf(test, "test_"), { step: epochs });
			context.show(
				"confusion",
				"test",
				confusionMatrix(data.test.labels, test.predictions, classes),
			);
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
