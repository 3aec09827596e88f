import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { backend_util, TensorInfo } from "@tensorflow/tfjs-core";
import { address, floats, release } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import type { MatMul } from "./mat-mul.ts";

/** Sizes of a convolution along depth, height and width, in the order in which the kernels take them. Images have a depth of 1. */
export type PatchSizes = readonly [
	depth: number,
	height: number,
	width: number,
	channels: number,
	outDepth: number,
	outHeight: number,
	outWidth: number,
	filterDepth: number,
	filterHeight: number,
	filterWidth: number,
	strideDepth: number,
	strideHeight: number,
	strideWidth: number,
	dilationDepth: number,
	dilationHeight: number,
	dilationWidth: number,
	front: number,
	top: number,
	left: number,
];

type PatchKernel = (
	x: number,
	patches: number,
	first: number,
	end: number,
	...sizes: PatchSizes
) => void;

/** assembly/patches.ts, which documents them. */
interface PatchLibrary {
	takePatches: PatchKernel;
	addPatches: PatchKernel;
}

/** What the products of a convolution need to know. */
export interface Convolution {
	readonly batch: number;
	readonly outChannels: number;
	/** Windows of one volume. */
	readonly places: number;
	/** Values that a window sees. */
	readonly taps: number;
	readonly sizes: PatchSizes;
}

/** Of images. */
export function convolution2D(info: backend_util.Conv2DInfo): Convolution {
	const { filterHeight, filterWidth, inChannels, padInfo } = info;
	return {
		batch: info.batchSize,
		outChannels: info.outChannels,
		places: info.outHeight * info.outWidth,
		taps: filterHeight * filterWidth * inChannels,
		// biome-ignore format: one line per group
		sizes: [
			1, info.inHeight, info.inWidth, inChannels,
			1, info.outHeight, info.outWidth,
			1, filterHeight, filterWidth,
			1, info.strideHeight, info.strideWidth,
			1, info.dilationHeight, info.dilationWidth,
			0, padInfo.top, padInfo.left,
		],
	};
}

/** Of volumes. */
export function convolution3D(info: backend_util.Conv3DInfo): Convolution {
	const { filterDepth, filterHeight, filterWidth, inChannels, padInfo } = info;
	return {
		batch: info.batchSize,
		outChannels: info.outChannels,
		places: info.outDepth * info.outHeight * info.outWidth,
		taps: filterDepth * filterHeight * filterWidth * inChannels,
		// biome-ignore format: one line per group
		sizes: [
			info.inDepth, info.inHeight, info.inWidth, inChannels,
			info.outDepth, info.outHeight, info.outWidth,
			filterDepth, filterHeight, filterWidth,
			info.strideDepth, info.strideHeight, info.strideWidth,
			info.dilationDepth, info.dilationHeight, info.dilationWidth,
			padInfo.front, padInfo.top, padInfo.left,
		],
	};
}

/** Floats, 64 MiB: the most that the patches of one product may take. */
export const PATCH_LIMIT = 1 << 24;

/** Ranges of the batch whose patches fit the limit. They depend on the shape alone, so the order of sums is fixed. */
function* rangesOf(
	{ batch, places, taps }: Convolution,
	limit: number,
): Generator<{ first: number; count: number }> {
	const step = Math.max(1, Math.floor(limit / (places * taps)));
	for (let first = 0; first < batch; first += step)
		yield { first, count: Math.min(step, batch - first) };
}

/** Part of `dy` as a matrix `[count * places, outChannels]`; a view if that is all of it, else a copy to release. */
function matrixOf(
	backend: BackendWasm,
	dy: TensorInfo,
	{ batch, places, outChannels }: Convolution,
	first: number,
	count: number,
): { matrix: TensorInfo; copied: boolean } {
	const shape = [count * places, outChannels];
	if (count === batch)
		return {
			matrix: { dataId: dy.dataId, shape, dtype: "float32" },
			copied: false,
		};
	const matrix = backend.makeOutput(shape, "float32");
	const size = places * outChannels;
	floats(backend, matrix).set(
		floats(backend, dy).subarray(first * size, (first + count) * size),
	);
	return { matrix, copied: true };
}

