import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import {
	type ConvolutionAttrs,
	type ConvolutionCall,
	checkFloats,
	checkShapeOfGradient,
	isChannelsFirst,
	lastShape,
	type Shape4D,
	sizes2D,
	withChannelsLast,
} from "./convolution-call.ts";
import {
	convolution2D,
	filterGradient,
	inputGradient,
	PATCH_LIMIT,
} from "./convolution-products.ts";

/**
 * The gradient of a convolution with respect to its filter, which tfjs wasm
 * lacks. It knows `dilations`, which that of tfjs has not.
 */
export function conv2DBackpropFilter(limit = PATCH_LIMIT): KernelConfig {
	const kernelName = "Conv2DBackpropFilter";
	return {
		kernelName,
		backendName: "wasm",
		kernelFunc: (call: ConvolutionCall) => {
			const backend = call.backend as BackendWasm;
			const { filterShape } = call.attrs as { filterShape: Shape4D };
			return withChannelsLast(call, ["x", "dy"], false, (inputs, attrs) => {
				const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
				checkFloats(kernelName, [x, dy]);
				const info = sizes2D(x.shape as Shape4D, filterShape, attrs);
				checkShapeOfGradient(kernelName, dy, info.outShape);
				return filterGradient(
					backend,
					x,
					dy,
					convolution2D(info),
					filterShape,
					limit,
				);
			});
		},
	};
}

/** The gradient with respect to the input. The original is a loop of 7 levels without SIMD, and does not look at the shape of `dy`. */
export function conv2DBackpropInput(limit = PATCH_LIMIT): KernelConfig {
	const kernelName = "Conv2DBackpropInput";
	return {
		kernelName,
		backendName: "wasm",
		kernelFunc: (call: ConvolutionCall) => {
			const backend = call.backend as BackendWasm;
			const given = call.attrs as ConvolutionAttrs & { inputShape: Shape4D };
			const inShape = isChannelsFirst(given)
				? lastShape(given.inputShape)
				: given.inputShape;
			return withChannelsLast(call, ["dy"], true, (inputs, attrs) => {
				const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
				checkFloats(kernelName, [dy, filter]);
				const info = sizes2D(inShape, filter.shape as Shape4D, attrs);
				checkShapeOfGradient(kernelName, dy, info.outShape);
				return inputGradient(
					backend,
					dy,
					filter,
					convolution2D(info),
					inShape,
					limit,
				);
			});
		},
	};
}
