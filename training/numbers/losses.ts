import * as tf from "../backend/tf.ts";
import {
	type Array64,
	type Attributes,
	array,
	build,
	type NumberType,
	valueAt,
} from "./array.ts";
import type { Draw } from "./draw.ts";
import { broadcastAt } from "./elementwise/broadcast.ts";
import type { Family } from "./family.ts";
import type { Edge, OpCheck } from "./op-check.ts";

type Inputs = Readonly<Record<string, Array64>>;

const REDUCTIONS = ["NONE", "MEAN", "SUM", "SUM_BY_NONZERO_WEIGHTS"] as const;
const reductionOf = ({ reduction }: Attributes): tf.Reduction | undefined =>
	reduction === undefined
		? undefined
		: tf.Reduction[reduction as (typeof REDUCTIONS)[number]];

/** Losses by their weights, summed up as the attribute `reduction` says. */
function reduced(
	losses: Array64,
	weights: Array64 | undefined,
	{ reduction = "SUM_BY_NONZERO_WEIGHTS" }: Attributes,
): Array64 {
	const by = (place: readonly number[]) =>
		weights ? broadcastAt(weights, place) : 1;
	const weighted = build(
		losses.shape,
		(place) => valueAt(losses, place) * by(place),
	);
	if (reduction === "NONE") return weighted;
	const add = (sum: number, value: number) => sum + value;
	const total = Array.from(weighted.values).reduce(add, 0);
	if (reduction === "SUM") return array([], [total]);
	const each = Array.from(build(losses.shape, by).values);
	// Drawn weights are 0 or not near it: the step of a difference is none of theirs.
	const among =
		reduction === "MEAN"
			? each.reduce(add, 0)
			: each.filter((weight) => Math.abs(weight) > 1e-2).length;
	return array([], [among === 0 ? 0 : total / among]);
}

/** Numbers for which `isClear` holds: no kink lies near them. */
function clear(
	shape: readonly number[],
	one: () => number,
	isClear: (value: number, at: number) => boolean,
): Array64 {
	let at = 0;
	return build(shape, () => {
		let value = Math.fround(one());
		while (!isClear(value, at)) value = Math.fround(one());
		at++;
		return value;
	});
}

/** Weights that a loss of this shape can be multiplied by: none near 0, all of one sign, so that what they sum up to is not, either. */
function drawWeights(draw: Draw, shape: readonly number[]): Array64 {
	const sign = draw.pick([1, 1, -1]);
	const own = draw.chance(0.2)
		? []
		: shape
				.slice(draw.chance(0.2) ? draw.int(0, shape.length) : 0)
				.map((size) => (draw.chance(0.3) ? 1 : size));
	return build(own, () => Math.fround(sign * draw.number(0.1, 2)));
}

interface Loss {
	readonly name: string;
	/** What the first input is called. */
	readonly labels?: string;
	readonly predictions?: string;
	readonly least?: number;
	/** Predictions lie between 0 and 1. */
	readonly isOfProbabilities?: boolean;
	label(draw: Draw): number;
	prediction(draw: Draw): number;
	/** No kink is near. */
	isClear?(label: number, prediction: number, attrs: Attributes): boolean;
	attrs?(draw: Draw, shape: readonly number[]): Attributes;
	/** The shape of what is weighted. */
	shape?(shape: readonly number[], attrs: Attributes): readonly number[];
	losses(labels: Array64, predictions: Array64, attrs: Attributes): Array64;
	compute: OpCheck["compute"];
	readonly edges?: readonly Edge[];
	readonly refused?: OpCheck["refused"];
}

/** Number by number. */
const each =
	(
		of: (label: number, prediction: number, attrs: Attributes) => number,
	): Loss["losses"] =>
	(labels, predictions, attrs) => ({
		shape: labels.shape,
		values: Array.from(labels.values, (label, at) =>
			of(label, predictions.values[at] as number, attrs),
		),
	});

