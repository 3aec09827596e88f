import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	backend_util,
	type ConcatAttrs,
	type DataType,
	type DepthToSpaceAttrs,
	getKernel,
	type KernelConfig,
	type MirrorPadAttrs,
	type NamedAttrMap,
	type NamedTensorInfoMap,
	type OneHotAttrs,
	type PadV2Attrs,
	type ReverseAttrs,
	type SliceAttrs,
	type SpaceToBatchNDAttrs,
	type SplitVAttrs,
	type StridedSliceAttrs,
	slice_util,
	type TensorInfo,
	type TileAttrs,
	type TransposeAttrs,
	type UnpackAttrs,
	util,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { address, release, transposed } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import {
	axesOf,
	bitsOf,
	copyStrided,
	fillWith,
	sizeOf,
	stridesOf,
} from "./strided.ts";

type Inputs<Names extends string> = Readonly<Record<Names, TensorInfo>>;

/** A kernel of the wasm backend, with its parts typed. */
const kernel = <Names extends string, Attributes>(
	kernelName: string,
	compute: (
		backend: BackendWasm,
		inputs: Inputs<Names>,
		attrs: Attributes,
	) => TensorInfo | TensorInfo[],
): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: ({ backend, inputs, attrs }) =>
		compute(
			backend as BackendWasm,
			inputs as NamedTensorInfoMap as Inputs<Names>,
			attrs as unknown as Attributes,
		),
});

/** Where a place is in a tensor of these strides. */
const offset = (place: readonly number[], strides: readonly number[]) =>
	place.reduce((sum, at, axis) => sum + at * (strides[axis] as number), 0);

/** The original takes truth values, which are bytes, for floats, and writes beyond its result. */
const reverse = kernel<"x", ReverseAttrs>(
	"Reverse",
	(backend, { x }, { dims }) => {
		const axes = util.parseAxisParam(dims, x.shape);
		const y = backend.makeOutput(x.shape, x.dtype);
		const strides = stridesOf(x.shape);
		copyStrided(backend, x, y, {
			axes: x.shape.map((size, axis) => {
				const to = strides[axis] as number;
				return { size, from: axes.includes(axis) ? -to : to, to };
			}),
			start: offset(
				x.shape.map((size, axis) => (axes.includes(axis) ? size - 1 : 0)),
				strides,
			),
		});
		return y;
	},
);

/** A part of a tensor, from `begin` on. The original takes the way of JavaScript's numbers. */
function partOf(
	backend: BackendWasm,
	x: TensorInfo,
	begin: readonly number[],
	size: readonly number[],
): TensorInfo {
	const y = backend.makeOutput([...size], x.dtype);
	const [from, to] = [stridesOf(x.shape), stridesOf(size)];
	copyStrided(backend, x, y, {
		axes: axesOf(size, from, to),
		start: offset(begin, from),
	});
	return y;
}

const slice = kernel<"x", SliceAttrs>(
	"Slice",
	(backend, { x }, { begin, size }) => {
		const [from, sizes] = slice_util.parseSliceParams(x as never, begin, size);
		return partOf(backend, x, from as number[], sizes as number[]);
	},
);

/** The original gives whole numbers out as floats of the same bits, and takes an empty part for one of a negative size. */
const stridedSlice = kernel<"x", StridedSliceAttrs>(
	"StridedSlice",
	(backend, { x }, attrs) => {
		const { begin, end, strides, finalShape } = slice_util.sliceInfo(
			x.shape,
			attrs.begin,
			attrs.end,
			attrs.strides,
			attrs.beginMask,
			attrs.endMask,
			attrs.ellipsisMask,
			attrs.newAxisMask,
			attrs.shrinkAxisMask,
		);
		const y = backend.makeOutput(finalShape, x.dtype);
		// Of each axis of the tensor, those that are taken out among them.
		const sizes = slice_util
			.computeOutShape(begin, end, strides)
			.map((size) => Math.max(0, size));
		const [from, to] = [stridesOf(x.shape), stridesOf(sizes)];
		copyStrided(backend, x, y, {
			axes: axesOf(
				sizes,
				from.map((step, axis) => step * (strides[axis] as number)),
				to,
			),
			start: offset(begin, from),
		});
		return y;
	},
);

