import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import { anyAxis, axesOf, smallShape } from "../draw-shape.ts";
import type { OpCheck } from "../op-check.ts";
import { ALL } from "./shapes.ts";

const slice = (
	name: "slice" | "slice1d" | "slice2d" | "slice3d" | "slice4d",
): OpCheck => ({
	name,
	dtypes: ALL,
	draw(draw, dtype) {
		const fixed = Number(name[5] ?? 0);
		const shape = smallShape(draw, fixed || draw.int(1, 6));
		const begin = shape.map((size) => draw.int(0, size));
		const size = shape.map((length, axis) =>
			draw.int(0, length - (begin[axis] as number)),
		);
		const open = size.map((one, axis) =>
			!fixed && (begin[axis] as number) + one === shape[axis] && draw.chance()
				? -1
				: one,
		);
		const short = fixed ? shape.length : draw.int(1, shape.length);
		const form = fixed ? 0 : draw.int(0, 2);
		const attrs =
			form === 0
				? { begin, size: open }
				: form === 1
					? { begin: begin.slice(0, short), size: open.slice(0, short) }
					: { begin: begin.slice(0, short) };
		return { inputs: { x: draw.values(shape, { dtype }) }, attrs };
	},
	compute: ({ x }, { begin, size }) =>
		name === "slice1d"
			? tf.slice1d(x, begin[0], size[0])
			: // biome-ignore lint/suspicious/noExplicitAny: each rank has its function.
				(tf as any)[name](x, begin, size),
	reference({ x }, { begin, size = [] }) {
		const from = x as Array64;
		const shape = from.shape.map((length, axis) => {
			const one = size[axis] ?? -1;
			return one === -1 ? length - (begin[axis] ?? 0) : one;
		});
		return build(
			shape,
			(place) =>
				valueAt(
					from,
					place.map((at, axis) => at + (begin[axis] ?? 0)),
				),
			from.dtype,
		);
	},
	refused:
		name === "slice"
			? [
					{
						what: "too much",
						inputs: { x: array([3], [1, 2, 3]) },
						attrs: { begin: [2], size: [2] },
						says: /more than axis 0 has|size is 3/,
					},
					{
						what: "a negative start",
						inputs: { x: array([3], [1, 2, 3]) },
						attrs: { begin: [-1], size: [1] },
						says: /from the end/,
					},
				]
			: [],
});

/** Python's x[begin:end:stride], of one axis. */
function positions(
	size: number,
	begin: number | undefined,
	end: number | undefined,
	stride: number,
): number[] {
	const clamp = (at: number) => {
		const from = at < 0 ? at + size : at;
		return stride > 0
			? Math.min(Math.max(from, 0), size)
			: Math.min(Math.max(from, -1), size - 1);
	};
	const first =
		begin === undefined ? (stride > 0 ? 0 : size - 1) : clamp(begin);
	const last = end === undefined ? (stride > 0 ? size : -1) : clamp(end);
	const found: number[] = [];
	for (let at = first; stride > 0 ? at < last : at > last; at += stride)
		found.push(at);
	return found;
}

/** Which position of the input each axis of the result, or no axis of it, takes. */
function stridedPlaces(
	shape: readonly number[],
	attrs: Record<string, number[] | number>,
) {
	const { begin, end, strides } = attrs as Record<string, number[]>;
	const bit = (mask: string, at: number) =>
		(((attrs[mask] as number | undefined) ?? 0) >> at) & 1;
	const length = (begin as number[]).length;
	let ellipsis = -1;
	for (let at = 0; at < length; at++)
		if (bit("ellipsisMask", at)) ellipsis = at;
	const added = Array.from({ length }, (_, at) => at).filter(
		(at) => at !== ellipsis && bit("newAxisMask", at),
	).length;
	const spelled = length - added - (ellipsis < 0 ? 0 : 1);
	const entries: { lists: number[]; kind: "axis" | "new" | "gone" }[] = [];
	let axis = 0;
	const whole = () =>
		entries.push({
			lists: positions(shape[axis++] as number, undefined, undefined, 1),
			kind: "axis",
		});
	for (let at = 0; at < length; at++) {
		if (at === ellipsis) {
			for (let k = shape.length - spelled; k > 0; k--) whole();
		} else if (bit("newAxisMask", at))
			entries.push({ lists: [0], kind: "new" });
		else {
			const size = shape[axis++] as number;
			const [from, to, by] = [
				begin?.[at] as number,
				end?.[at] as number,
				strides?.[at] ?? 1,
			];
			if (bit("shrinkAxisMask", at))
				entries.push({ lists: [from < 0 ? from + size : from], kind: "gone" });
			else
				entries.push({
					lists: positions(
						size,
						bit("beginMask", at) ? undefined : from,
						bit("endMask", at) ? undefined : to,
						by,
					),
					kind: "axis",
				});
		}
	}
	while (axis < shape.length) whole();
	return entries;
}

