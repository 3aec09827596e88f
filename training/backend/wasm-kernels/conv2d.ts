import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import {
	type ConvolutionCall,
	checkFloats,
	type Shape4D,
	sizes2D,
	withChannelsLast,
} from "./convolution-call.ts";
import { convolution2D, convolve } from "./convolution-products.ts";

/**
 * The convolution of images. The original, XNNPACK, makes NaN -Infinity, computes the
 * size of the result by itself and writes beside it where `dimRoundingMode` says
 * another, and keeps filters packed under the ids of tensors.
 */
export const conv2D: KernelConfig = {
	kernelName: "Conv2D",
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) =>
		withChannelsLast(call, ["x"], true, (inputs, attrs) => {
			const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
			checkFloats("Conv2D", [x, filter]);
			const info = sizes2D(x.shape as Shape4D, filter.shape as Shape4D, attrs);
			return convolve(
				call.backend as BackendWasm,
				x,
				filter,
				convolution2D(info),
				info.outShape,
			);
		}),
};
