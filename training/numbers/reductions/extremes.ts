import * as tf from "../../backend/tf.ts";
import { type Array64, array, type NumberType } from "../array.ts";
import type { Draw } from "../draw.ts";
import {
	anyAxes,
	anyAxis,
	byLine,
	grouped,
	reduced,
	smallShape,
} from "../draw-shape.ts";
import type { OpCheck } from "../op-check.ts";
import { overAxes } from "./sums.ts";

/** No two floats of the tensor are close. */
const apart = (draw: Draw, shape: readonly number[], dtype: NumberType) =>
	dtype === "float32" ? draw.distinct(shape) : draw.values(shape, { dtype });

const filled = (shape: number[]) => shape.map((size) => Math.max(1, size));

const { NaN: nan } = Number;

const extreme = (name: "max" | "min", op: typeof tf.max): OpCheck => ({
	name,
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const rank = draw.int(0, 6);
		const shape = filled(smallShape(draw, rank));
		return {
			inputs: { x: apart(draw, shape, dtype) },
			attrs: { ...anyAxes(draw, rank), keepDims: draw.chance() },
		};
	},
	compute: ({ x }, { axis, keepDims }) => op(x, axis, keepDims),
	reference: ({ x }, attrs) =>
		reduced(x as Array64, attrs, (values) => Math[name](...values), x?.dtype),
	edges: [
		{
			what: "ties",
			inputs: {
				x: array(
					[2, 3],
					[1, 1, 1, 2, 2, 0].map((v) => (name === "max" ? v : -v)),
				),
			},
			attrs: { axis: 1 },
			gradients: { x: [1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0] },
		},
		{ what: "NaN last", inputs: { x: array([3], [1, 2, nan]) }, attrs: {} },
		{ what: "NaN first", inputs: { x: array([3], [nan, 2, 1]) }, attrs: {} },
		{
			what: "NaN in axis 0",
			inputs: { x: array([3, 2], [1, 5, nan, 4, 7, 6]) },
			attrs: { axis: 0 },
		},
		{
			what: "infinities",
			inputs: { x: array([2, 2], [-Infinity, -Infinity, Infinity, 3]) },
			attrs: { axis: 1 },
		},
		{
			what: "negatives",
			inputs: { x: array([2, 2], [-4, -3, -2, -1]) },
			attrs: { axis: [0, 1] },
		},
		{
			what: "a row of one",
			inputs: { x: array([1, 3], [1, 2, 3]) },
			attrs: { axis: 0 },
			gradients: { x: [1, 1, 1] },
		},
		{
			what: "large whole numbers",
			inputs: { x: array([2], [2 ** 24 + 1, 2 ** 24], "int32") },
			attrs: {},
		},
		{
			what: "nothing",
			inputs: { x: array([0], []) },
			attrs: {},
			gradients: { x: [] },
		},
		{
			what: "nothing of two rows",
			inputs: { x: array([2, 0], []) },
			attrs: { axis: 1 },
		},
	],
});

const argument = (
	name: "argMax" | "argMin",
	op: typeof tf.argMax,
): OpCheck => ({
	name,
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const rank = draw.int(1, 6);
		return {
			inputs: { x: draw.values(filled(smallShape(draw, rank)), { dtype }) },
			attrs: { axis: anyAxis(draw, rank) },
		};
	},
	compute: ({ x }, { axis }) => op(x, axis),
	reference: ({ x }, { axis = 0 }) =>
		reduced(
			x as Array64,
			{ axis },
			(values) => {
				const at = values.findIndex(Number.isNaN);
				const best = Math[name === "argMax" ? "max" : "min"](...values);
				return at < 0 ? values.indexOf(best) : at;
			},
			"int32",
		),
	gradients: [],
	edges: [
		{ what: "ties", inputs: { x: array([5], [1, 3, 3, 0, 0]) }, attrs: {} },
		{ what: "NaN", inputs: { x: array([4], [1, nan, 3, nan]) }, attrs: {} },
		{ what: "NaN first", inputs: { x: array([2], [nan, 1]) }, attrs: {} },
		{
			what: "-Infinity alone",
			inputs: { x: array([2], [-Infinity, -Infinity]) },
			attrs: {},
		},
		{
			what: "Infinity alone",
			inputs: { x: array([2], [Infinity, Infinity]) },
			attrs: {},
		},
		{
			what: "negatives",
			inputs: { x: array([3, 1], [-3, -1, -2]) },
			attrs: { axis: 0 },
		},
		{
			what: "large whole numbers",
			inputs: { x: array([2], [2 ** 24, 2 ** 24 + 1], "int32") },
			attrs: {},
		},
		{
			what: "a row of one",
			inputs: { x: array([1, 3], [1, 2, 3]) },
			attrs: { axis: 0 },
		},
		{
			what: "rows of nothing, along the others",
			inputs: { x: array([2, 0], []) },
			attrs: { axis: 0 },
		},
	],
	refused: [
		{
			what: "nothing",
			inputs: { x: array([2, 0], []) },
			attrs: { axis: 1 },
			says: /of no values/,
		},
	],
});

