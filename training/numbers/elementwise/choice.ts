import * as tf from "../../backend/tf.ts";
import { type Array64, array, type NumberType } from "../array.ts";
import type { OpCheck } from "../op-check.ts";
import { broadcast, narrowed } from "./broadcast.ts";
import { anyShape, valuesBeside } from "./unary.ts";

const NUMBERS: readonly NumberType[] = ["float32", "int32"];
const ALL: readonly NumberType[] = ["float32", "int32", "bool"];
const { POSITIVE_INFINITY: INFINITY, NaN: NAN } = Number;

const one = (x: number, dtype: NumberType = "float32") => ({
	x: array([1], [x], dtype),
});

const map = (
	{ shape, values, dtype }: Array64,
	of: (x: number) => number,
	gives = dtype,
) => array(shape, Array.from(values, of), gives);

/** Between bounds, of which a number may be one. */
const clipByValue: OpCheck = {
	name: "clipByValue",
	dtypes: NUMBERS,
	draw: (draw, dtype) => ({
		inputs: {
			x: valuesBeside(draw, anyShape(draw), dtype, -4, 4, [-1.5, 2.25]),
		},
		attrs: { low: -1.5, high: 2.25 },
	}),
	compute: ({ x }, { low, high }) => tf.clipByValue(x, low, high),
	reference: ({ x }, { low, high }) => {
		const isWhole = x?.dtype === "int32";
		return map(x as Array64, (value) =>
			Math.min(
				isWhole ? Math.floor(high) : high,
				Math.max(isWhole ? Math.ceil(low) : low, value),
			),
		);
	},
	edges: [
		...(
			[
				[-1, 1],
				[2, 1],
				[-1.5, 0],
				[2.5, 0],
				[INFINITY, 0],
			] as const
		).map(([x, slope]) => ({
			what: `at ${x}`,
			inputs: one(x),
			attrs: { low: -1, high: 2 },
			gradients: { x: [slope] },
		})),
		{ what: "of NaN", inputs: one(NAN), attrs: { low: -1, high: 2 } },
		{
			what: "without a lower bound",
			inputs: one(-INFINITY),
			attrs: { low: -INFINITY, high: 2 },
			gradients: { x: [1] },
		},
		{
			what: "between equal bounds",
			inputs: { x: array([3], [1, 2, NAN]) },
			attrs: { low: 2, high: 2 },
			gradients: { x: [0, 1, 0] },
		},
		{
			what: "of large whole numbers",
			inputs: one(16777217, "int32"),
			attrs: { low: -2147483648, high: 2147483647 },
		},
	],
};

const leakyRelu: OpCheck = {
	name: "leakyRelu",
	dtypes: ALL,
	draw: (draw, dtype) => ({
		inputs: { x: valuesBeside(draw, anyShape(draw), dtype, -3, 3, [0]) },
		attrs: { alpha: draw.pick([0, 0.01, 0.2, 1, 1.5, -0.5]) },
	}),
	compute: ({ x }, { alpha }) => tf.leakyRelu(x, alpha),
	reference: ({ x }, { alpha }) =>
		map(
			x as Array64,
			(value) => (value >= 0 ? value : value * alpha),
			"float32",
		),
	edges: [0, -INFINITY, INFINITY, NAN].map((x) => ({
		what: `at ${x}`,
		inputs: one(x),
		attrs: { alpha: 0.25 },
		gradients: { x: [x > 0 ? 1 : 0.25] },
	})),
};

const step: OpCheck = {
	name: "step",
	dtypes: NUMBERS,
	draw: (draw, dtype) => ({
		inputs: { x: valuesBeside(draw, anyShape(draw), dtype, -3, 3, [0]) },
		attrs: { alpha: dtype === "int32" ? 2 : draw.pick([0, 0.25, -1]) },
	}),
	compute: ({ x }, { alpha }) => tf.step(x, alpha),
	reference: ({ x }, { alpha }) =>
		map(x as Array64, (value) =>
			Number.isNaN(value) ? value : value > 0 ? 1 : alpha,
		),
	edges: [0, -INFINITY, INFINITY, NAN].map((x) => ({
		what: `at ${x}`,
		inputs: one(x),
		attrs: { alpha: 0.25 },
		gradients: { x: [0] },
	})),
};

const prelu: OpCheck = {
	name: "prelu",
	dtypes: ALL,
	draw(draw, dtype) {
		const shape = anyShape(draw);
		return {
			inputs: {
				x: valuesBeside(draw, shape, dtype, -3, 3, [0]),
				alpha: draw.values(narrowed(draw, shape), { dtype }),
			},
			attrs: {},
		};
	},
	compute: ({ x, alpha }) => tf.prelu(x, alpha),
	reference: ({ x, alpha }) =>
		broadcast(
			[x as Array64, alpha as Array64],
			(value, slope) =>
				(value as number) >= 0
					? (value as number)
					: (value as number) * (slope as number),
			"float32",
		),
	edges: [
		{
			what: "at 0, and beside an infinite slope",
			inputs: {
				x: array([4], [0, 1, -1, 2]),
				alpha: array([4], [0.25, INFINITY, 0.5, NAN]),
			},
			attrs: {},
			gradients: { x: [0.25, 1, 0.5, 1], alpha: [0, 0, -1, 0] },
		},
	],
	refused: [
		{
			what: "with more slopes than numbers",
			inputs: {
				x: array([3], [1, 2, 3]),
				alpha: array([2, 3], [1, 1, 1, 1, 1, 1]),
			},
			attrs: {},
			says: /slopes of the shape \[2,3\] do not fit/,
		},
	],
};