/** Sizes of a split; one of them may be -1 and stands for the rest. Unlike tfjs's, it counts right where that comes first, and leaves the list as it is. */
function splitSizes(
	whole: number,
	by: number | readonly number[],
): readonly number[] {
	if (typeof by === "number") {
		if (!(Number.isInteger(by) && by > 0 && whole % by === 0))
			throw new UsageError(
				`SplitV: an axis of the size ${whole} cannot be split into ${by} equal parts; give a number that divides it, or the list of their sizes`,
			);
		return Array.from({ length: by }, () => whole / by);
	}
	const known = by.reduce((sum, size) => (size < 0 ? sum : sum + size), 0);
	const sizes = by.map((size) => (size === -1 ? whole - known : size));
	const total = sizes.reduce((sum, size) => sum + size, 0);
	if (
		total !== whole ||
		by.filter((size) => size === -1).length > 1 ||
		sizes.some((size) => size < 0)
	)
		throw new UsageError(
			`SplitV: parts of the sizes [${by}] do not make up an axis of the size ${whole}; one of them may be -1, which stands for the rest`,
		);
	return sizes;
}

const splitV = kernel<"x", SplitVAttrs>(
	"SplitV",
	(backend, { x }, { numOrSizeSplits, axis }) => {
		const [at = 0] = util.parseAxisParam(axis, x.shape);
		const begin = x.shape.map(() => 0);
		return splitSizes(x.shape[at] as number, numOrSizeSplits).map((length) => {
			const size = [...x.shape];
			size[at] = length;
			const part = partOf(backend, x, begin, size);
			begin[at] = (begin[at] as number) + length;
			return part;
		});
	},
);

const unpack = kernel<"value", UnpackAttrs>(
	"Unpack",
	(backend, { value }, { axis }) => {
		const { shape } = value;
		const [at = 0] = util.parseAxisParam(axis, shape);
		const begin = shape.map(() => 0);
		const size = shape.map((length, one) => (one === at ? 1 : length));
		const rest = shape.filter((_, one) => one !== at);
		return Array.from({ length: shape[at] as number }, (_, k) => {
			begin[at] = k;
			return { ...partOf(backend, value, begin, size), shape: rest };
		});
	},
);

const tile = kernel<"x", TileAttrs>("Tile", (backend, { x }, { reps }) => {
	const shape = x.shape.map((size, axis) => size * (reps[axis] as number));
	const y = backend.makeOutput(shape, x.dtype);
	const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
	copyStrided(backend, x, y, {
		axes: x.shape.flatMap((size, axis) => {
			const own = { size, from: from[axis] as number, to: to[axis] as number };
			const again = { size: reps[axis] as number, from: 0, to: own.to * size };
			return [again, own];
		}),
	});
	return y;
});

const paddedShape = (
	{ shape }: TensorInfo,
	paddings: readonly (readonly number[])[],
) =>
	shape.map(
		(size, axis) =>
			size + (paddings[axis]?.[0] as number) + (paddings[axis]?.[1] as number),
	);

/** The original rounds what a tensor of whole numbers is padded with to 24 bits. */
const padV2 = kernel<"x", PadV2Attrs>(
	"PadV2",
	(backend, { x }, { paddings, constantValue }) => {
		const y = backend.makeOutput(paddedShape(x, paddings), x.dtype);
		fillWith(backend, y, constantValue);
		const to = stridesOf(y.shape);
		copyStrided(backend, x, y, {
			axes: axesOf(x.shape, stridesOf(x.shape), to),
			at: offset(
				paddings.map(([before]) => before),
				to,
			),
		});
		return y;
	},
);

