import {
	add,
	concat,
	type DepthToSpaceAttrs,
	expandDims,
	type GradConfig,
	type MirrorPadAttrs,
	pad,
	reshape,
	reverse,
	type SplitVAttrs,
	type StridedSliceAttrs,
	slice,
	slice_util,
	stack,
	sum,
	type Tensor,
	type TileAttrs,
	transpose,
	type UnpackAttrs,
	util,
	zeros,
} from "@tensorflow/tfjs-core";

const { sizeFromShape: sizeOf } = util;

/** One place of a list, replaced. */
const replaced = <T>(list: readonly T[], at: number, by: T): T[] =>
	list.map((one, place) => (place === at ? by : one));

/** A part along one axis. */
const along = (x: Tensor, axis: number, from: number, size: number): Tensor =>
	slice(
		x,
		replaced(
			x.shape.map(() => 0),
			axis,
			from,
		),
		replaced(x.shape, axis, size),
	);

/** Zeros before and after, along one axis. */
const padded = (
	x: Tensor,
	axis: number,
	before: number,
	after: number,
): Tensor =>
	before === 0 && after === 0
		? x
		: pad(
				x,
				replaced<[number, number]>(
					x.shape.map(() => [0, 0]),
					axis,
					[before, after],
				),
			);

/** tfjs's knows ranks up to 4, by a slice for each repetition. */
const tile: GradConfig = {
	kernelName: "Tile",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [{ shape }] = saved as [Tensor];
		const { reps } = attrs as unknown as TileAttrs;
		return {
			x: () => {
				let dx = dy as Tensor;
				for (const [axis, times] of reps.entries()) {
					if (times === 1) continue;
					const size = shape[axis] as number;
					const lead = dx.shape.slice(0, axis);
					const rest = dx.shape.slice(axis + 1);
					const folded = reshape(dx, [
						sizeOf(lead),
						times,
						size * sizeOf(rest),
					]);
					dx = reshape(sum(folded, 1), [...lead, size, ...rest]);
				}
				return dx;
			},
		};
	},
};

/** Of several parts tfjs hands over a list, and of a single one that itself. */
const listOf = (dy: Tensor | Tensor[]): Tensor[] => [dy].flat();

const splitV: GradConfig = {
	kernelName: "SplitV",
	gradFunc: (dy, _, attrs) => {
		const { axis } = attrs as unknown as SplitVAttrs;
		return { x: () => concat(listOf(dy), axis) };
	},
};

const unpack: GradConfig = {
	kernelName: "Unpack",
	gradFunc: (dy, _, attrs) => {
		const { axis } = attrs as unknown as UnpackAttrs;
		const parts = listOf(dy);
		// Counted among the axes of the whole, of which a part has one less.
		const rank = (parts[0] as Tensor).rank + 1;
		return { value: () => stack(parts, axis < 0 ? axis + rank : axis) };
	},
};

/** tfjs leaves out what the copies at the border are worth. */
const mirrorPad: GradConfig = {
	kernelName: "MirrorPad",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [{ shape }] = saved as [Tensor];
		const { paddings, mode } = attrs as unknown as MirrorPadAttrs;
		const border = mode === "reflect" ? 1 : 0;
		return {
			x: () => {
				let dx = dy as Tensor;
				for (const [axis, [before, after]] of paddings.entries()) {
					const size = shape[axis] as number;
					let own = along(dx, axis, before, size);
					if (before > 0) {
						const copies = reverse(along(dx, axis, 0, before), axis);
						own = add(
							own,
							padded(copies, axis, border, size - before - border),
						);
					}
					if (after > 0) {
						const copies = reverse(along(dx, axis, before + size, after), axis);
						own = add(own, padded(copies, axis, size - after - border, border));
					}
					dx = own;
				}
				return dx;
			},
		};
	},
};

/** Zeros between the values of an axis, so that they are `stride` apart. */
export function spread(x: Tensor, axis: number, stride: number): Tensor {
	const size = x.shape[axis] as number;
	if (stride === 1 || size === 0) return x;
	const wide = padded(expandDims(x, axis + 1), axis + 1, 0, stride - 1);
	const joined = reshape(wide, replaced(x.shape, axis, size * stride));
	return along(joined, axis, 0, (size - 1) * stride + 1);
}

/** tfjs has none. Each value goes back to where it came from; nothing comes from what was passed over. */
const stridedSlice: GradConfig = {
	kernelName: "StridedSlice",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [{ shape }] = saved as [Tensor];
		const given = attrs as unknown as StridedSliceAttrs;
		const { begin, end, strides } = slice_util.sliceInfo(
			shape,
			given.begin,
			given.end,
			given.strides,
			given.beginMask,
			given.endMask,
			given.ellipsisMask,
			given.newAxisMask,
			given.shrinkAxisMask,
		);
		const sizes = slice_util
			.computeOutShape(begin, end, strides)
			.map((size) => Math.max(0, size));
		return {
			x: () => {
				if (sizes.includes(0)) return zeros(shape);
				let dx = reshape(dy as Tensor, sizes);
				for (const [axis, stride] of strides.entries()) {
					const [size, first] = [shape[axis] as number, begin[axis] as number];
					const reach = ((sizes[axis] as number) - 1) * stride;
					if (stride < 0) dx = reverse(dx, axis);
					dx = spread(dx, axis, Math.abs(stride));
					const from = Math.min(first, first + reach);
					dx = padded(dx, axis, from, size - from - Math.abs(reach) - 1);
				}
				return dx;
			},
		};
	},
};

/** tfjs has none. */
const depthToSpace: GradConfig = {
	kernelName: "DepthToSpace",
	inputsToSave: ["x"],
	gradFunc: (dy, saved, attrs) => {
		const [{ shape }] = saved as [Tensor];
		const { blockSize: block, dataFormat } =
			attrs as unknown as DepthToSpaceAttrs;
		const [batch = 0, a = 0, b = 0, c = 0] = shape;
		const isLast = dataFormat === "NHWC";
		return {
			x: () => {
				const blocks = isLast
					? [batch, a, block, b, block, c / (block * block)]
					: [batch, a / (block * block), b, block, c, block];
				const order = isLast ? [0, 1, 3, 2, 4, 5] : [0, 3, 5, 1, 2, 4];
				return reshape(transpose(reshape(dy as Tensor, blocks), order), shape);
			},
		};
	},
};

export const arrayGradients: readonly GradConfig[] = [
	tile,
	splitV,
	unpack,
	mirrorPad,
	stridedSlice,
	depthToSpace,
];
