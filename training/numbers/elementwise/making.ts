import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	array,
	build,
	type NumberType,
	sizeOf,
} from "../array.ts";
import type { Edge, OpCheck } from "../op-check.ts";
import { narrowed } from "./broadcast.ts";
import { anyShape } from "./unary.ts";

const NUMBERS: readonly NumberType[] = ["float32", "int32"];
const ALL: readonly NumberType[] = ["float32", "int32", "bool"];

const made = (what: string, attrs: object): Edge => ({
	what,
	inputs: {},
	attrs,
});

const constant = (
	name: string,
	value: number,
	compute: typeof tf.ones,
): OpCheck => ({
	name,
	dtypes: ALL,
	draw: (draw, dtype) => ({
		inputs: {},
		attrs: { shape: anyShape(draw), dtype },
	}),
	compute: (_, { shape, dtype }) => compute(shape, dtype),
	reference: (_, { shape, dtype }) => build(shape, () => value, dtype),
});

const fill: OpCheck = {
	name: "fill",
	dtypes: ALL,
	draw: (draw, dtype) => ({
		inputs: {},
		attrs: {
			shape: anyShape(draw),
			value: draw.values([1], { dtype }).values[0],
			dtype,
		},
	}),
	compute: (_, { shape, value, dtype }) => tf.fill(shape, value, dtype),
	reference: (_, { shape, value, dtype }) =>
		build(
			shape,
			() => (dtype === "bool" ? Number(Boolean(value)) : value),
			dtype,
		),
	edges: [
		made("of 2 as a truth value", { shape: [2], value: 2, dtype: "bool" }),
		made("of 256 as a truth value", { shape: [2], value: 256, dtype: "bool" }),
		made("of a half as a truth value", {
			shape: [2],
			value: 0.5,
			dtype: "bool",
		}),
		made("of NaN", { shape: [3], value: Number.NaN, dtype: "float32" }),
		made("of a large whole number", {
			shape: [2],
			value: 16777217,
			dtype: "int32",
		}),
	],
};

const linspace: OpCheck = {
	name: "linspace",
	draw: (draw) => ({
		inputs: {},
		attrs: {
			start: draw.number(-9, 9),
			stop: draw.number(-9, 9),
			num: draw.int(1, 30),
		},
	}),
	compute: (_, { start, stop, num }) => tf.linspace(start, stop, num),
	reference: (_, { start, stop, num }) =>
		build([num], ([at]) =>
			num === 1 ? start : start + ((stop - start) * (at as number)) / (num - 1),
		),
	tolerance: 1e-7,
	edges: [made("of many", { start: 0, stop: 1, num: 10001 })],
	refused: [
		{
			...made("of a part of a number", { start: 0, stop: 1, num: 2.5 }),
			says: /whole numbers/,
		},
		{
			...made("of none", { start: 0, stop: 1, num: 0 }),
			says: /at least 1/,
		},
	],
};

const rangeOf = (
	start: number,
	stop: number,
	step: number,
	dtype: NumberType,
) => {
	// As documented: down by 1 where the end lies below, and no step is given.
	const by = stop < start && step === 1 ? -1 : step;
	const values: number[] = [];
	for (let k = 0; by > 0 ? start + k * by < stop : start + k * by > stop; k++)
		values.push(start + k * by);
	return array(
		[values.length],
		dtype === "int32" ? values.map(Math.trunc) : values,
		dtype,
	);
};

const range: OpCheck = {
	name: "range",
	dtypes: NUMBERS,
	draw(draw, dtype) {
		const start = draw.int(-9, 9);
		const step = draw.pick([-2, -1, 1, 2, 3, 0.25, -0.5]);
		return {
			inputs: {},
			attrs: {
				start,
				stop: draw.int(-9, 9),
				step: dtype === "int32" ? Math.trunc(step) || 1 : step,
				dtype,
			},
		};
	},
	compute: (_, { start, stop, step, dtype }) =>
		tf.range(start, stop, step, dtype),
	reference: (_, { start, stop, step, dtype }) =>
		rangeOf(start, stop, step, dtype),
	tolerance: 1e-7,
	edges: [
		made("far", { start: 0, stop: 5000, step: 0.25, dtype: "float32" }),
		made("away from its end", {
			start: 3,
			stop: 0,
			step: 0.5,
			dtype: "float32",
		}),
	],
	refused: [
		{
			...made("without a step", { start: 0, stop: 3, step: 0 }),
			says: /step of 0/,
		},
		{
			...made("without an end", {
				start: 0,
				stop: Number.POSITIVE_INFINITY,
				step: 1,
			}),
			says: /whole numbers/,
		},
	],
};