const logical = (name: "all" | "any", op: typeof tf.all): OpCheck => ({
	name,
	dtypes: ["bool"],
	draw: overAxes(),
	compute: ({ x }, { axis, keepDims }) => op(x, axis, keepDims),
	reference: ({ x }, attrs) =>
		reduced(
			x as Array64,
			attrs,
			(values) =>
				Number(name === "all" ? values.every(Boolean) : values.some(Boolean)),
			"bool",
		),
	edges: [
		{ what: "nothing", inputs: { x: array([0], [], "bool") }, attrs: {} },
		{
			what: "a row of one",
			inputs: { x: array([1, 3], [1, 0, 1], "bool") },
			attrs: { axis: 0 },
		},
		{
			what: "many",
			inputs: {
				x: array(
					[1, 37],
					Array.from({ length: 37 }, (_, at) => Number(at === 36)),
					"bool",
				),
			},
			attrs: { axis: 1 },
		},
	],
});

/** Positions of a line by size, NaN first, the earlier of equals first. */
const order = (line: readonly number[]) =>
	line
		.map((value, at) => ({ value, at }))
		.sort((a, b) => {
			const [first, second] = [Number.isNaN(a.value), Number.isNaN(b.value)];
			if (first || second) return Number(second) - Number(first) || a.at - b.at;
			return b.value - a.value || a.at - b.at;
		})
		.map(({ at }) => at);

const topk: OpCheck = {
	name: "topk",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = filled(smallShape(draw, draw.int(1, 5)));
		return {
			inputs: { x: apart(draw, shape, dtype) },
			attrs: { k: draw.int(0, shape.at(-1) as number), sorted: true },
		};
	},
	compute({ x }, { k, sorted }) {
		const { values, indices } = tf.topk(x, k, sorted);
		return [values, indices];
	},
	reference({ x }, { k }) {
		const { shape, dtype } = x as Array64;
		const { groups } = grouped(x as Array64, [shape.length - 1]);
		const outShape = [...shape.slice(0, -1), k];
		const found = groups.map((line) => order(line).slice(0, k));
		return [
			array(
				outShape,
				found.flatMap((places, row) =>
					places.map((at) => groups[row]?.[at] as number),
				),
				dtype,
			),
			array(outShape, found.flat(), "int32"),
		];
	},
	edges: [
		{
			what: "ties",
			inputs: { x: array([1, 5], [1, 3, 3, 1, 3]) },
			attrs: { k: 4, sorted: true },
			gradients: { x: [1, 1, 1, 0, 1] },
		},
		{
			what: "NaN",
			inputs: { x: array([4], [1, nan, 3, 2]) },
			attrs: { k: 2, sorted: true },
		},
		{
			what: "infinities",
			inputs: { x: array([4], [-Infinity, 1, Infinity, -Infinity]) },
			attrs: { k: 4, sorted: true },
		},
		{
			what: "large whole numbers",
			inputs: { x: array([3], [2 ** 24, 2 ** 24 + 1, 5], "int32") },
			attrs: { k: 2, sorted: true },
		},
		{
			what: "many equal ones",
			inputs: {
				x: array(
					[40],
					Array.from({ length: 40 }, (_, at) => at % 3),
				),
			},
			attrs: { k: 20, sorted: true },
		},
		{
			what: "rows of nothing",
			inputs: { x: array([0, 3], []) },
			attrs: { k: 2, sorted: true },
		},
		{
			what: "nothing of rows",
			inputs: { x: array([3, 0], []) },
			attrs: { k: 0, sorted: true },
		},
	],
};

