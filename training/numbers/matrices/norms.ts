import * as tf from "../../backend/tf.ts";
import type { Attributes } from "../array.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";

/** JSON has no infinity. */
const orderOf = (order: number | string): number | "euclidean" | "fro" =>
	order === "Infinity" || order === "-Infinity"
		? Number(order)
		: (order as number | "euclidean" | "fro");

type Reduce = (values: number[]) => number;

const total: Reduce = (values) => values.reduce((sum, x) => sum + x, 0);
const sumOfSizes: Reduce = (values) => total(values.map(Math.abs));
const root: Reduce = (values) => Math.hypot(...values);

/** Reduces axes to 1. */
function reduced(x: Array64, axes: readonly number[], by: Reduce): Array64 {
	const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
	return build(shape, (place) => {
		const values: number[] = [];
		build(
			axes.map((axis) => x.shape[axis] as number),
			(own) => {
				const at = place.map((index, axis) =>
					axes.includes(axis) ? (own[axes.indexOf(axis)] as number) : index,
				);
				values.push(valueAt(x, at));
				return 0;
			},
		);
		return by(values);
	});
}

function normOf(x: Array64, { order, axis, keepDims }: Attributes): Array64 {
	if (x.shape.length === 0) return build([], () => Math.abs(valueAt(x, [])));
	const all = x.shape.map((_, at) => at);
	const axes: number[] = (axis === undefined ? all : [axis].flat()).map(
		(at: number) => (at < 0 ? at + all.length : at),
	);
	const largest: Reduce = (values) => Math.max(...values.map(Math.abs));
	const smallest: Reduce = (values) => Math.min(...values.map(Math.abs));
	const isMatrix = axis !== undefined && axes.length === 2;
	const [rows, columns] = axes.map((at) => [at]) as [number[], number[]];
	const kept = {
		1: () =>
			isMatrix
				? reduced(reduced(x, rows, sumOfSizes), columns, largest)
				: reduced(x, axes, sumOfSizes),
		Infinity: () =>
			isMatrix
				? reduced(reduced(x, columns, sumOfSizes), rows, largest)
				: reduced(x, axes, largest),
		"-Infinity": () =>
			isMatrix
				? reduced(reduced(x, columns, sumOfSizes), rows, smallest)
				: reduced(x, axes, smallest),
		2: () => reduced(x, axes, root),
		euclidean: () => reduced(x, axes, root),
		fro: () => reduced(x, axes, root),
	}[order as "fro"]();
	return keepDims
		? kept
		: array(
				kept.shape.filter((_, at) => !axes.includes(at)),
				kept.values,
			);
}

/** Numbers of sizes that differ, and so do their sums. */
function apart(draw: Draw, shape: number[]): Array64 {
	const { values } = draw.distinct(shape, 0.4);
	return array(
		shape,
		Array.from(values, (value) =>
			Math.fround(value + 0.1 + draw.number(-0.04, 0.04)),
		),
	);
}

