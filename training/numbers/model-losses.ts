import { type LossName, lossNamed, lossNames } from "../backend/fit/losses.ts";
import type * as tf from "../backend/tf.ts";
import {
	type Array64,
	array,
	build,
	type NumberType,
	valueAt,
} from "./array.ts";
import type { Draw } from "./draw.ts";
import {
	checkOp,
	type Edge,
	most,
	type OpCheck,
	type Worst,
} from "./op-check.ts";
import { checkRecorded, readRecorded } from "./recorded.ts";
import type { Row } from "./row.ts";

const EPSILON = 1e-7;
const clip = (share: number) => Math.min(1 - EPSILON, Math.max(EPSILON, share));

/** One row of labels and one of predictions: what their loss is. */
type RowLoss = (
	labels: readonly number[],
	predictions: readonly number[],
) => number;

const mean =
	(of: (label: number, prediction: number) => number): RowLoss =>
	(labels, predictions) =>
		labels.reduce(
			(total, label, k) => total + of(label, predictions[k] as number),
			0,
		) / labels.length;

const total =
	(of: (label: number, prediction: number) => number): RowLoss =>
	(labels, predictions) =>
		mean(of)(labels, predictions) * labels.length;

const categorical: RowLoss = (labels, predictions) => {
	const all = predictions.reduce((sum, share) => sum + share, 0);
	return total((label, share) => -label * Math.log(clip(share / all)))(
		labels,
		predictions,
	);
};

interface Loss {
	readonly name: LossName;
	/** What labels may be as whole numbers: 0 and 1, where nothing is said. */
	readonly whole?: { readonly from: number; readonly to: number };
	label(draw: Draw): number;
	prediction(draw: Draw): number;
	/** Are all kinks far from this row? */
	isClear?(labels: readonly number[], predictions: readonly number[]): boolean;
	readonly of: RowLoss;
	/** The labels of a batch as the loss takes them. */
	prepared?(labels: Array64): Array64;
	/** How many numbers a row has at least. */
	readonly least?: number;
	readonly edges?: readonly Edge[];
}

const any = (draw: Draw) => draw.number(-2, 2);
const share = (draw: Draw) => draw.number(0.2, 0.8);
const positive = (draw: Draw) => draw.number(0.3, 3);
const sign = (draw: Draw) => draw.pick([-1, 1]);
const hinge = (label: number, guess: number) => Math.max(0, 1 - label * guess);
const isOffMargin: Loss["isClear"] = (labels, predictions) =>
	labels.every(
		(label, k) =>
			Math.abs(1 - (label === 0 ? -1 : label) * (predictions[k] as number)) >
			0.05,
	);
const areApart: Loss["isClear"] = (labels, predictions) =>
	labels.every(
		(label, k) => Math.abs(label - (predictions[k] as number)) > 0.05,
	);

/** 2y - 1 where all labels of a batch are 0 or 1. */
function signs(labels: Array64): Array64 {
	const values = Array.from(labels.values);
	const isBinary = values.every((label) => label === 0 || label === 1);
	return isBinary
		? { ...labels, values: values.map((label) => 2 * label - 1) }
		: labels;
}

const pair = (
	labels: readonly number[],
	predictions: readonly number[],
	columns = labels.length,
) => ({
	labels: array([labels.length / columns, columns], labels),
	predictions: array([labels.length / columns, columns], predictions),
});

