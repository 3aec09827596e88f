import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type {
	KernelConfig,
	NamedAttrMap,
	TensorInfo,
} from "@tensorflow/tfjs-core";
import { backend_util, getKernel } from "@tensorflow/tfjs-core";
import { floats, release, swapLastAxes } from "./heap.ts";
import {
	addPatches,
	imageRanges,
	PATCH_LIMIT,
	patchesByTap,
} from "./im2col.ts";
import type { MatMul } from "./mat-mul.ts";

type Shape4D = [number, number, number, number];

function conv2DInfo(inShape: Shape4D, filterShape: Shape4D, a: NamedAttrMap) {
	type Compute = typeof backend_util.computeConv2DInfo;
	return backend_util.computeConv2DInfo(
		inShape,
		filterShape,
		a.strides as Parameters<Compute>[2],
		// Not an attribute: tfjs refuses the gradient of a dilated convolution.
		1,
		a.pad as Parameters<Compute>[4],
		a.dimRoundingMode as Parameters<Compute>[5],
		false,
		"channelsLast",
	);
}

/** `count` images of dy as a matrix `[count * outHeight * outWidth, outChannels]`; a view if that is all of them, else a copy to release. */
function imagesOf(
	backend: BackendWasm,
	dy: TensorInfo,
	first: number,
	count: number,
): { matrix: TensorInfo; copied: boolean } {
	const [batch, height, width, channels] = dy.shape as Shape4D;
	const shape = [count * height * width, channels];
	if (count === batch)
		return {
			matrix: { dataId: dy.dataId, shape, dtype: "float32" },
			copied: false,
		};
	const matrix = backend.makeOutput(shape, "float32");
	const size = count * height * width * channels;
	const start = first * height * width * channels;
	floats(backend, matrix).set(
		floats(backend, dy).subarray(start, start + size),
	);
	return { matrix, copied: true };
}

/**
 * The gradient of a convolution with respect to its filter, which tfjs wasm
 * lacks: patchesᵀ · dy, as one matrix product per range of images.
 */
export function conv2DBackpropFilter(
	matMul: MatMul,
	limit = PATCH_LIMIT,
): KernelConfig {
	return {
		kernelName: "Conv2DBackpropFilter",
		backendName: "wasm",
		kernelFunc: (call) => {
			const backend = call.backend as BackendWasm;
			const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo };
			const attrs = call.attrs as NamedAttrMap;
			const filterShape = attrs.filterShape as Shape4D;
			if (attrs.dataFormat !== "NHWC")
				throw new Error(
					`Conv2DBackpropFilter: data format ${attrs.dataFormat} is not supported by the wasm backend. Use channels last (NHWC).`,
				);
			const info = conv2DInfo(x.shape as Shape4D, filterShape, attrs);
			const taps = info.filterHeight * info.filterWidth * info.inChannels;
			let sum: TensorInfo | undefined;
			for (const { first, images } of imageRanges(info, limit)) {
				const places = images * info.outHeight * info.outWidth;
				const patches = backend.makeOutput([taps, places], "float32");
				const { matrix, copied } = imagesOf(backend, dy, first, images);
				patchesByTap(
					floats(backend, x),
					info,
					first,
					images,
					floats(backend, patches),
				);
				const part = matMul(backend, patches, matrix);
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
		},
	};
}

/**
 * The gradient with respect to the convolution's input as dy · filterᵀ, whose
 * rows are then added onto the pixels. The original is a loop of 7 levels
 * without SIMD; it still serves channels first.
 */
export function conv2DBackpropInput(
	matMul: MatMul,
	limit = PATCH_LIMIT,
): KernelConfig {
	const original = getKernel("Conv2DBackpropInput", "wasm");
	return {
		...original,
		kernelFunc: (call) => {
			const backend = call.backend as BackendWasm;
			const attrs = call.attrs as NamedAttrMap;
			if (attrs.dataFormat !== "NHWC") return original.kernelFunc(call);
			const { dy, filter } = call.inputs as Record<string, TensorInfo> & {
				dy: TensorInfo;
				filter: TensorInfo;
			};
			const inShape = attrs.inputShape as Shape4D;
			const info = conv2DInfo(inShape, filter.shape as Shape4D, attrs);
			const taps = info.filterHeight * info.filterWidth * info.inChannels;
			const flipped = swapLastAxes(backend, {
				dataId: filter.dataId,
				shape: [taps, info.outChannels],
				dtype: "float32",
			});
			const out = backend.makeOutput(inShape, "float32");
			floats(backend, out).fill(0);
			for (const { first, images } of imageRanges(info, limit)) {
				const { matrix, copied } = imagesOf(backend, dy, first, images);
				const patches = matMul(backend, matrix, flipped);
				addPatches(
					floats(backend, patches),
					info,
					first,
					images,
					floats(backend, out),
				);
				release(backend, patches);
				if (copied) release(backend, matrix);
			}
			release(backend, flipped);
			return out;
		},
	};
}