const norm: OpCheck = {
	name: "norm",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const rank = draw.int(0, 4);
		// The norm of one number does not bend, which is not exact in 32 bits.
		const shape = draw.shape(
			rank,
			rank > 3 ? 2 : 3,
			dtype === "float32" ? 2 : 1,
		);
		const axes = draw.shuffled(shape.map((_, axis) => axis));
		const isMatrix = rank >= 2 && draw.chance();
		const isFlat = !isMatrix && (rank === 0 || draw.chance(0.3));
		const counted = axes.map((at) => (draw.chance(0.3) ? at - rank : at));
		const own = isMatrix ? counted.slice(0, 2) : counted[0];
		return {
			inputs: {
				x:
					dtype === "float32"
						? apart(draw, shape)
						: draw.values(shape, { dtype }),
			},
			attrs: {
				order: draw.pick(
					isMatrix
						? [1, "Infinity", "-Infinity", "euclidean", "fro"]
						: [1, 2, "Infinity", "-Infinity", "euclidean"],
				),
				...(isFlat ? {} : { axis: own }),
				keepDims: draw.chance(),
			},
		};
	},
	compute: ({ x }, { order, axis, keepDims }) =>
		tf.norm(x, orderOf(order), axis, keepDims),
	reference: ({ x }, attrs) => normOf(x as Array64, attrs),
	edges: [
		{
			what: "zeros have no direction",
			inputs: { x: array([2, 2], [0, 0, 3, 4]) },
			attrs: { order: "euclidean", axis: 1 },
			gradients: { x: [0, 0, 0.6, 0.8] },
		},
		{
			what: "a tie of the largest",
			inputs: { x: array([3], [2, -2, 1]) },
			attrs: { order: "Infinity" },
			gradients: { x: [0.5, -0.5, 0] },
		},
		{
			what: "the largest column of two that tie",
			inputs: { x: array([2, 2], [1, -1, -3, 3]) },
			attrs: { order: 1, axis: [0, 1] },
			gradients: { x: [0.5, -0.5, -0.5, 0.5] },
		},
		{
			what: "NaN",
			inputs: { x: array([2, 2], [1, Number.NaN, 3, 4]) },
			attrs: { order: "euclidean", axis: 1 },
		},
		{
			what: "one number each",
			inputs: { x: array([2, 1], [-2, 3]) },
			attrs: { order: "euclidean", axis: -1 },
			gradients: { x: [-1, 1] },
		},
		{
			what: "nothing",
			inputs: { x: array([2, 0], []) },
			attrs: { order: "euclidean", axis: 1 },
		},
	],
	refused: [
		{
			what: "a matrix's order of a vector",
			inputs: { x: array([2], [1, 2]) },
			attrs: { order: "fro" },
			says: /vectors have no norm "fro"/,
		},
		{
			what: "the spectral norm",
			inputs: { x: array([1, 2], [1, 2]) },
			attrs: { order: 2, axis: [0, 1] },
			says: /matrices have no norm "2"/,
		},
		{
			what: "three axes",
			inputs: { x: array([1, 1, 2], [1, 2]) },
			attrs: { order: 1, axis: [0, 1, 2] },
			says: /two for matrices/,
		},
		{
			what: "one axis twice",
			inputs: { x: array([1, 2], [1, 2]) },
			attrs: { order: 1, axis: [1, -1] },
			says: /two for matrices/,
		},
	],
};

const euclideanNorm: OpCheck = {
	...norm,
	name: "euclideanNorm",
	draw(draw, dtype) {
		const { inputs, attrs } = norm.draw(draw, dtype);
		return { inputs, attrs: { ...attrs, order: "euclidean" } };
	},
	compute: ({ x }, { axis, keepDims }) => tf.euclideanNorm(x, axis, keepDims),
	reference: ({ x }, attrs) =>
		normOf(x as Array64, { ...attrs, order: "euclidean" }),
	edges: norm.edges?.filter(({ attrs }) => attrs.order === "euclidean") ?? [],
	refused: norm.refused?.filter(({ what }) => what === "three axes") ?? [],
};

const moments: OpCheck = {
	name: "moments",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(0, 4), 3);
		const axes = draw.axes(shape.length, Math.min(1, shape.length));
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: {
				...(draw.chance(0.2)
					? {}
					: { axis: axes.length === 1 ? axes[0] : axes }),
				keepDims: draw.chance(),
			},
		};
	},
	compute({ x }, { axis, keepDims }) {
		const { mean, variance } = tf.moments(x, axis, keepDims);
		return [mean, variance];
	},
	reference({ x }, { axis, keepDims }) {
		const own = x as Array64;
		const rank = own.shape.length;
		const axes: number[] = (
			axis === undefined ? own.shape.map((_, at) => at) : [axis].flat()
		).map((at: number) => (at < 0 ? at + rank : at));
		const mean: Reduce = (values) => total(values) / values.length;
		const variance: Reduce = (values) =>
			mean(values.map((value) => (value - mean(values)) ** 2));
		return [mean, variance].map((by) => {
			const kept = reduced(own, axes, by);
			return keepDims
				? kept
				: array(
						kept.shape.filter((_, at) => !axes.includes(at)),
						kept.values,
					);
		});
	},
};

export const norms: readonly OpCheck[] = [norm, euclideanNorm, moments];