function drawAny(draw: Draw, loss: Loss, dtype: NumberType) {
	const least = loss.least ?? 0;
	const shape = draw.shape(draw.int(least, Math.max(least, 3)));
	const attrs: Attributes = {
		...(draw.chance(0.8) ? { reduction: draw.pick(REDUCTIONS) } : {}),
		...loss.attrs?.(draw, shape),
	};
	const labels =
		dtype === "float32"
			? build(shape, () => Math.fround(loss.label(draw)))
			: draw.values(shape, {
					dtype,
					...(loss.isOfProbabilities
						? { from: 0, to: 1 }
						: { from: -1, to: 2 }),
				});
	const isWhole =
		dtype !== "float32" && loss.isOfProbabilities !== true && draw.chance(0.3);
	const predictions = isWhole
		? draw.values(shape, { dtype, from: -3, to: 3 })
		: clear(
				shape,
				() => loss.prediction(draw),
				(value, at) =>
					loss.isClear?.(labels.values[at] as number, value, attrs) ?? true,
			);
	const weighted = loss.shape?.(shape, attrs) ?? shape;
	return {
		inputs: {
			[loss.labels ?? "labels"]: labels,
			[loss.predictions ?? "predictions"]: predictions,
			...weightsOf(draw, weighted, attrs),
		},
		attrs,
	};
}

/** A mean by one weight for all does not depend on it: its gradient would be rounding alone. */
function weightsOf(
	draw: Draw,
	shape: readonly number[],
	attrs: Attributes,
): Record<string, Array64> {
	const weights = drawWeights(draw, shape);
	const isConstant = attrs.reduction === "MEAN" && weights.values.length < 2;
	return draw.chance(0.6) && !isConstant ? { weights } : {};
}

const checkOf = (loss: Loss): OpCheck => ({
	name: `losses.${loss.name}`,
	dtypes: ["float32", "int32", "bool"],
	draw: (draw, dtype) => drawAny(draw, loss, dtype),
	compute: loss.compute,
	reference: (inputs: Inputs, attrs) =>
		reduced(
			loss.losses(
				inputs[loss.labels ?? "labels"] as Array64,
				inputs[loss.predictions ?? "predictions"] as Array64,
				attrs,
			),
			inputs.weights,
			attrs,
		),
	edges: [
		{
			what: "weights that are all 0",
			inputs: {
				[loss.labels ?? "labels"]: array([2, 2], [0, 1, 1, 0]),
				[loss.predictions ?? "predictions"]: array(
					[2, 2],
					[0.25, 0.5, 0.5, 0.75],
				),
				weights: array([], [0]),
			},
			attrs: { ...loss.attrs?.(drawNothing, [2, 2]) },
			gradients: {
				[loss.predictions ?? "predictions"]: [0, 0, 0, 0],
				weights: [0],
			},
		},
		...(loss.edges ?? []),
	],
	refused: [
		{
			what: "labels of another shape",
			says: /shape \[2\].*\[1,2\]/,
			inputs: {
				[loss.labels ?? "labels"]: array([2], [0, 1]),
				[loss.predictions ?? "predictions"]: array([1, 2], [0.5, 0.5]),
			},
			attrs: { ...loss.attrs?.(drawNothing, [2]) },
		},
		{
			what: "an unknown reduction",
			says: /Reduction/,
			inputs: {
				[loss.labels ?? "labels"]: array([2], [0, 1]),
				[loss.predictions ?? "predictions"]: array([2], [0.5, 0.5]),
			},
			attrs: { ...loss.attrs?.(drawNothing, [2]), reduction: "none" },
		},
		...(loss.refused ?? []),
	],
});

/** Picks the first of everything. */
const drawNothing = {
	chance: () => false,
	pick: <T>(choices: readonly T[]) => choices[0] as T,
	int: (from: number) => from,
	number: (from: number) => from,
} as unknown as Draw;

/** What only an unknown name gives is refused. */
const reductionIn = (attrs: Attributes): tf.Reduction | undefined =>
	attrs.reduction === "none" ? (9 as tf.Reduction) : reductionOf(attrs);

const softplus = (x: number) =>
	Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** -Σ labels · log softmax(logits), along the last axis. */
function softmaxLosses(
	labels: Array64,
	logits: Array64,
	{ labelSmoothing = 0 }: Attributes,
): Array64 {
	const classes = logits.shape.at(-1) as number;
	return build(logits.shape.slice(0, -1), (place) => {
		const row = Array.from({ length: classes }, (_, k) =>
			valueAt(logits, [...place, k]),
		);
		const most = Math.max(...row);
		const rest = Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0));
		return row.reduce((sum, x, k) => {
			const label =
				valueAt(labels, [...place, k]) * (1 - labelSmoothing) +
				labelSmoothing / classes;
			return sum - label * (x - most - rest);
		}, 0);
	});
}