/** Axis by axis: what lies beside the tensor is copied from what is there already. */
const mirrorPad = kernel<"x", MirrorPadAttrs>(
	"MirrorPad",
	(backend, { x }, { paddings, mode }) => {
		const y = backend.makeOutput(paddedShape(x, paddings), x.dtype);
		const strides = stridesOf(y.shape);
		const begin = paddings.map(([before]) => before);
		copyStrided(backend, x, y, {
			axes: axesOf(x.shape, stridesOf(x.shape), strides),
			at: offset(begin, strides),
		});
		// Whether the value at the border is repeated.
		const border = mode === "reflect" ? 1 : 0;
		for (const [axis, [before, after]] of paddings.entries()) {
			const stride = strides[axis] as number;
			const size = x.shape[axis] as number;
			const mirrored = (count: number, start: number, at: number) => {
				const first = offset(
					begin.map((place, one) => (one < axis ? 0 : one > axis ? place : 0)),
					strides,
				);
				copyStrided(backend, y, y, {
					axes: y.shape.map((whole, one) => {
						const own = strides[one] as number;
						if (one === axis) return { size: count, from: -own, to: own };
						const length = one < axis ? whole : (x.shape[one] as number);
						return { size: length, from: own, to: own };
					}),
					start: first + start * stride,
					at: first + at * stride,
				});
			};
			mirrored(before, 2 * before - 1 + border, 0);
			mirrored(after, before + size - 1 - border, before + size);
		}
		return y;
	},
);

const depthToSpace = kernel<"x", DepthToSpaceAttrs>(
	"DepthToSpace",
	(backend, { x }, { blockSize: block, dataFormat }) => {
		const isLast = dataFormat === "NHWC";
		const [batch = 0, a = 0, b = 0, c = 0] = x.shape;
		const [height, width, depth] = isLast ? [a, b, c] : [b, c, a];
		const channels = depth / (block * block);
		// The input's axes by name, each in its own order; the result's order is that of `names`.
		const sizes = {
			n: batch,
			y: height,
			x: width,
			i: block,
			j: block,
			c: channels,
		};
		type Name = keyof typeof sizes;
		const strides = (order: readonly Name[]) => {
			const own = stridesOf(order.map((name) => sizes[name]));
			return (name: Name) => own[order.indexOf(name)] as number;
		};
		const [from, to] = isLast
			? [
					strides(["n", "y", "x", "i", "j", "c"]),
					strides(["n", "y", "i", "x", "j", "c"]),
				]
			: [
					strides(["n", "i", "j", "c", "y", "x"]),
					strides(["n", "c", "y", "i", "x", "j"]),
				];
		const names: readonly Name[] = isLast
			? ["n", "y", "i", "x", "j", "c"]
			: ["n", "c", "y", "i", "x", "j"];
		const [rows, columns] = [height * block, width * block];
		const y = backend.makeOutput(
			isLast
				? [batch, rows, columns, channels]
				: [batch, channels, rows, columns],
			x.dtype,
		);
		copyStrided(backend, x, y, {
			axes: names.map((name) => ({
				size: sizes[name],
				from: from(name),
				to: to(name),
			})),
		});
		return y;
	},
);

/** tfjs pads for it by a kernel of XNNPACK, which knows six axes. */
const spaceToBatchND = kernel<"x", SpaceToBatchNDAttrs>(
	"SpaceToBatchND",
	(backend, { x }, { blockShape, paddings }) => {
		const rest = x.shape.slice(1 + blockShape.length);
		const padded = getKernel("PadV2", "wasm").kernelFunc({
			inputs: { x },
			backend,
			attrs: {
				paddings: [[0, 0], ...paddings, ...rest.map(() => [0, 0])],
				constantValue: 0,
			} as unknown as NamedAttrMap,
		}) as TensorInfo;
		const [batch = 0, ...sizes] = padded.shape;
		const counts = blockShape.map((block, at) => (sizes[at] as number) / block);
		// [batch, count, block, count, block, …, rest]: the blocks go to the front.
		const parts = [
			batch,
			...blockShape.flatMap((block, at) => [counts[at] as number, block]),
			...rest,
		];
		const blocks = blockShape.map((_, at) => 2 + 2 * at);
		const perm = [
			...blocks,
			...parts.map((_, axis) => axis).filter((axis) => !blocks.includes(axis)),
		];
		const moved = transposed(backend, { ...padded, shape: parts }, perm);
		release(backend, padded);
		const shape = [batch * util.sizeFromShape(blockShape), ...counts, ...rest];
		return { ...moved, shape };
	},
);

