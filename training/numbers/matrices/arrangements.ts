import * as tf from "../../backend/tf.ts";
import { type Array64, build, valueAt } from "../array.ts";
import type { OpCheck } from "../op-check.ts";
import { zeros } from "./products.ts";

const transpose: OpCheck = {
	name: "transpose",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const rank = draw.int(0, 6);
		const shape = draw.shape(rank, rank > 4 ? 2 : 4);
		const perm = draw.shuffled(shape.map((_, axis) => axis));
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: draw.chance(0.8) ? { perm } : {},
		};
	},
	compute: ({ x }, { perm }) => tf.transpose(x, perm),
	reference: ({ x }, attrs) => {
		const { shape, dtype } = x as Array64;
		const perm: number[] = attrs.perm ?? shape.map((_, axis) => axis).reverse();
		return build(
			perm.map((axis) => shape[axis] as number),
			(place) =>
				valueAt(
					x as Array64,
					shape.map((_, axis) => place[perm.indexOf(axis)] as number),
				),
			dtype,
		);
	},
	edges: [
		{
			what: "nothing",
			inputs: { x: zeros(2, 0, 3) },
			attrs: { perm: [1, 2, 0] },
		},
	],
	refused: [
		{
			what: "an axis twice",
			inputs: { x: zeros(2, 2) },
			attrs: { perm: [0, 0] },
			says: /axis once|axes/,
		},
		{
			what: "more axes than there are",
			inputs: { x: zeros(2, 2) },
			attrs: { perm: [0, 1, 2] },
			says: /axis once|axes/,
		},
		{
			what: "an axis from the end",
			inputs: { x: zeros(2, 2) },
			attrs: { perm: [-1, 0] },
			says: /axis once|axes/,
		},
	],
};

const diag: OpCheck = {
	name: "diag",
	dtypes: ["float32", "int32", "bool"],
	draw: (draw, dtype) => ({
		inputs: { x: draw.values(draw.shape(draw.int(1, 3), 3), { dtype }) },
		attrs: {},
	}),
	compute: ({ x }) => tf.diag(x),
	reference: ({ x }) => {
		const { shape, dtype } = x as Array64;
		return build(
			[...shape, ...shape],
			(place) => {
				const [row, column] = [
					place.slice(0, shape.length),
					place.slice(shape.length),
				];
				return row.join() === column.join() ? valueAt(x as Array64, row) : 0;
			},
			dtype,
		);
	},
	edges: [{ what: "nothing", inputs: { x: zeros(0) }, attrs: {} }],
};

const bandPart: OpCheck = {
	name: "linalg.bandPart",
	dtypes: ["float32", "int32", "bool"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(2, 4));
		const [rows, columns] = shape.slice(-2) as [number, number];
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: {
				lower: draw.int(-1, rows),
				upper: draw.int(-1, columns),
				asTensors: draw.chance(0.2),
			},
		};
	},
	compute({ x }, { lower, upper, asTensors }) {
		const of = (count: number) =>
			asTensors ? tf.scalar(count, "int32") : count;
		return tf.linalg.bandPart(x, of(lower) as number, of(upper) as number);
	},
	reference: ({ x }, { lower, upper }) =>
		build(
			(x as Array64).shape,
			(place) => {
				const [row, column] = place.slice(-2) as [number, number];
				const isIn =
					(lower < 0 || row - column <= lower) &&
					(upper < 0 || column - row <= upper);
				return isIn ? valueAt(x as Array64, place) : 0;
			},
			x?.dtype,
		),
	edges: [
		{
			what: "NaN outside of the band",
			inputs: {
				x: {
					shape: [2, 2],
					values: [1, Number.NaN, Number.POSITIVE_INFINITY, 2],
				},
			},
			attrs: { lower: 0, upper: 0 },
			gradients: { x: [1, 0, 0, 1] },
		},
		{
			what: "nothing",
			inputs: { x: zeros(0, 2, 2) },
			attrs: { lower: 0, upper: 0 },
		},
	],
	refused: [
		{
			what: "a vector",
			inputs: { x: zeros(2) },
			attrs: { lower: 0, upper: 0 },
			says: /matrices/,
		},
		{
			what: "half a diagonal",
			inputs: { x: zeros(2, 2) },
			attrs: { lower: 0.5, upper: 0 },
			says: /whole number/,
		},
	],
};

export const arrangements: readonly OpCheck[] = [transpose, diag, bandPart];