const stridedSlice: OpCheck = {
	name: "stridedSlice",
	dtypes: ALL,
	draw(draw, dtype) {
		const shape = smallShape(draw, draw.int(1, 5), 0.04);
		const given = draw.int(1, shape.length);
		const begin: number[] = [];
		const end: number[] = [];
		const strides: number[] = [];
		let [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] = [
			0, 0, 0, 0, 0,
		];
		let axis = 0;
		const skip = draw.chance(0.25) && given > 1 ? draw.int(0, given - 1) : -1;
		for (let at = 0; at < given; at++) {
			const place = 1 << begin.length;
			if (at === skip) {
				ellipsisMask |= place;
				begin.push(0);
				end.push(0);
				strides.push(1);
				axis += shape.length - given + 1;
				continue;
			}
			if (draw.chance(0.15)) {
				newAxisMask |= 1 << begin.length;
				begin.push(0);
				end.push(0);
				strides.push(1);
			}
			const size = shape[axis++] as number;
			const bit = 1 << begin.length;
			if (size > 0 && draw.chance(0.2)) {
				shrinkAxisMask |= bit;
				const from = draw.int(-size, size - 1);
				begin.push(from);
				end.push(from + 1);
				strides.push(1);
				continue;
			}
			begin.push(draw.int(-size - 1, size + 1));
			end.push(draw.int(-size - 1, size + 1));
			strides.push(draw.pick([1, 1, 2, 3, -1, -2]));
			if (draw.chance(0.3)) beginMask |= bit;
			if (draw.chance(0.3)) endMask |= bit;
		}
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: {
				begin,
				end,
				strides,
				beginMask,
				endMask,
				ellipsisMask,
				newAxisMask,
				shrinkAxisMask,
			},
		};
	},
	compute: ({ x }, a) =>
		tf.stridedSlice(
			x,
			a.begin,
			a.end,
			a.strides,
			a.beginMask,
			a.endMask,
			a.ellipsisMask,
			a.newAxisMask,
			a.shrinkAxisMask,
		),
	reference({ x }, attrs) {
		const from = x as Array64;
		const entries = stridedPlaces(from.shape, attrs);
		const kept = entries.filter(({ kind }) => kind !== "gone");
		return build(
			kept.map(({ lists }) => lists.length),
			(place) => {
				let axis = 0;
				const at: number[] = [];
				for (const { lists, kind } of entries) {
					const position =
						kind === "gone" ? lists[0] : lists[place[axis++] as number];
					if (kind !== "new") at.push(position as number);
				}
				return valueAt(from, at);
			},
			from.dtype,
		);
	},
	edges: [
		{
			what: "backwards",
			inputs: { x: array([4], [1, 2, 3, 4]) },
			attrs: { begin: [3], end: [0], strides: [-1] },
			gradients: { x: [0, 1, 1, 1] },
		},
		{
			what: "without strides",
			inputs: { x: array([4], [1, 2, 3, 4]) },
			attrs: { begin: [1], end: [3] },
			gradients: { x: [0, 1, 1, 0] },
		},
		{
			what: "nothing",
			inputs: { x: array([4], [1, 2, 3, 4]) },
			attrs: { begin: [3], end: [1], strides: [1] },
			gradients: { x: [0, 0, 0, 0] },
		},
	],
	refused: [
		{
			what: "a stride of 0",
			inputs: { x: array([4], [1, 2, 3, 4]) },
			attrs: { begin: [0], end: [2], strides: [0] },
			says: /0/,
		},
	],
};

/** How tensors of a list are named. */
const nameAt = (at: number) => `x${at}`;

const listOf = <T>(inputs: Readonly<Record<string, T>>): T[] =>
	Object.values(inputs);

const concat = (
	name: "concat" | "concat1d" | "concat2d" | "concat3d" | "concat4d",
): OpCheck => ({
	name,
	dtypes: ALL,
	draw(draw, dtype) {
		const fixed = Number(name[6] ?? 0);
		const rank = fixed || draw.int(1, 6);
		const shape = smallShape(draw, rank);
		const axis = anyAxis(draw, rank);
		const at = axis < 0 ? axis + rank : axis;
		return {
			inputs: Object.fromEntries(
				Array.from({ length: draw.int(1, 4) }, (_, k) => [
					nameAt(k),
					draw.values(
						shape.map((size, one) =>
							one === at ? draw.int(draw.chance(0.15) ? 0 : 1, 3) : size,
						),
						{ dtype },
					),
				]),
			),
			attrs: fixed === 1 ? {} : { axis },
		};
	},
	// biome-ignore lint/suspicious/noExplicitAny: each rank has its function.
	compute: (inputs, { axis }) => (tf as any)[name](listOf(inputs), axis),
	reference(inputs, { axis = 0 }) {
		const list = listOf(inputs);
		const { shape, dtype } = list[0] as Array64;
		const at = axis < 0 ? axis + shape.length : axis;
		const lengths = list.map((one) => one.shape[at] as number);
		return build(
			shape.map((size, one) =>
				one === at ? lengths.reduce((a, b) => a + b, 0) : size,
			),
			(place) => {
				let along = place[at] as number;
				let which = 0;
				while (along >= (lengths[which] as number))
					along -= lengths[which++] as number;
				return valueAt(
					list[which] as Array64,
					place.map((value, one) => (one === at ? along : value)),
				);
			},
			dtype,
		);
	},
});

