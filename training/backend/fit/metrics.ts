import {
	add,
	argMax,
	cast,
	div,
	equal,
	greater,
	mean,
	mul,
	reshape,
	square,
	squeeze,
	step,
	sub,
	sum,
	Tensor,
	util,
	where,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { lossNamed, lossNames, type ModelLoss, real } from "./losses.ts";

/*
 * The metrics of `tf.metrics`, which `model.compile` knows by name, too. Most are means:
 * `fit` and `evaluate` weigh those of batches by the sizes of these. Precision, recall
 * and R² are not, and are made of what all batches add up to.
 */

/** What batches add up to, and what a metric makes of it. */
export interface Whole {
	/** What one more batch adds. */
	add(labels: Tensor, predictions: Tensor): void;
	value(): number;
}

export interface Metric extends ModelLoss {
	/** Of metrics that are no mean over examples. */
	readonly whole?: () => Whole;
}

const listOf = (shape: readonly number[]) => `[${shape}]`;

/** Labels and predictions of one shape; an axis of size 1 behind one of them counts as none. @throws UsageError */
function aligned(
	name: string,
	labels: Tensor,
	predictions: Tensor,
): readonly [Tensor, Tensor] {
	const [a, b] = [labels.shape, predictions.shape];
	if (util.arraysEqual(a, b)) return [labels, predictions];
	if (util.arraysEqual([...a, 1], b)) return [reshape(labels, b), predictions];
	if (util.arraysEqual(a, [...b, 1])) return [labels, reshape(predictions, a)];
	throw new UsageError(
		`${name}: labels have the shape ${listOf(a)} and predictions ${listOf(b)}; give each prediction its label, for example with reshape`,
	);
}

const float = (truth: Tensor) => cast(truth, "float32");

/** 1 where a number stands for yes. */
const yes = (values: Tensor) => float(greater(real(values), 0.5));

function binaryAccuracy(labels: Tensor, predictions: Tensor): Tensor {
	return mean(float(equal(real(labels), yes(predictions))), -1);
}

const categoricalAccuracy: ModelLoss = (labels, predictions) =>
	float(equal(argMax(labels, -1), argMax(predictions, -1)));

/** Labels are indices, with or without an axis of size 1 behind. */
const sparseCategoricalAccuracy: ModelLoss = (labels, predictions) => {
	const outer = predictions.shape.slice(0, -1);
	const indices =
		labels.rank === predictions.rank ? squeeze(labels, [-1]) : labels;
	if (!util.arraysEqual(indices.shape, outer))
		throw new UsageError(
			`sparseCategoricalAccuracy: labels have the shape ${listOf(labels.shape)} and predictions ${listOf(predictions.shape)}; give one index for each row of predictions`,
		);
	return float(equal(real(indices), real(argMax(predictions, -1))));
};

/** The share of `part` in `part` and `rest`; 0 where there is neither. */
const share = (part: Tensor, rest: Tensor) =>
	where(greater(add(part, rest), 0), div(part, add(part, rest)), 0);

/** Right yeses, and what they are compared with. */
type Counts = (labels: Tensor, predictions: Tensor) => [Tensor, Tensor];

const yesOfPredicted: Counts = (labels, predictions) => {
	const [truth, guess] = [yes(labels), yes(predictions)];
	return [sum(mul(truth, guess)), sum(mul(sub(1, truth), guess))];
};

const yesOfLabels: Counts = (labels, predictions) => {
	const [truth, guess] = [yes(labels), yes(predictions)];
	return [sum(mul(truth, guess)), sum(mul(truth, sub(1, guess)))];
};

const countsOf = (tensors: readonly Tensor[]): number[] => {
	const numbers = tensors.map((tensor) => tensor.dataSync()[0] as number);
	for (const tensor of tensors) tensor.dispose();
	return numbers;
};

const shareOf = (counts: Counts): Metric =>
	Object.assign(
		((labels, predictions) =>
			share(...counts(labels, predictions))) as ModelLoss,
		{
			whole: (): Whole => {
				let [part, rest] = [0, 0];
				return {
					add(labels, predictions) {
						const [more, less] = countsOf(counts(labels, predictions));
						part += more as number;
						rest += less as number;
					},
					value: () => (part + rest > 0 ? part / (part + rest) : 0),
				};
			},
		},
	);

/** The mean over columns of 1 - Σ(y - p)² ÷ Σ(y - ȳ)², as in Keras and scikit-learn. */
const r2Score: Metric = Object.assign(
	((labels, predictions) => {
		const [truth, guess] = [labels, predictions].map((values) =>
			columns(real(values)),
		) as [Tensor, Tensor];
		const rest = sum(square(sub(truth, guess)), 0);
		const all = sum(square(sub(truth, mean(truth, 0, true))), 0);
		// Labels that are all the same: right, or not.
		const isSome = greater(all, 0);
		const safe = where(isSome, all, 1);
		const score = where(isSome, sub(1, div(rest, safe)), sub(1, step(rest)));
		return mean(score);
	}) as ModelLoss,
	{
		whole: (): Whole => {
			let count = 0;
			const [means, squares, rests]: [number[], number[], number[]] = [
				[],
				[],
				[],
			];
			return {
				add(labels, predictions) {
					const truth = columns(labels);
					const [truths, guesses] = [truth.dataSync(), predictions.dataSync()];
					const [rows, width] = truth.shape as [number, number];
					for (let row = 0; row < rows; row++) {
						count++;
						for (let k = 0; k < width; k++) {
							const y = truths[row * width + k] as number;
							const before = means[k] ?? 0;
							const next = before + (y - before) / count;
							means[k] = next;
							squares[k] = (squares[k] ?? 0) + (y - before) * (y - next);
							const off = y - (guesses[row * width + k] as number);
							rests[k] = (rests[k] ?? 0) + off * off;
						}
					}
					if (truth !== labels) truth.dispose();
				},
				value() {
					const scores = rests.map((rest, k) => {
						const all = squares[k] as number;
						return all > 0 ? 1 - rest / all : Number(rest === 0);
					});
					return scores.reduce((total, one) => total + one, 0) / scores.length;
				},
			};
		},
	},
);

/** Examples as rows. */
const columns = (values: Tensor): Tensor =>
	values.rank === 2
		? values
		: reshape(
				values,
				values.rank === 0
					? [1, 1]
					: [-1, values.rank === 1 ? 1 : (values.shape.at(-1) as number)],
			);

const loss = (name: string) => lossNamed(name) as ModelLoss;

const FORMULAS: Readonly<Record<string, Metric>> = {
	binaryAccuracy,
	categoricalAccuracy,
	sparseCategoricalAccuracy,
	precision: shareOf(yesOfPredicted),
	recall: shareOf(yesOfLabels),
	r2Score,
	...Object.fromEntries(lossNames.map((name) => [name, loss(name)])),
	mse: loss("meanSquaredError"),
	MSE: loss("meanSquaredError"),
	mae: loss("meanAbsoluteError"),
	MAE: loss("meanAbsoluteError"),
	mape: loss("meanAbsolutePercentageError"),
	MAPE: loss("meanAbsolutePercentageError"),
	cosine: loss("cosineProximity"),
};

/** Labels of these have another shape than predictions. */
const SPARSE = /^sparse/;

/** Under its name, which logs show. */
function named(name: string, formula: Metric): Metric {
	const metric = (labels: Tensor, predictions: Tensor): Tensor => {
		for (const [what, value] of Object.entries({ labels, predictions }))
			if (!(value instanceof Tensor))
				throw new UsageError(
					`tf.metrics.${name}: ${what} are no tensor; make one of them, for example with tf.tensor2d(rows)`,
				);
		return SPARSE.test(name)
			? formula(labels, predictions)
			: formula(...aligned(name, labels, predictions));
	};
	Object.defineProperty(metric, "name", { value: name });
	return Object.assign(metric, formula.whole && { whole: formula.whole });
}

export const metricsByName: Readonly<Record<string, Metric>> =
	Object.fromEntries(
		Object.entries(FORMULAS).map(([name, formula]) => [
			name,
			named(name, formula),
		]),
	);

const of = (name: string) => metricsByName[name] as ModelLoss;

/** `tf.metrics` */
export const metrics = {
	binaryAccuracy: of("binaryAccuracy"),
	binaryCrossentropy: of("binaryCrossentropy"),
	categoricalAccuracy: of("categoricalAccuracy"),
	categoricalCrossentropy: of("categoricalCrossentropy"),
	cosineProximity: of("cosineProximity"),
	MAPE: of("MAPE"),
	MSE: of("MSE"),
	mape: of("mape"),
	meanAbsoluteError: of("meanAbsoluteError"),
	meanAbsolutePercentageError: of("meanAbsolutePercentageError"),
	meanSquaredError: of("meanSquaredError"),
	mse: of("mse"),
	precision: of("precision"),
	r2Score: of("r2Score"),
	recall: of("recall"),
	sparseCategoricalAccuracy: of("sparseCategoricalAccuracy"),
};
