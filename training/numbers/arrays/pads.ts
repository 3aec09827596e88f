import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, sizeOf, valueAt } from "../array.ts";
import { smallShape } from "../draw-shape.ts";
import type { OpCheck } from "../op-check.ts";
import { ALL } from "./shapes.ts";

const pad = (name: "pad" | "pad1d" | "pad2d" | "pad3d" | "pad4d"): OpCheck => ({
	name,
	dtypes: ALL,
	draw(draw, dtype) {
		const fixed = Number(name[3] ?? 0);
		const shape = smallShape(draw, fixed || draw.int(1, 6));
		const most = shape.length > 3 ? 1 : 3;
		const paddings = shape.map(() => [draw.int(0, most), draw.int(0, most)]);
		const value =
			dtype === "bool"
				? draw.int(0, 1)
				: dtype === "int32"
					? draw.pick([0, -3, 2 ** 24 + 1])
					: draw.pick([0, -1.5, 7]);
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: draw.chance(0.3) ? { paddings } : { paddings, value },
		};
	},
	compute: ({ x }, { paddings, value }) =>
		// biome-ignore lint/suspicious/noExplicitAny: each rank has its function.
		(tf as any)[name](x, name === "pad1d" ? paddings[0] : paddings, value),
	reference({ x }, { paddings, value = 0 }) {
		const from = x as Array64;
		return build(
			from.shape.map(
				(size, axis) => size + paddings[axis][0] + paddings[axis][1],
			),
			(place) => {
				const at = place.map((one, axis) => one - paddings[axis][0]);
				return at.every(
					(one, axis) => one >= 0 && one < (from.shape[axis] as number),
				)
					? valueAt(from, at)
					: value;
			},
			from.dtype,
		);
	},
	edges:
		name === "pad"
			? [
					{
						what: "with NaN",
						inputs: { x: array([1], [1]) },
						attrs: { paddings: [[1, 1]], value: Number.NaN },
					},
					{
						what: "nothing",
						inputs: { x: array([0], []) },
						attrs: { paddings: [[1, 2]], value: 3 },
						gradients: { x: [] },
					},
				]
			: [],
	refused:
		name === "pad"
			? [
					{
						what: "less than nothing",
						inputs: { x: array([2], [1, 2]) },
						attrs: { paddings: [[-1, 0]] },
						says: /slice/,
					},
				]
			: [],
});

const mirrorPad: OpCheck = {
	name: "mirrorPad",
	dtypes: ALL,
	draw(draw, dtype) {
		const shape = smallShape(draw, draw.int(1, 6), 0);
		const mode = draw.pick(["reflect", "symmetric"]);
		const paddings = shape.map((size) => {
			const most = Math.min(
				shape.length > 3 ? 1 : 3,
				mode === "reflect" ? size - 1 : size,
			);
			return [draw.int(0, most), draw.int(0, most)];
		});
		return {
			inputs: { x: draw.values(shape, { dtype }) },
			attrs: { paddings, mode },
		};
	},
	compute: ({ x }, { paddings, mode }) => tf.mirrorPad(x, paddings, mode),
	reference({ x }, { paddings, mode }) {
		const from = x as Array64;
		const edge = mode === "reflect" ? 0 : 1;
		return build(
			from.shape.map(
				(size, axis) => size + paddings[axis][0] + paddings[axis][1],
			),
			(place) =>
				valueAt(
					from,
					place.map((one, axis) => {
						const [size, at] = [
							from.shape[axis] as number,
							one - paddings[axis][0],
						];
						if (at < 0) return -at - edge;
						return at >= size ? 2 * (size - 1) - at + edge : at;
					}),
				),
			from.dtype,
		);
	},
	edges: [
		{
			what: "reflected",
			inputs: { x: array([3], [1, 2, 3]) },
			attrs: { paddings: [[1, 2]], mode: "reflect" },
			gradients: { x: [2, 3, 1] },
		},
		{
			what: "symmetric",
			inputs: { x: array([3], [1, 2, 3]) },
			attrs: { paddings: [[1, 2]], mode: "symmetric" },
			gradients: { x: [2, 2, 2] },
		},
	],
};

const depthToSpace: OpCheck = {
	name: "depthToSpace",
	draw(draw) {
		const block = draw.int(2, 3);
		const [height, width, depth] = [
			draw.int(1, 3),
			draw.int(1, 2),
			block * block * draw.int(1, 2),
		];
		const dataFormat = draw.pick(["NHWC", "NCHW"]);
		const batch = draw.int(draw.chance(0.1) ? 0 : 1, 2);
		return {
			inputs: {
				x: draw.values(
					dataFormat === "NHWC"
						? [batch, height, width, depth]
						: [batch, depth, height, width],
				),
			},
			attrs: { block, dataFormat },
		};
	},
	compute: ({ x }, { block, dataFormat }) =>
		tf.depthToSpace(x, block, dataFormat),
	reference({ x }, { block, dataFormat }) {
		const from = x as Array64;
		const last = dataFormat === "NHWC";
		const [batch = 0, ...sizes] = from.shape;
		const [height = 0, width = 0, depth = 0] = last
			? sizes
			: [sizes[1], sizes[2], sizes[0]];
		const out = depth / (block * block);
		const shape = last
			? [batch, height * block, width * block, out]
			: [batch, out, height * block, width * block];
		return build(shape, (place) => {
			const [n = 0, a = 0, b = 0, c = 0] = place;
			const [row, column, channel] = last ? [a, b, c] : [b, c, a];
			const at = (row % block) * block + (column % block);
			const [y, z, d] = [
				Math.floor(row / block),
				Math.floor(column / block),
				at * out + channel,
			];
			return valueAt(from, last ? [n, y, z, d] : [n, d, y, z]);
		});
	},
	batched: ["x"],
};