const eye: OpCheck = {
	name: "eye",
	dtypes: ALL,
	draw: (draw, dtype) => ({
		inputs: {},
		attrs: {
			rows: draw.int(0, 4),
			columns: draw.int(0, 4),
			batch: draw.shape(draw.int(0, 4), 3),
			dtype,
		},
	}),
	compute: (_, { rows, columns, batch, dtype }) =>
		tf.eye(rows, columns, batch, dtype),
	reference: (_, { rows, columns, batch, dtype }) =>
		build(
			[...batch, rows, columns],
			(place) => Number(place.at(-1) === place.at(-2)),
			dtype,
		),
};

const oneHot: OpCheck = {
	name: "oneHot",
	dtypes: ["int32"],
	draw(draw, dtype) {
		const type = draw.pick(ALL);
		const isTruth = type === "bool";
		return {
			inputs: {
				indices: draw.values(draw.shape(draw.int(0, 5), 3, 0), {
					from: -1,
					to: 4,
					dtype,
				}),
			},
			attrs: {
				depth: draw.int(1, 4),
				on: isTruth ? 1 : draw.int(-3, 3),
				off: isTruth ? 0 : draw.int(-3, 3),
				type,
			},
		};
	},
	compute: ({ indices }, { depth, on, off, type }) =>
		tf.oneHot(indices, depth, on, off, type),
	reference: ({ indices }, { depth, on, off, type }) => {
		const { shape = [], values = [] } = indices ?? {};
		const rows = Array.from({ length: sizeOf(shape) }, (_, row) =>
			Array.from({ length: depth }, (_, k) => (values[row] === k ? on : off)),
		);
		return array([...shape, depth], rows.flat(), type);
	},
	edges: [
		{
			what: "of fractions",
			inputs: { indices: array([2], [1, 0], "int32") },
			attrs: { depth: 2, on: 0.75, off: -0.25, type: "float32" },
		},
		{
			what: "of large whole numbers",
			inputs: { indices: array([2], [1, 0], "int32") },
			attrs: { depth: 2, on: 16777217, off: -2147483648, type: "int32" },
		},
	],
	refused: [
		{
			what: "without classes",
			inputs: { indices: array([1], [0], "int32") },
			attrs: { depth: 0, on: 1, off: 0, type: "int32" },
			says: /whole number above 0/,
		},
	],
};

/** The shape that two tensors broadcast to, from their shapes. */
const broadcastArgs: OpCheck = {
	name: "broadcastArgs",
	dtypes: ["int32"],
	draw(draw) {
		const shape = draw.shape(draw.int(0, 4), 3, 0);
		const given = (): Array64 => {
			const own = narrowed(draw, shape);
			return array([own.length], own, "int32");
		};
		return { inputs: { a: given(), b: given() }, attrs: {} };
	},
	compute: ({ a, b }) => tf.broadcastArgs(a, b),
	reference({ a, b }) {
		const [one, other] = [a, b].map((shape) =>
			Array.from(shape?.values ?? []).reverse(),
		) as [number[], number[]];
		const rank = Math.max(one.length, other.length);
		const sizes = Array.from({ length: rank }, (_, axis) => {
			const [own = 1, theirs = 1] = [one[axis], other[axis]];
			return own === 1 ? theirs : own;
		});
		return array([rank], sizes.reverse(), "int32");
	},
	refused: [
		{
			what: "of shapes that do not fit",
			inputs: { a: array([1], [2], "int32"), b: array([1], [3], "int32") },
			attrs: {},
			says: /2.*3/,
		},
	],
};

/** Tensors made of nothing or of indices, and the shape that two have together. */
export const makingOps: readonly OpCheck[] = [
	constant("ones", 1, tf.ones),
	constant("zeros", 0, tf.zeros),
	fill,
	linspace,
	range,
	eye,
	oneHot,
	broadcastArgs,
];