/** Values on the diagonal of a matrix, or of a tensor of twice as many axes. */
const diag = kernel<"x", unknown>("Diag", (backend, { x }) => {
	const y = backend.makeOutput([...x.shape, ...x.shape], x.dtype);
	const size = util.sizeFromShape(x.shape);
	fillWith(backend, y, 0);
	copyStrided(backend, x, y, { axes: [{ size, from: 1, to: size + 1 }] });
	return y;
});

/** assembly/gather.ts, which documents them. */
interface OneHotLibrary {
	oneHotWords(...args: number[]): void;
	oneHotBytes(...args: number[]): void;
}

/** The original writes whole numbers of 32 bits, whatever type is asked for. */
const oneHot = kernel<"indices", OneHotAttrs>(
	"OneHot",
	(backend, { indices }, { depth, onValue, offValue, dtype }) => {
		const y = backend.makeOutput([...indices.shape, depth], dtype);
		fillWith(backend, y, offValue);
		const library = kernelLibrary<OneHotLibrary>(backend);
		const places = [address(backend, indices), address(backend, y)] as const;
		const rows = sizeOf(indices.shape);
		if (dtype === "bool")
			library.oneHotBytes(...places, 0, rows, depth, Number(Boolean(onValue)));
		else library.oneHotWords(...places, 0, rows, depth, bitsOf(onValue, dtype));
		return y;
	},
);

/** The same values, of which there is no second copy: nothing changes them in place. */
const identity = kernel<"x", unknown>("Identity", (backend, { x }) => {
	backend.incRef(x.dataId);
	return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});

const filled = (
	backend: BackendWasm,
	shape: readonly number[],
	dtype: DataType,
	value: number,
): TensorInfo => {
	const y = backend.makeOutput([...shape], dtype);
	fillWith(backend, y, value);
	return y;
};

const zerosLike = kernel<"x", unknown>("ZerosLike", (backend, { x }) =>
	filled(backend, x.shape, x.dtype, 0),
);

const onesLike = kernel<"x", unknown>("OnesLike", (backend, { x }) =>
	filled(backend, x.shape, x.dtype, 1),
);

const transpose = kernel<"x", TransposeAttrs>(
	"Transpose",
	(backend, { x }, { perm }) => {
		const shape = perm.map((axis) => x.shape[axis] as number);
		const y = backend.makeOutput(shape, x.dtype);
		const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
		copyStrided(backend, x, y, {
			axes: axesOf(
				shape,
				perm.map((axis) => from[axis] as number),
				to,
			),
		});
		return y;
	},
);

const concatOfTexts = getKernel("Concat", "wasm").kernelFunc;

/** Texts, which have no memory there, are left to tfjs. */
const concat: KernelConfig = {
	kernelName: "Concat",
	backendName: "wasm",
	kernelFunc: (call) => {
		const { inputs, attrs } = call;
		const backend = call.backend as BackendWasm;
		const parts = inputs as unknown as readonly TensorInfo[];
		const [first] = parts as readonly [TensorInfo];
		if (first.dtype === "string") return concatOfTexts(call);
		const [axis = 0] = util.parseAxisParam(
			(attrs as unknown as ConcatAttrs).axis,
			first.shape,
		);
		const shapes = parts.map(({ shape }) => shape);
		backend_util.assertParamsConsistent(shapes, axis);
		const shape = backend_util.computeOutShape(shapes, axis);
		const y = backend.makeOutput(shape, first.dtype);
		const to = stridesOf(shape);
		let at = 0;
		for (const part of parts) {
			copyStrided(backend, part, y, {
				axes: axesOf(part.shape, stridesOf(part.shape), to),
				at,
			});
			at += (part.shape[axis] as number) * (to[axis] as number);
		}
		return y;
	},
};

/** What arranges values anew, at any rank and of any type. */
export const arrayKernels: readonly KernelConfig[] = [
	reverse,
	slice,
	stridedSlice,
	splitV,
	unpack,
	tile,
	padV2,
	mirrorPad,
	depthToSpace,
	spaceToBatchND,
	diag,
	oneHot,
	identity,
	zerosLike,
	onesLike,
	transpose,
	concat,
];