const smoothing = (draw: Draw): Attributes =>
	draw.chance() ? { labelSmoothing: draw.pick([0.1, 0.5, 1]) } : {};

const checks: readonly Loss[] = [
	{
		name: "absoluteDifference",
		label: (draw) => draw.number(-2, 2),
		prediction: (draw) => draw.number(-3, 3),
		isClear: (label, guess) => Math.abs(label - guess) > 0.05,
		losses: each((label, guess) => Math.abs(label - guess)),
		compute: ({ labels, predictions, weights }, attrs) =>
			tf.losses.absoluteDifference(
				labels,
				predictions,
				weights,
				reductionIn(attrs),
			),
	},
	{
		name: "cosineDistance",
		least: 1,
		label: (draw) => draw.number(-1, 1),
		prediction: (draw) => draw.number(-1, 1),
		attrs: (draw, shape) => ({
			axis: draw.int(-shape.length, shape.length - 1),
		}),
		shape: (shape, { axis }) =>
			shape.map((size, at) =>
				at === (axis + shape.length) % shape.length ? 1 : size,
			),
		losses: (labels, predictions, { axis }) => {
			const { shape } = labels;
			const along = (axis + shape.length) % shape.length;
			return build(
				shape.map((size, at) => (at === along ? 1 : size)),
				(place) => {
					let sum = 0;
					for (let at = 0; at < (shape[along] as number); at++) {
						const there = place.toSpliced(along, 1, at);
						sum += valueAt(labels, there) * valueAt(predictions, there);
					}
					return 1 - sum;
				},
			);
		},
		compute: ({ labels, predictions, weights }, attrs) =>
			tf.losses.cosineDistance(
				labels,
				predictions,
				attrs.axis,
				weights,
				reductionIn(attrs),
			),
		refused: [
			{
				what: "an axis that is none",
				says: /no axis 2/,
				inputs: {
					labels: array([1, 2], [0, 1]),
					predictions: array([1, 2], [0, 1]),
				},
				attrs: { axis: 2 },
			},
		],
	},
	{
		name: "hingeLoss",
		label: (draw) => draw.pick([0, 1, draw.number(0, 1)]),
		prediction: (draw) => draw.number(-3, 3),
		isClear: (label, guess) => Math.abs(1 - (2 * label - 1) * guess) > 0.05,
		losses: each((label, guess) => Math.max(0, 1 - (2 * label - 1) * guess)),
		compute: ({ labels, predictions, weights }, attrs) =>
			tf.losses.hingeLoss(labels, predictions, weights, reductionIn(attrs)),
	},
	{
		name: "huberLoss",
		label: (draw) => draw.number(-2, 2),
		prediction: (draw) => draw.number(-3, 3),
		attrs: (draw) => (draw.chance() ? { delta: draw.pick([0.5, 2]) } : {}),
		isClear: (label, guess, { delta = 1 }) =>
			Math.abs(Math.abs(label - guess) - delta) > 0.05,
		losses: each((label, guess, { delta = 1 }) => {
			const error = Math.abs(label - guess);
			return error < delta ? error ** 2 / 2 : delta * (error - delta / 2);
		}),
		compute: ({ labels, predictions, weights }, attrs) =>
			tf.losses.huberLoss(
				labels,
				predictions,
				weights,
				attrs.delta,
				reductionIn(attrs),
			),
		edges: [
			{
				what: "no error, and one of delta",
				inputs: {
					labels: array([3], [1, 1, -1]),
					predictions: array([3], [1, 2, -2]),
				},
				attrs: { reduction: "SUM" },
				gradients: { predictions: [0, 1, -1], labels: [0, -1, 1] },
			},
		],
		refused: [
			{
				what: "a delta below 0",
				says: /at least 0/,
				inputs: { labels: array([1], [0]), predictions: array([1], [0]) },
				attrs: { delta: -1 },
			},
		],
	},
	{
		name: "logLoss",
		isOfProbabilities: true,
		label: (draw) => draw.number(0, 1),
		prediction: (draw) => draw.number(0.25, 0.75),
		attrs: (draw) => (draw.chance() ? { epsilon: draw.pick([1e-3, 0.1]) } : {}),
		losses: each(
			(label, guess, { epsilon = 1e-7 }) =>
				-label * Math.log(guess + epsilon) -
				(1 - label) * Math.log(1 - guess + epsilon),
		),
		compute: ({ labels, predictions, weights }, attrs) =>
			tf.losses.logLoss(
				labels,
				predictions,
				weights,
				attrs.epsilon,
				reductionIn(attrs),
			),
	},
	{
		name: "meanSquaredError",
		label: (draw) => draw.number(-2, 2),
		prediction: (draw) => draw.number(-2, 2),
		losses: each((label, guess) => (label - guess) ** 2),
		compute: ({ labels, predictions, weights }, attrs) =>
			tf.losses.meanSquaredError(
				labels,
				predictions,
				weights,
				reductionIn(attrs),
			),
	},
	{
		name: "sigmoidCrossEntropy",
		labels: "multiClassLabels",
		predictions: "logits",
		label: (draw) => draw.number(0, 1),
		prediction: (draw) => draw.number(-8, 8),
		attrs: smoothing,
		losses: each((label, x, { labelSmoothing = 0 }) => {
			const truth = label * (1 - labelSmoothing) + labelSmoothing / 2;
			return truth * softplus(-x) + (1 - truth) * softplus(x);
		}),
		compute: ({ multiClassLabels, logits, weights }, attrs) =>
			tf.losses.sigmoidCrossEntropy(
				multiClassLabels,
				logits,
				weights,
				attrs.labelSmoothing,
				reductionIn(attrs),
			),
		edges: [
			{
				what: "logits of 0, and large ones",
				inputs: {
					multiClassLabels: array([6], [0, 1, 1, 0, 1, 0]),
					logits: array([6], [0, 0, 200, -200, -200, 200]),
				},
				attrs: { reduction: "SUM" },
				gradients: { logits: [0.5, -0.5, 0, 0, -1, 1] },
			},
		],
	},
	{
		name: "softmaxCrossEntropy",
		labels: "onehotLabels",
		predictions: "logits",
		least: 1,
		label: (draw) => draw.number(-0.5, 1),
		prediction: (draw) => draw.number(-4, 4),
		attrs: smoothing,
		shape: (shape) => shape.slice(0, -1),
		losses: softmaxLosses,
		compute: ({ onehotLabels, logits, weights }, attrs) =>
			tf.losses.softmaxCrossEntropy(
				onehotLabels,
				logits,
				weights,
				attrs.labelSmoothing,
				reductionIn(attrs),
			),
		edges: [
			{
				what: "large logits",
				inputs: {
					onehotLabels: array([2, 3], [1, 0, 0, 0, 1, 0]),
					logits: array([2, 3], [500, 0, -500, 500, 0, -500]),
				},
				attrs: { reduction: "SUM" },
				gradients: { logits: [0, 0, 0, 1, -1, 0] },
			},
		],
		refused: [
			{
				what: "a single number",
				says: /classes/,
				inputs: { onehotLabels: array([], [1]), logits: array([], [1]) },
				attrs: {},
			},
		],
	},
];

