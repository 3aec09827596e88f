import assert from "node:assert/strict";
import * as tf from "../backend/tf.ts";
import { type Array64, array, build, valueAt } from "./array.ts";
import { openDraw } from "./draw.ts";
import { checkExample, most, type OpCheck } from "./op-check.ts";
import { checkRecorded, readRecorded } from "./recorded.ts";
import type { Row } from "./row.ts";

/*
 * Constraints and regularizers of weights.
 */

const EPSILON = 1e-7;

/** The length of each vector along an axis. */
function lengths(
	w: Array64,
	axis: number,
): (place: readonly number[]) => number {
	return (place) => {
		let sum = 0;
		for (let at = 0; at < (w.shape[axis] as number); at++)
			sum += valueAt(w, place.toSpliced(axis, 1, at)) ** 2;
		return Math.sqrt(sum);
	};
}

/** Multiplies each vector so that its length becomes what `desired` says. */
const scaled =
	(desired: (length: number, attrs: Record<string, number>) => number) =>
	({ w }: Record<string, Array64>, attrs: Record<string, number>): Array64 => {
		const weight = w as Array64;
		const length = lengths(weight, attrs.axis ?? 0);
		return build(
			weight.shape,
			(place) =>
				(valueAt(weight, place) * desired(length(place), attrs)) /
				(EPSILON + length(place)),
		);
	};

const clip = (value: number, least: number, most: number) =>
	Math.min(most, Math.max(least, value));

interface Applied {
	apply(w: tf.Tensor): tf.Tensor;
}

const constraint = (
	name: keyof typeof tf.constraints,
	attrs: readonly Record<string, number>[],
	reference: OpCheck["reference"],
): OpCheck => ({
	name,
	draw(draw) {
		const shape = draw.shape(draw.int(1, 4));
		const own = draw.pick(attrs);
		const axis = draw.int(0, shape.length - 1);
		return {
			inputs: {
				w: draw.chance(0.2) ? build(shape, () => 0) : draw.values(shape),
			},
			attrs: name === "nonNeg" || axis === 0 ? own : { ...own, axis },
		};
	},
	compute: ({ w }, own) =>
		(
			tf.constraints[name] as (args?: object) => unknown as (
				args?: object,
			) => Applied
		)(Object.keys(own).length > 0 ? own : undefined).apply(w as tf.Tensor),
	reference,
	// They are applied beside the way back.
	gradients: [],
});

const regularizer = (
	name: keyof typeof tf.regularizers,
	drawn: readonly Record<string, number>[],
	defaults: { readonly l1: number; readonly l2: number },
): OpCheck => ({
	name,
	draw: (draw) => ({
		inputs: { w: draw.distinct(draw.shape(draw.int(1, 4))) },
		attrs: draw.pick(drawn),
	}),
	compute: ({ w }, own) =>
		(
			tf.regularizers[name] as (args?: object) => unknown as (
				args?: object,
			) => Applied
		)(Object.keys(own).length > 0 ? own : undefined).apply(w as tf.Tensor),
	reference: ({ w }, own) => {
		const { l1, l2 } = { ...defaults, ...own } as { l1: number; l2: number };
		const values = Array.from((w as Array64).values);
		return array(
			[],
			[values.reduce((sum, x) => sum + l1 * Math.abs(x) + l2 * x * x, 0)],
		);
	},
});

export const constraints: readonly OpCheck[] = [
	constraint(
		"maxNorm",
		[{}, { maxValue: 0.5 }, { maxValue: 1 }],
		scaled((length, { maxValue = 2 }) => clip(length, 0, maxValue)),
	),
	constraint(
		"minMaxNorm",
		[
			{},
			{ minValue: 0.5, maxValue: 1 },
			{ minValue: 1, maxValue: 1.5, rate: 0.25 },
		],
		scaled(
			(length, { minValue = 0, maxValue = 1, rate = 1 }) =>
				rate * clip(length, minValue, maxValue) + (1 - rate) * length,
		),
	),
	constraint(
		"unitNorm",
		[{}],
		scaled(() => 1),
	),
	constraint("nonNeg", [{}], ({ w }) => ({
		shape: (w as Array64).shape,
		values: Array.from((w as Array64).values, (value) => Math.max(0, value)),
	})),
];