const softmaxLine = (line: readonly number[]) => {
	const most = Math.max(...line);
	const powers = line.map((value) => Math.exp(value - most));
	const total = powers.reduce((a, b) => a + b, 0);
	return powers.map((power) => power / total);
};

const logSumExpOf = (line: readonly number[]) => {
	const most = Math.max(...line);
	if (!Number.isFinite(most)) return most;
	return (
		most +
		Math.log(line.reduce((sum, value) => sum + Math.exp(value - most), 0))
	);
};

const logSumExp: OpCheck = {
	name: "logSumExp",
	dtypes: ["float32", "int32", "bool"],
	draw: overAxes(),
	compute: ({ x }, { axis, keepDims }) => tf.logSumExp(x, axis, keepDims),
	reference: ({ x }, attrs) => reduced(x as Array64, attrs, logSumExpOf),
	edges: [
		{
			what: "-Infinity alone",
			inputs: { x: array([2], [-Infinity, -Infinity]) },
			attrs: {},
		},
		{
			what: "a -Infinity",
			inputs: { x: array([2], [-Infinity, 1]) },
			attrs: {},
			gradients: { x: [0, 1] },
		},
		{ what: "Infinity", inputs: { x: array([2], [Infinity, 1]) }, attrs: {} },
		{
			what: "large",
			inputs: { x: array([2], [1000, 1000]) },
			attrs: {},
			gradients: { x: [0.5, 0.5] },
		},
		{
			what: "large negative",
			inputs: { x: array([2], [-1000, -1001]) },
			attrs: {},
		},
		{ what: "NaN", inputs: { x: array([2], [nan, 1]) }, attrs: {} },
		{
			what: "nothing",
			inputs: { x: array([0], []) },
			attrs: {},
			gradients: { x: [] },
		},
	],
};

const alongAxis = (
	name: "softmax" | "logSoftmax",
	op: typeof tf.softmax,
	of: (line: readonly number[]) => number[],
): OpCheck => ({
	name,
	draw(draw) {
		const rank = draw.int(1, 5);
		return {
			inputs: { x: draw.values(smallShape(draw, rank)) },
			attrs: draw.chance(0.2) ? {} : { axis: anyAxis(draw, rank) },
		};
	},
	compute: ({ x }, { axis }) => op(x, axis),
	reference: ({ x }, { axis = -1 }) => byLine(x as Array64, axis, of),
	edges: [
		{
			what: "large",
			inputs: { x: array([2, 2], [1000, -1000, -1000, -1001]) },
			attrs: {},
		},
		{
			what: "a -Infinity",
			inputs: { x: array([1, 3], [-Infinity, 1, 2]) },
			attrs: {},
		},
		{ what: "NaN", inputs: { x: array([2, 2], [nan, 1, 1, 1]) }, attrs: {} },
		{
			what: "one class",
			inputs: { x: array([3, 1], [5, -2, 0]) },
			attrs: {},
			gradients: { x: [0, 0, 0] },
		},
		{
			what: "an Infinity is no distribution",
			inputs: { x: array([2], [Infinity, 1]) },
			attrs: {},
		},
		{
			what: "nothing",
			inputs: { x: array([0, 3], []) },
			attrs: {},
			gradients: { x: [] },
		},
	],
});

export const extremes: readonly OpCheck[] = [
	extreme("max", tf.max),
	extreme("min", tf.min),
	argument("argMax", tf.argMax),
	argument("argMin", tf.argMin),
	logical("all", tf.all),
	logical("any", tf.any),
	topk,
	logSumExp,
	alongAxis("softmax", tf.softmax, softmaxLine),
	alongAxis("logSoftmax", tf.logSoftmax, (line) => {
		const most = Math.max(...line);
		// Not by logSumExp: of infinities there is no distribution.
		const log = Math.log(
			line.reduce((sum, value) => sum + Math.exp(value - most), 0),
		);
		return line.map((value) => value - most - log);
	}),
];