const stack: OpCheck = {
	name: "stack",
	dtypes: ALL,
	draw(draw, dtype) {
		const rank = draw.int(0, 5);
		const shape = smallShape(draw, rank);
		return {
			inputs: Object.fromEntries(
				Array.from({ length: draw.int(1, 4) }, (_, k) => [
					nameAt(k),
					draw.values(shape, { dtype }),
				]),
			),
			attrs: { axis: draw.int(-rank - 1, rank) },
		};
	},
	compute: (inputs, { axis }) => tf.stack(listOf(inputs), axis),
	reference(inputs, { axis }) {
		const list = listOf(inputs);
		const { shape, dtype } = list[0] as Array64;
		const at = axis < 0 ? axis + shape.length + 1 : axis;
		return build(
			[...shape.slice(0, at), list.length, ...shape.slice(at)],
			(place) =>
				valueAt(
					list[place[at] as number] as Array64,
					place.filter((_, one) => one !== at),
				),
			dtype,
		);
	},
};

/** The part of an array from a place of an axis on. */
const part = (
	x: Array64,
	axis: number,
	from: number,
	length: number,
): Array64 =>
	build(
		x.shape.map((size, one) => (one === axis ? length : size)),
		(place) =>
			valueAt(
				x,
				place.map((at, one) => (one === axis ? at + from : at)),
			),
		x.dtype,
	);

const unstack: OpCheck = {
	name: "unstack",
	dtypes: ALL,
	draw(draw, dtype) {
		const rank = draw.int(1, 6);
		const axis = anyAxis(draw, rank);
		const shape = smallShape(draw, rank);
		const at = axesOf(axis, rank)[0] as number;
		shape[at] = Math.max(1, shape[at] as number);
		return { inputs: { x: draw.values(shape, { dtype }) }, attrs: { axis } };
	},
	compute: ({ x }, { axis }) => tf.unstack(x, axis),
	reference({ x }, { axis }) {
		const from = x as Array64;
		const [at] = axesOf(axis, from.shape.length) as [number];
		return Array.from({ length: from.shape[at] as number }, (_, k) => ({
			...part(from, at, k, 1),
			shape: from.shape.filter((_, one) => one !== at),
		}));
	},
};

const split: OpCheck = {
	name: "split",
	dtypes: ALL,
	draw(draw, dtype) {
		const rank = draw.int(1, 6);
		const axis = anyAxis(draw, rank);
		const at = axesOf(axis, rank)[0] as number;
		const shape = smallShape(draw, rank);
		const pieces = Array.from({ length: draw.int(1, 3) }, () =>
			draw.int(draw.chance(0.1) ? 0 : 1, 2),
		);
		const even = draw.chance();
		shape[at] = even
			? pieces.length * draw.int(1, 2)
			: pieces.reduce((a, b) => a + b, 0);
		const open = draw.int(0, 3 * pieces.length);
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: {
				axis,
				by: even
					? pieces.length
					: pieces.map((size, k) => (k === open ? -1 : size)),
			},
		};
	},
	compute: ({ x }, { by, axis }) => tf.split(x, by, axis),
	reference({ x }, { by, axis }) {
		const from = x as Array64;
		const [at] = axesOf(axis, from.shape.length) as [number];
		const length = from.shape[at] as number;
		const known = (list: number[]) =>
			list.reduce((sum, size) => sum + Math.max(0, size), 0);
		const sizes: number[] =
			typeof by === "number"
				? Array(by).fill(length / by)
				: by.map((size: number) => (size < 0 ? length - known(by) : size));
		let start = 0;
		return sizes.map((size) => {
			const one = part(from, at, start, size);
			start += size;
			return one;
		});
	},
};

export const slices: readonly OpCheck[] = [
	slice("slice"),
	slice("slice1d"),
	slice("slice2d"),
	slice("slice3d"),
	slice("slice4d"),
	stridedSlice,
	concat("concat"),
	concat("concat1d"),
	concat("concat2d"),
	concat("concat3d"),
	concat("concat4d"),
	stack,
	unstack,
	split,
];