/** Is each cell a window, so that the volumes themselves are the patches? */
const isPlain = ({ sizes }: Convolution): boolean => {
	const [depth, height, width, , outDepth, outHeight, outWidth] = sizes;
	const [windows, strides] = [sizes.slice(7, 10), sizes.slice(10, 13)];
	const starts = sizes.slice(16);
	return (
		[...windows, ...strides].every((size) => size === 1) &&
		starts.every((size) => size === 0) &&
		[depth - outDepth, height - outHeight, width - outWidth].every(
			(missing) => missing === 0,
		)
	);
};

/** Part of the volumes as patches, `[count * places, taps]`. */
function patchesOf(
	backend: BackendWasm,
	x: TensorInfo,
	{ places, taps, sizes }: Convolution,
	first: number,
	count: number,
): TensorInfo {
	const patches = backend.makeOutput([count * places, taps], "float32");
	kernelLibrary<PatchLibrary>(backend).takePatches(
		address(backend, x),
		address(backend, patches),
		first,
		first + count,
		...sizes,
	);
	return patches;
}

/** patches · filter, range by range. */
export function convolve(
	backend: BackendWasm,
	matMul: MatMul,
	x: TensorInfo,
	filter: TensorInfo,
	convolution: Convolution,
	outShape: number[],
	limit = PATCH_LIMIT,
): TensorInfo {
	const { batch, taps, places, outChannels } = convolution;
	const weights = { ...filter, shape: [taps, outChannels] };
	if (isPlain(convolution)) {
		const cells = { ...x, shape: [batch * places, taps] };
		return { ...matMul(backend, cells, weights), shape: outShape };
	}
	let out: TensorInfo | undefined;
	for (const { first, count } of rangesOf(convolution, limit)) {
		const patches = patchesOf(backend, x, convolution, first, count);
		const part = matMul(backend, patches, weights);
		release(backend, patches);
		if (count === batch) return { ...part, shape: outShape };
		out ??= backend.makeOutput(outShape, "float32");
		const size = places * outChannels;
		floats(backend, out).set(floats(backend, part), first * size);
		release(backend, part);
	}
	return out ?? backend.makeOutput(outShape, "float32");
}

/** The gradient with respect to the filter: patchesᵀ · dy, one product per range, added up. */
export function filterGradient(
	backend: BackendWasm,
	matMul: MatMul,
	x: TensorInfo,
	dy: TensorInfo,
	convolution: Convolution,
	filterShape: number[],
	limit = PATCH_LIMIT,
): TensorInfo {
	let sum: TensorInfo | undefined;
	for (const { first, count } of rangesOf(convolution, limit)) {
		const { matrix, copied } = matrixOf(backend, dy, convolution, first, count);
		const patches = patchesOf(backend, x, convolution, first, count);
		const part = matMul(backend, patches, matrix, { transposeA: true });
		release(backend, patches);
		if (copied) release(backend, matrix);
		if (!sum) {
			sum = part;
			continue;
		}
		const total = floats(backend, sum);
		const addend = floats(backend, part);
		for (let i = 0; i < total.length; i++)
			total[i] = (total[i] as number) + (addend[i] as number);
		release(backend, part);
	}
	if (!sum) {
		sum = backend.makeOutput(filterShape, "float32");
		floats(backend, sum).fill(0);
	}
	return { ...sum, shape: filterShape };
}

/** The gradient with respect to the input: dy · filterᵀ, whose rows are then added onto the cells that they came from. */
export function inputGradient(
	backend: BackendWasm,
	matMul: MatMul,
	dy: TensorInfo,
	filter: TensorInfo,
	convolution: Convolution,
	inShape: number[],
	limit = PATCH_LIMIT,
): TensorInfo {
	const { batch, places, taps, outChannels, sizes } = convolution;
	const weights = { ...filter, shape: [taps, outChannels] };
	const transposed = { transposeB: true };
	if (isPlain(convolution)) {
		const cells = { ...dy, shape: [batch * places, outChannels] };
		return { ...matMul(backend, cells, weights, transposed), shape: inShape };
	}
	const dx = backend.makeOutput(inShape, "float32");
	for (const { first, count } of rangesOf(convolution, limit)) {
		const { matrix, copied } = matrixOf(backend, dy, convolution, first, count);
		const patches = matMul(backend, matrix, weights, transposed);
		kernelLibrary<PatchLibrary>(backend).addPatches(
			address(backend, dx),
			address(backend, patches),
			first,
			first + count,
			...sizes,
		);
		release(backend, patches);
		if (copied) release(backend, matrix);
	}
	return dx;
}