const checks: readonly Loss[] = [
	{
		name: "meanSquaredError",
		whole: { from: -3, to: 3 },
		label: any,
		prediction: any,
		of: mean((label, guess) => (label - guess) ** 2),
	},
	{
		name: "meanAbsoluteError",
		whole: { from: -3, to: 3 },
		label: any,
		prediction: any,
		isClear: areApart,
		of: mean((label, guess) => Math.abs(label - guess)),
	},
	{
		name: "meanAbsolutePercentageError",
		whole: { from: 1, to: 3 },
		label: (draw) => sign(draw) * draw.number(0.5, 2),
		prediction: any,
		isClear: areApart,
		of: mean(
			(label, guess) =>
				(100 * Math.abs(label - guess)) / Math.max(EPSILON, Math.abs(label)),
		),
		edges: [
			{
				what: "a label of 0",
				inputs: pair([0, 2], [1, 1]),
				attrs: {},
			},
		],
	},
	{
		name: "meanSquaredLogarithmicError",
		whole: { from: 0, to: 5 },
		label: positive,
		prediction: (draw) => draw.number(0.1, 3) * sign(draw),
		of: mean(
			(label, guess) =>
				(Math.log(1 + Math.max(EPSILON, label)) -
					Math.log(1 + Math.max(EPSILON, guess))) **
				2,
		),
	},
	{
		name: "squaredHinge",
		prepared: signs,
		label: (draw) => sign(draw) * draw.number(1.1, 2),
		prediction: any,
		isClear: isOffMargin,
		of: mean((label, guess) => hinge(label, guess) ** 2),
	},
	{
		name: "hinge",
		prepared: signs,
		label: (draw) => sign(draw) * draw.number(1.1, 2),
		prediction: any,
		isClear: isOffMargin,
		of: mean(hinge),
	},
	{
		name: "categoricalHinge",
		least: 2,
		label: share,
		prediction: any,
		isClear: (labels, predictions) => {
			const wrong = labels
				.map((label, k) => (1 - label) * (predictions[k] as number))
				.sort((a, b) => b - a);
			const right = total((label, guess) => label * guess)(labels, predictions);
			return (
				(wrong[0] as number) - (wrong[1] as number) > 0.05 &&
				Math.abs(1 + (wrong[0] as number) - right) > 0.05
			);
		},
		of: (labels, predictions) =>
			Math.max(
				0,
				1 +
					Math.max(
						...labels.map(
							(label, k) => (1 - label) * (predictions[k] as number),
						),
					) -
					total((label, guess) => label * guess)(labels, predictions),
			),
	},
	{
		name: "logcosh",
		whole: { from: -3, to: 3 },
		label: any,
		prediction: any,
		of: mean((label, guess) => Math.log(Math.cosh(guess - label))),
		edges: [
			{
				what: "errors of 0 and large ones",
				inputs: pair([0, 0, 0], [0, 50, -50]),
				attrs: {},
				gradients: { predictions: [0, 1 / 3, -1 / 3] },
			},
		],
	},
	{
		name: "categoricalCrossentropy",
		whole: { from: 0, to: 2 },
		label: share,
		prediction: share,
		least: 2,
		of: categorical,
		edges: [
			{
				what: "sure predictions, right and wrong",
				inputs: pair([1, 0, 0, 1], [1, 0, 1, 0], 2),
				attrs: {},
				gradients: { predictions: [0, 0, 0, 0] },
			},
		],
	},
	{
		name: "binaryCrossentropy",
		whole: { from: 0, to: 1 },
		label: share,
		prediction: share,
		of: mean(
			(label, guess) =>
				-label * Math.log(clip(guess)) -
				(1 - label) * Math.log(1 - clip(guess)),
		),
		edges: [
			{
				what: "undecided",
				inputs: pair([0, 1], [0.5, 0.5]),
				attrs: {},
				gradients: { predictions: [1, -1] },
			},
			{
				what: "sure and right",
				inputs: pair([0, 1], [0, 1]),
				attrs: {},
				gradients: { predictions: [0, 0] },
			},
		],
	},
	{
		name: "kullbackLeiblerDivergence",
		prepared: (labels) => ({
			...labels,
			values: Array.from(labels.values, (label) =>
				Math.min(1, Math.max(EPSILON, label)),
			),
		}),
		label: share,
		prediction: share,
		of: total((label, guess) => label * Math.log(label / guess)),
		edges: [
			{
				what: "shares of 0",
				inputs: {
					labels: array([2, 2], [0, 1, 1, 0]),
					predictions: array([2, 2], [0.5, 0.5, 0.25, 0.75]),
				},
				attrs: {},
			},
		],
	},
	{
		name: "poisson",
		whole: { from: 0, to: 5 },
		label: positive,
		prediction: positive,
		of: mean((label, guess) => guess - label * Math.log(guess + EPSILON)),
	},
	{
		name: "cosineProximity",
		least: 2,
		whole: { from: 1, to: 4 },
		label: (draw) => sign(draw) * draw.number(0.5, 2),
		prediction: (draw) => sign(draw) * draw.number(0.5, 2),
		of: (labels, predictions) => {
			const length = (row: readonly number[]) =>
				Math.sqrt(Math.max(EPSILON, total((a, b) => a * b)(row, row)));
			return (
				-total((a, b) => a * b)(labels, predictions) /
				(length(labels) * length(predictions))
			);
		},
	},
];

