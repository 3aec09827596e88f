import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { backend_util, TensorInfo } from "@tensorflow/tfjs-core";
import { type Grid, gridOf } from "./grid.ts";
import { address, release } from "./heap.ts";
import { kernelLibrary } from "./library.ts";
import { multiply, productScratch } from "./mat-mul.ts";
import { fillWith } from "./strided.ts";

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

/** assembly/patches.ts and assembly/convolution.ts, which document them. */
interface PatchLibrary {
	takePatches: PatchKernel;
	/** Rows `[first, end)` of a + b; assembly/elementwise.ts. */
	add(
		a: number,
		b: number,
		y: number,
		first: number,
		end: number,
		...grid: Grid
	): number;
	addPatches: PatchKernel;
	convolveScratch(outChannels: number, ...sizes: PatchSizes): number;
	convolve(
		x: number,
		filter: number,
		y: number,
		scratch: number,
		first: number,
		end: number,
		outChannels: number,
		...sizes: PatchSizes
	): void;
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

/** Floats: the most that the patches of one product may take. 4 MiB, which a processor keeps near. */
export const PATCH_LIMIT = 1 << 20;

/** Ranges of lines of windows whose patches fit the limit. They depend on the shape alone, so the order of sums is fixed. */
function* rangesOf(
	{ batch, taps, sizes }: Convolution,
	limit: number,
): Generator<{ first: number; end: number; places: number }> {
	const [, , , , outDepth, outHeight, outWidth] = sizes;
	const lines = batch * outDepth * outHeight;
	const step = Math.max(1, Math.floor(limit / (outWidth * taps)));
	for (let first = 0; first < lines; first += step) {
		const end = Math.min(first + step, lines);
		yield { first, end, places: (end - first) * outWidth };
	}
}

/** Is each cell a window, so that the volumes themselves are the patches? */
const isPlain = ({ sizes }: Convolution): boolean => {
	const [depth, height, width, , outDepth, outHeight, outWidth] = sizes;
	const [windows, strides] = [sizes.slice(7, 10), sizes.slice(10, 13)];
	return (
		[...windows, ...strides].every((size) => size === 1) &&
		sizes.slice(16).every((size) => size === 0) &&
		depth === outDepth &&
		height === outHeight &&
		width === outWidth
	);
};

/** Windows of the largest range, which is the first. */
function mostPlaces(convolution: Convolution, limit: number): number {
	const [{ places = 0 } = {}] = rangesOf(convolution, limit);
	return places;
}

/** Room for the patches of any range, to release. */
const patchesFor = (
	backend: BackendWasm,
	convolution: Convolution,
	limit: number,
): TensorInfo =>
	backend.makeOutput(
		[mostPlaces(convolution, limit) * convolution.taps],
		"float32",
	);

/** Bytes from the beginning of results to a line of theirs. */
const offsetOf = ({ sizes, outChannels }: Convolution, line: number): number =>
	line * sizes[6] * outChannels * 4;

/** Values that a window may see where no patches are made: 8 columns of the filter fit the first cache. */
const DIRECT_TAPS = 640;

/** Is it faster without patches? Windows are computed by four, and their neighbours in the width are those. */
const isDirect = ({ taps, sizes }: Convolution): boolean =>
	taps <= DIRECT_TAPS && sizes[6] >= 4;

/** Window by window, without patches. The bits are the same. */
export function convolveDirectly(
	backend: BackendWasm,
	x: TensorInfo,
	filter: TensorInfo,
	{ batch, outChannels, sizes }: Convolution,
	y: TensorInfo,
): void {
	const library = kernelLibrary<PatchLibrary>(backend);
	const bytes = library.convolveScratch(outChannels, ...sizes);
	const scratch = backend.makeOutput([bytes / 4], "float32");
	library.convolve(
		address(backend, x),
		address(backend, filter),
		address(backend, y),
		address(backend, scratch),
		0,
		batch,
		outChannels,
		...sizes,
	);
	release(backend, scratch);
}

/** patches · filter, range by range. */
export function convolvePatches(
	backend: BackendWasm,
	x: TensorInfo,
	filter: TensorInfo,
	convolution: Convolution,
	y: TensorInfo,
	limit = PATCH_LIMIT,
): void {
	const { batch, taps, places: all, outChannels, sizes } = convolution;
	const scratch = productScratch(backend, outChannels, taps);
	const at = {
		a: address(backend, x),
		b: address(backend, filter),
		c: address(backend, y),
		scratch: address(backend, scratch),
	};
	if (isPlain(convolution))
		multiply(backend, at, [batch * all, taps, outChannels]);
	else {
		const patches = patchesFor(backend, convolution, limit);
		const a = address(backend, patches);
		for (const { first, end, places } of rangesOf(convolution, limit)) {
			kernelLibrary<PatchLibrary>(backend).takePatches(
				at.a,
				a,
				first,
				end,
				...sizes,
			);
			const c = at.c + offsetOf(convolution, first);
			multiply(backend, { ...at, a, c }, [places, taps, outChannels]);
		}
		release(backend, patches);
	}
	release(backend, scratch);
}

/** What the filter makes of `x`, whichever way is faster. */
export function convolve(
	backend: BackendWasm,
	x: TensorInfo,
	filter: TensorInfo,
	convolution: Convolution,
	outShape: number[],
): TensorInfo {
	const y = backend.makeOutput(outShape, "float32");
	const compute =
		isDirect(convolution) && !isPlain(convolution)
			? convolveDirectly
			: convolvePatches;
	compute(backend, x, filter, convolution, y);
	return y;
}

/** The gradient with respect to the filter: patchesᵀ · dy, one product per range, added up. */
export function filterGradient(
	backend: BackendWasm,
	x: TensorInfo,
	dy: TensorInfo,
	convolution: Convolution,
	filterShape: number[],
	limit = PATCH_LIMIT,
): TensorInfo {
	const { batch, taps, places: all, outChannels, sizes } = convolution;
	const df = backend.makeOutput(filterShape, "float32");
	if (isPlain(convolution)) {
		const scratch = productScratch(backend, outChannels, batch * all);
		const at = {
			a: address(backend, x),
			b: address(backend, dy),
			c: address(backend, df),
			scratch: address(backend, scratch),
		};
		multiply(backend, at, [taps, batch * all, outChannels], {
			transposeA: true,
		});
		release(backend, scratch);
		return df;
	}
	const part = backend.makeOutput(filterShape, "float32");
	const patches = patchesFor(backend, convolution, limit);
	const most = mostPlaces(convolution, limit);
	const scratch = productScratch(backend, outChannels, most);
	const places = {
		a: address(backend, patches),
		c: address(backend, part),
		scratch: address(backend, scratch),
	};
	const { grid } = gridOf(filterShape, filterShape);
	fillWith(backend, df, 0);
	const library = kernelLibrary<PatchLibrary>(backend);
	for (const { first, end, places: inner } of rangesOf(convolution, limit)) {
		library.takePatches(address(backend, x), places.a, first, end, ...sizes);
		const b = address(backend, dy) + offsetOf(convolution, first);
		multiply(backend, { ...places, b }, [taps, inner, outChannels], {
			transposeA: true,
		});
		const total = address(backend, df);
		library.add(total, places.c, total, 0, 1, ...grid);
	}
	for (const own of [part, patches, scratch]) release(backend, own);
	return df;
}

/** The gradient with respect to the input: dy · filterᵀ, whose rows are then added onto the cells that they came from. */
export function inputGradient(
	backend: BackendWasm,
	dy: TensorInfo,
	filter: TensorInfo,
	convolution: Convolution,
	inShape: number[],
	limit = PATCH_LIMIT,
): TensorInfo {
	const { batch, taps, places: all, outChannels, sizes } = convolution;
	const dx = backend.makeOutput(inShape, "float32");
	const scratch = productScratch(backend, taps, outChannels);
	const at = {
		a: address(backend, dy),
		b: address(backend, filter),
		c: address(backend, dx),
		scratch: address(backend, scratch),
	};
	const transposed = { transposeB: true };
	if (isPlain(convolution))
		multiply(backend, at, [batch * all, outChannels, taps], transposed);
	else {
		const patches = patchesFor(backend, convolution, limit);
		const c = address(backend, patches);
		const library = kernelLibrary<PatchLibrary>(backend);
		fillWith(backend, dx, 0);
		for (const { first, end, places } of rangesOf(convolution, limit)) {
			const a = at.a + offsetOf(convolution, first);
			const sizesOf: [number, number, number] = [places, outChannels, taps];
			multiply(backend, { ...at, a, c }, sizesOf, transposed);
			library.addPatches(at.c, c, first, end, ...sizes);
		}
		release(backend, patches);
	}
	release(backend, scratch);
	return dx;
}