export const regularizers: readonly OpCheck[] = [
	regularizer("l1", [{}, { l1: 0.5 }], { l1: 0.01, l2: 0 }),
	regularizer("l2", [{}, { l2: 0.5 }], { l1: 0, l2: 0.01 }),
	regularizer(
		"l1l2",
		[{}, { l1: 0.5 }, { l2: 0.25 }, { l1: 0.5, l2: 0.25 }, { l1: 0, l2: 0.5 }],
		{ l1: 0.01, l2: 0.01 },
	),
];

/** Compares one with its reference, and with Keras. */
export function check(op: OpCheck, count: number) {
	const { worst: recorded, by } = checkRecorded(
		op,
		readRecorded("weight-rules"),
	);
	let worst = recorded;
	for (let k = 0; k < count; k++) {
		const draw = openDraw(`${op.name} ${k}`);
		const what = `${op.name}, example ${k}`;
		worst = most(worst, checkExample(op, op.draw(draw, "float32"), draw, what));
	}
	return { worst, by };
}

const start = openDraw("constraints");
const kernel = Array.from(start.values([3, 4]).values, (value) => value * 2);

/** What each keeps to, whatever the step. */
export const KEPT: readonly (readonly [
	keyof typeof tf.constraints,
	object,
	(columns: readonly (readonly number[])[]) => boolean,
])[] = [
	[
		"maxNorm",
		{ maxValue: 0.5 },
		(columns) => columns.every((one) => norm(one) <= 0.5 + 1e-6),
	],
	[
		"minMaxNorm",
		{ minValue: 0.5, maxValue: 0.75 },
		(columns) =>
			columns.every(
				(one) => norm(one) >= 0.5 - 1e-6 && norm(one) <= 0.75 + 1e-6,
			),
	],
	[
		"unitNorm",
		{},
		(columns) => columns.every((one) => Math.abs(norm(one) - 1) < 1e-6),
	],
	["nonNeg", {}, (columns) => columns.flat().every((value) => value >= 0)],
];

const norm = (values: readonly number[]) => Math.hypot(...values);

const columnsOf = (values: ArrayLike<number>, width: number) =>
	Array.from({ length: width }, (_, k) =>
		Array.from(values).filter((_, at) => at % width === k),
	);

/** Trains in each way there is, and looks at the kernel after each step. */
export async function checkKept([
	name,
	args,
	isKept,
]: (typeof KEPT)[number]): Promise<void> {
	const x = tf.tensor2d([1, -2, 3, 0.5, 1, -1], [2, 3]);
	const y = tf.tensor2d([5, -5, 5, -5, -5, 5, -5, 5], [2, 4]);
	const ways: Record<string, (model: tf.Sequential) => unknown> = {
		fit: (model) => model.fit(x, y, { epochs: 2, batchSize: 1, verbose: 0 }),
		trainOnBatch: (model) => model.trainOnBatch(x, y),
		"by hand": (model) =>
			tf.tidy(() => {
				tf.train
					.momentum(0.1, 0.9)
					.minimize(
						() =>
							tf.losses.meanSquaredError(
								y,
								model.apply(x) as tf.Tensor,
							) as tf.Scalar,
					);
			}),
	};
	for (const [way, train] of Object.entries(ways)) {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					units: 4,
					inputShape: [3],
					useBias: false,
					kernelConstraint: (tf.constraints[name] as (args: object) => never)(
						args,
					),
				}),
			],
		});
		model.compile({ optimizer: tf.train.sgd(0.5), loss: "meanSquaredError" });
		const weight = model.trainableWeights[0]?.read() as tf.Variable;
		tf.tidy(() => weight.assign(tf.tensor2d(kernel, [3, 4])));
		await train(model);
		const columns = columnsOf(weight.dataSync(), 4);
		assert.ok(
			isKept(columns),
			`${name} after ${way}: ${JSON.stringify(columns)}`,
		);
		model.dispose();
	}
	tf.dispose([x, y]);
}

/** One row of the table for each. */
export async function rows(count: number): Promise<Row[]> {
	for (const one of KEPT) await checkKept(one);
	const row = (kind: Row["kind"], op: OpCheck): Row => {
		const { worst, by } = check(op, count);
		const isRegularizer = kind === "regularizer";
		return {
			kind,
			name: `tf.${kind}s.${op.name}`,
			dtypes: ["float32"],
			forward: "right",
			gradient: isRegularizer ? "right" : "none",
			second: isRegularizer ? "right" : "none",
			oracles: ["float64", ...by],
			worst,
		};
	};
	return [
		...regularizers.map((op) => row("regularizer", op)),
		...constraints.map((op) => row("constraint", op)),
	];
}