const rowOf = (tensor: Array64, place: readonly number[]): number[] =>
	Array.from({ length: tensor.shape.at(-1) as number }, (_, k) =>
		valueAt(tensor, [...place, k]),
	);

const call = (name: LossName): OpCheck["compute"] => {
	const loss = lossNamed(name) as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
	return ({ labels, predictions }) => loss(labels, predictions);
};

const checkOf = (loss: Loss): OpCheck =>
	({
		name: loss.name,
		dtypes: ["float32", "int32", "bool"],
		draw(draw: Draw, dtype: NumberType) {
			const shape = draw.shape(draw.int(2, 3));
			const width = draw.int(loss.least ?? 1, 4);
			shape[shape.length - 1] = width;
			const { from, to } =
				dtype === "int32" && loss.whole
					? loss.whole
					: { from: Math.max(0, loss.whole?.from ?? 0), to: 1 };
			const one = () =>
				dtype === "float32"
					? Math.fround(loss.label(draw))
					: draw.int(from, to);
			const rows = build(shape.slice(0, -1), () => 0).values.length;
			const [labels, predictions]: [number[], number[]] = [[], []];
			for (let row = 0; row < rows; row++) {
				let [a, b]: [number[], number[]] = [[], []];
				do {
					a = Array.from({ length: width }, one);
					b = a.map(() => Math.fround(loss.prediction(draw)));
				} while (loss.isClear && !loss.isClear(a, b));
				labels.push(...a);
				predictions.push(...b);
			}
			return {
				inputs: {
					labels: array(shape, labels, dtype),
					predictions: array(shape, predictions),
				},
				attrs: {},
			};
		},
		compute: call(loss.name),
		reference: ({ labels, predictions }) => {
			const own = loss.prepared?.(labels as Array64) ?? (labels as Array64);
			return build(own.shape.slice(0, -1), (place) =>
				loss.of(rowOf(own, place), rowOf(predictions as Array64, place)),
			);
		},
		batched: /inge$/.test(loss.name) ? undefined : ["labels", "predictions"],
		...(loss.edges ? { edges: loss.edges } : {}),
		// Means over percentages, and differences of squares of logarithms, round more.
		tolerance: 2e-5,
	}) as OpCheck;

const sparse: OpCheck = {
	name: "sparseCategoricalCrossentropy",
	dtypes: ["int32", "float32", "bool"],
	draw(draw, dtype) {
		const shape = [...draw.shape(draw.int(1, 2)), draw.int(2, 4)];
		const outer = shape.slice(0, -1);
		return {
			inputs: {
				labels: draw.values(draw.chance() ? outer : [...outer, 1], {
					dtype: "int32",
					from: 0,
					to: dtype === "bool" ? 1 : (shape.at(-1) as number) - 1,
				}),
				predictions: draw.values(shape, { from: 0.3, to: 0.8 }),
			},
			attrs: { dtype },
		};
	},
	compute: ({ labels, predictions }, { dtype = "int32" }) =>
		call("sparseCategoricalCrossentropy")(
			{ labels: (labels as tf.Tensor).cast(dtype), predictions },
			{},
		),
	reference: ({ labels, predictions }) => {
		const outer = (predictions as Array64).shape.slice(0, -1);
		const flat = { ...(labels as Array64), shape: outer };
		return build(outer, (place) => {
			const row = rowOf(predictions as Array64, place).map(clip);
			return categorical(
				row.map((_, k) => Number(valueAt(flat, place) === k)),
				row,
			);
		});
	},
	gradients: ["predictions"],
	tolerance: 2e-5,
	batched: ["labels", "predictions"],
};

export const ops: readonly OpCheck[] = [...checks.map(checkOf), sparse];

/** Compares the loss of this name with its reference, and with Keras. */
export function checkLoss(
	op: OpCheck,
	count: number,
): { worst: Worst; by: string[] } {
	const { worst, by } = checkRecorded(op, readRecorded("model-losses"));
	return { worst: most(worst, checkOp(op, count)), by };
}

/** One row of the table for each loss that `model.compile` knows by name. */
export const rows = (count: number): Row[] =>
	lossNames.map((name) => {
		const op = ops.find((one) => one.name === name) as OpCheck;
		const { worst, by } = checkLoss(op, count);
		return {
			kind: "loss",
			name,
			dtypes: op.dtypes ?? [],
			forward: "right",
			gradient: "right",
			second: "right",
			oracles: ["float64", ...by],
			worst,
		};
	});