/** Which example of blocks, and which place in it, holds a place of space. */
const spaceToBatchND: OpCheck = {
	name: "spaceToBatchND",
	dtypes: ALL,
	draw(draw, dtype) {
		const spatial = draw.int(1, 3);
		const blocks = Array.from({ length: spatial }, () =>
			draw.int(1, spatial > 2 ? 2 : 3),
		);
		const crops = blocks.map(() => [draw.int(0, 2), draw.int(0, 2)]);
		const sizes = blocks.map((block, axis) => {
			const [before = 0, after = 0] = crops[axis] as number[];
			return (
				(Math.ceil((before + after + 1) / block) + draw.int(0, 1)) * block -
				before -
				after
			);
		});
		const rest = Array.from({ length: draw.int(0, 4) }, () => draw.int(1, 2));
		return {
			inputs: {
				x: draw.values([draw.int(1, 2), ...sizes, ...rest], { dtype }),
			},
			attrs: { blocks, paddings: crops },
		};
	},
	compute: ({ x }, { blocks, paddings }) =>
		tf.spaceToBatchND(x, blocks, paddings),
	reference({ x }, { blocks, paddings }) {
		const from = x as Array64;
		const [batch = 0, ...sizes] = from.shape;
		const outer = sizes
			.slice(0, blocks.length)
			.map(
				(size, axis) =>
					(size + paddings[axis][0] + paddings[axis][1]) / blocks[axis],
			);
		return build(
			[batch * sizeOf(blocks), ...outer, ...sizes.slice(blocks.length)],
			([n = 0, ...place]) => {
				let rest = Math.floor(n / batch);
				const offsets = [...blocks]
					.reverse()
					.map((block: number) => {
						const own = rest % block;
						rest = Math.floor(rest / block);
						return own;
					})
					.reverse();
				return valueAt(from, [
					n % batch,
					...place.map((at, axis) =>
						axis < blocks.length
							? at * blocks[axis] +
								(offsets[axis] as number) -
								paddings[axis][0]
							: at,
					),
				]);
			},
			from.dtype,
		);
	},
};

const batchToSpaceND: OpCheck = {
	name: "batchToSpaceND",
	dtypes: ALL,
	draw(draw, dtype) {
		const spatial = draw.int(1, 3);
		const blocks = Array.from({ length: spatial }, () =>
			draw.int(1, spatial > 2 ? 2 : 3),
		);
		const sizes = blocks.map(() => draw.int(1, 3));
		const crops = blocks.map((block, axis) => {
			const whole = block * (sizes[axis] as number);
			const before = draw.int(0, Math.min(2, whole - 1));
			return [before, draw.int(0, Math.min(2, whole - 1 - before))];
		});
		const rest = Array.from({ length: draw.int(0, 4) }, () => draw.int(1, 2));
		return {
			inputs: {
				x: draw.values([sizeOf(blocks) * draw.int(1, 2), ...sizes, ...rest], {
					dtype,
				}),
			},
			attrs: { blocks, crops },
		};
	},
	compute: ({ x }, { blocks, crops }) => tf.batchToSpaceND(x, blocks, crops),
	reference({ x }, { blocks, crops }) {
		const from = x as Array64;
		const [examples = 0, ...sizes] = from.shape;
		const batch = examples / sizeOf(blocks);
		return build(
			[
				batch,
				...sizes.map((size, axis) =>
					axis < blocks.length
						? size * blocks[axis] - crops[axis][0] - crops[axis][1]
						: size,
				),
			],
			([n = 0, ...place]) => {
				let block = 0;
				const at = place.map((one, axis) => {
					if (axis >= blocks.length) return one;
					const along = one + crops[axis][0];
					block = block * blocks[axis] + (along % blocks[axis]);
					return Math.floor(along / blocks[axis]);
				});
				return valueAt(from, [block * batch + n, ...at]);
			},
			from.dtype,
		);
	},
};

export const pads: readonly OpCheck[] = [
	pad("pad"),
	pad("pad1d"),
	pad("pad2d"),
	pad("pad3d"),
	pad("pad4d"),
	mirrorPad,
	depthToSpace,
	spaceToBatchND,
	batchToSpaceND,
];