const where: OpCheck = {
	name: "where",
	dtypes: ALL,
	gradients: ["a", "b"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(0, 4), 3, draw.chance(0.1) ? 0 : 1);
		return {
			inputs: {
				a: draw.values(narrowed(draw, shape), { dtype }),
				b: draw.values(narrowed(draw, shape), { dtype }),
				condition: draw.values(narrowed(draw, shape), { dtype: "bool" }),
			},
			attrs: {},
		};
	},
	compute: ({ condition, a, b }) => tf.where(condition, a, tf.cast(b, a.dtype)),
	reference: ({ condition, a, b }) =>
		broadcast(
			[condition, a, b] as Array64[],
			(is, one, other) => (is ? one : other) as number,
			a?.dtype,
		),
	edges: [
		{
			what: "beside infinity",
			inputs: {
				condition: array([2], [1, 0], "bool"),
				a: array([2], [1, INFINITY]),
				b: array([2], [NAN, 2]),
			},
			attrs: {},
			gradients: { a: [1, 0], b: [0, 1] },
		},
		{
			what: "of six axes",
			inputs: {
				condition: array([1, 2, 1, 1, 1, 2], [1, 0, 0, 1], "bool"),
				a: array([1, 2, 1, 1, 1, 2], [1, 2, 3, 4]),
				b: array([1, 2, 1, 1, 1, 2], [5, 6, 7, 8]),
			},
			attrs: {},
			gradients: { a: [1, 0, 0, 1], b: [0, 1, 1, 0] },
		},
	],
};

const addN: OpCheck = {
	name: "addN",
	dtypes: ALL,
	draw(draw, dtype) {
		const shape = anyShape(draw);
		const count = draw.int(1, 4);
		return {
			inputs: Object.fromEntries(
				Array.from({ length: count }, (_, k) => [
					`x${k}`,
					draw.values(shape, { dtype }),
				]),
			),
			attrs: {},
		};
	},
	compute: (inputs) => tf.addN(Object.values(inputs) as tf.Tensor[]),
	reference: (inputs) => {
		const arrays = Object.values(inputs);
		const { shape, dtype } = arrays[0] as Array64;
		return array(
			shape,
			Array.from(arrays[0]?.values ?? [], (_, at) => {
				const sum = arrays.reduce(
					(sum, { values }) => sum + (values[at] as number),
					0,
				);
				return dtype === "bool" ? Number(sum > 0) : sum;
			}),
			dtype,
		);
	},
	edges: [
		{
			what: "of large whole numbers",
			inputs: {
				a: array([1], [16777217], "int32"),
				b: array([1], [2], "int32"),
				c: array([1], [2], "int32"),
			},
			attrs: {},
		},
	],
	refused: [
		{
			what: "of two shapes",
			inputs: { a: array([2], [1, 2]), b: array([1], [1]) },
			attrs: {},
			says: /tf\.add/,
		},
		{
			what: "of two types",
			inputs: { a: array([1], [1]), b: array([1], [1], "int32") },
			attrs: {},
			says: /toFloat/,
		},
	],
};

const TO_INT = (x: number) =>
	Number.isNaN(x)
		? 0
		: Math.trunc(Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), x)));

const castTo = (x: number, dtype: NumberType) =>
	dtype === "bool" ? Number(x !== 0) : dtype === "int32" ? TO_INT(x) : x;

const cast: OpCheck = {
	name: "cast",
	dtypes: ALL,
	// Of what is cast to whole numbers there is none.
	gradients: [],
	draw: (draw, dtype) => ({
		inputs: {
			x: draw.values(anyShape(draw), { dtype, from: -300, to: 300 }),
		},
		attrs: { to: draw.pick(["int32", "bool"]) },
	}),
	compute: ({ x }, { to }) => tf.cast(x, to),
	reference: ({ x }, { to }) =>
		map(x as Array64, (value) => castTo(value, to), to),
	edges: [
		...["int32", "bool"].map((to) => ({
			what: `of floats beyond ${to}`,
			inputs: {
				x: array(
					[14],
					[
						0,
						-0,
						0.5,
						-0.5,
						1.9,
						-1.9,
						256,
						NAN,
						INFINITY,
						-INFINITY,
						3e9,
						-3e9,
						1e20,
						1e-40,
					],
				),
			},
			attrs: { to },
		})),
		...ALL.flatMap((from) =>
			ALL.map((to) => ({
				what: `from ${from} to ${to}`,
				inputs: {
					x: array([4], from === "bool" ? [0, 1, 1, 0] : [-1, 0, 256, 2], from),
				},
				attrs: { to },
				...(from === "float32" && to === "float32"
					? { gradients: { x: [1, 1, 1, 1] } }
					: {}),
			})),
		),
	],
};

const logicalNot: OpCheck = {
	name: "logicalNot",
	dtypes: ["bool"],
	draw: (draw, dtype) => ({
		inputs: { x: draw.values(anyShape(draw), { dtype }) },
		attrs: {},
	}),
	compute: ({ x }) => tf.logicalNot(x),
	reference: ({ x }) => map(x as Array64, (value) => 1 - value),
};

/** Functions that have other arguments, or choose between numbers. */
export const choiceOps: readonly OpCheck[] = [
	clipByValue,
	leakyRelu,
	step,
	prelu,
	where,
	addN,
	cast,
	logicalNot,
];
