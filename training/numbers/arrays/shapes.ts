import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	array,
	build,
	type NumberType,
	sizeOf,
	valueAt,
} from "../array.ts";
import type { Draw } from "../draw.ts";
import { anyAxis, axesOf, smallShape } from "../draw-shape.ts";
import { broadcastAt } from "../elementwise/broadcast.ts";
import type { OpCheck } from "../op-check.ts";

export const ALL: readonly NumberType[] = ["float32", "int32", "bool"];

/** A tensor of a rank in these bounds. */
export const ofRank =
	(from: number, to: number) =>
	(draw: Draw, dtype: NumberType): Array64 =>
		draw.values(smallShape(draw, draw.int(from, to)), { dtype });

/** A shape of as many values. */
function otherShape(draw: Draw, size: number): number[] {
	const shape: number[] = [];
	let rest = size;
	for (const prime of [2, 3, 5, 7])
		while (rest > 1 && rest % prime === 0) {
			shape.push(prime);
			rest /= prime;
		}
	if (size === 0) shape.push(0);
	if (rest > 1) shape.push(rest);
	while (shape.length > 1 && draw.chance(0.6)) {
		const [a, b] = [shape.pop() as number, shape.pop() as number];
		shape.push(a * b);
	}
	if (draw.chance(0.3)) shape.push(1);
	return draw.shuffled(shape);
}

const reshape: OpCheck = {
	name: "reshape",
	dtypes: ALL,
	draw(draw, dtype) {
		const x = ofRank(0, 6)(draw, dtype);
		const to = otherShape(draw, x.values.length);
		const open = draw.int(0, to.length);
		return {
			inputs: { x },
			attrs: {
				to,
				shape:
					sizeOf(to) > 0 ? to.map((size, at) => (at === open ? -1 : size)) : to,
			},
		};
	},
	compute: ({ x }, { shape }) => tf.reshape(x, shape),
	reference: ({ x }, { to }) => ({ ...(x as Array64), shape: to }),
};

const squeeze: OpCheck = {
	name: "squeeze",
	dtypes: ALL,
	draw(draw, dtype) {
		const rank = draw.int(0, 6);
		const shape = smallShape(draw, rank).map((size) =>
			draw.chance() ? 1 : size,
		);
		const ones = shape.flatMap((size, axis) =>
			size === 1 ? [draw.chance() ? axis : axis - rank] : [],
		);
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: draw.chance() ? {} : { axis: ones.filter(() => draw.chance()) },
		};
	},
	compute: ({ x }, { axis }) => tf.squeeze(x, axis),
	reference({ x }, { axis }) {
		const { shape } = x as Array64;
		// An empty list stands for all axes of one, as tfjs and TensorFlow have it.
		const gone =
			!axis || axis.length === 0
				? shape.map((_, at) => at)
				: axesOf(axis, shape.length);
		return {
			...(x as Array64),
			shape: shape.filter((size, at) => size !== 1 || !gone.includes(at)),
		};
	},
};

const expandDims: OpCheck = {
	name: "expandDims",
	dtypes: ALL,
	draw(draw, dtype) {
		const x = ofRank(0, 5)(draw, dtype);
		return {
			inputs: { x },
			attrs: { axis: draw.int(-x.shape.length - 1, x.shape.length) },
		};
	},
	compute: ({ x }, { axis }) => tf.expandDims(x, axis),
	reference({ x }, { axis }) {
		const { shape } = x as Array64;
		const at = axis < 0 ? axis + shape.length + 1 : axis;
		return {
			...(x as Array64),
			shape: [...shape.slice(0, at), 1, ...shape.slice(at)],
		};
	},
};

const reverse = (
	name: "reverse" | "reverse1d" | "reverse2d" | "reverse3d" | "reverse4d",
): OpCheck => ({
	name,
	dtypes: ALL,
	draw(draw, dtype) {
		const fixed = Number(name[7] ?? 0);
		const rank = fixed || draw.int(0, 6);
		const form = draw.int(0, 2);
		const axis =
			form === 0 || rank === 0
				? {}
				: form === 1 && rank > 0
					? { axis: anyAxis(draw, rank) }
					: { axis: draw.shuffled(draw.axes(rank)) };
		return {
			inputs: { x: draw.values(smallShape(draw, rank), { dtype }) },
			attrs: fixed === 1 ? {} : axis,
		};
	},
	// biome-ignore lint/suspicious/noExplicitAny: each rank has its function.
	compute: ({ x }, { axis }) => (tf as any)[name](x, axis),
	reference({ x }, { axis }) {
		const from = x as Array64;
		const axes = axesOf(axis, from.shape.length);
		return build(
			from.shape,
			(place) =>
				valueAt(
					from,
					place.map((at, k) =>
						axes.includes(k) ? (from.shape[k] as number) - 1 - at : at,
					),
				),
			from.dtype,
		);
	},
	edges: [
		{
			what: "a NaN",
			inputs: {
				x: array(name.length > 7 ? Array(Number(name[7])).fill(1) : [1], [
					Number.NaN,
				]),
			},
			attrs: {},
		},
	],
});

const tile: OpCheck = {
	name: "tile",
	dtypes: ALL,
	draw(draw, dtype) {
		const x = ofRank(0, 6)(draw, dtype);
		const most = x.values.length > 20 ? 2 : 3;
		return {
			inputs: { x },
			attrs: {
				reps: x.shape.map(() => draw.int(draw.chance(0.05) ? 0 : 1, most)),
			},
		};
	},
	compute: ({ x }, { reps }) => tf.tile(x, reps),
	reference({ x }, { reps }) {
		const from = x as Array64;
		return build(
			from.shape.map((size, axis) => size * reps[axis]),
			(place) =>
				valueAt(
					from,
					place.map((at, axis) => at % (from.shape[axis] as number)),
				),
			from.dtype,
		);
	},
};

const broadcastTo: OpCheck = {
	name: "broadcastTo",
	dtypes: ALL,
	draw(draw, dtype) {
		const shape = smallShape(draw, draw.int(0, 6));
		const own = shape
			.slice(draw.int(0, shape.length))
			.map((size) => (draw.chance(0.4) ? 1 : size));
		return { inputs: { x: draw.values(own, { dtype }) }, attrs: { shape } };
	},
	compute: ({ x }, { shape }) => tf.broadcastTo(x, shape),
	reference({ x }, { shape }) {
		const from = x as Array64;
		return build(shape, (place) => broadcastAt(from, place), from.dtype);
	},
	refused: [
		{
			what: "a shape that does not fit",
			inputs: { x: array([2], [1, 2]) },
			attrs: { shape: [3] },
			says: /cannot be broadcast/,
		},
	],
};

export const shapes: readonly OpCheck[] = [
	reshape,
	squeeze,
	expandDims,
	reverse("reverse"),
	reverse("reverse1d"),
	reverse("reverse2d"),
	reverse("reverse3d"),
	reverse("reverse4d"),
	tile,
	broadcastTo,
];