const computeWeightedLoss: OpCheck = {
	name: "losses.computeWeightedLoss",
	dtypes: ["float32", "int32", "bool"],
	// Of losses that are the same, a mean does not depend on weights: what is left is rounding.
	tolerance: 5e-5,
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(0, 3));
		const attrs: Attributes = draw.chance(0.8)
			? { reduction: draw.pick(REDUCTIONS) }
			: {};
		return {
			inputs: {
				losses: draw.values(shape, { dtype, from: 1, to: 4 }),
				...weightsOf(draw, shape, attrs),
			},
			attrs,
		};
	},
	compute: ({ losses, weights }, attrs) =>
		tf.losses.computeWeightedLoss(losses, weights, reductionOf(attrs)),
	reference: ({ losses, weights }, attrs) =>
		reduced(losses as Array64, weights, attrs),
	edges: [
		...REDUCTIONS.map((reduction) => ({
			what: `weights of which some are 0, ${reduction}`,
			inputs: {
				losses: array([2, 2], [1, -2, 3, 4]),
				weights: array([2, 1], [0, 2]),
			},
			attrs: { reduction },
		})),
		{
			what: "nothing",
			inputs: { losses: array([0, 2], []) },
			attrs: {},
			gradients: { losses: [] },
		},
		{
			what: "whole weights",
			inputs: {
				losses: array([3], [1, -2, 3]),
				weights: array([3], [0, 2, 1], "int32"),
			},
			attrs: {},
		},
	],
};

/** `tf.losses`. */
export const losses: Family = {
	name: "losses",
	ops: [...checks.map(checkOf), computeWeightedLoss],
	recorded: "losses",
};
