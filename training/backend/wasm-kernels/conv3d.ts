import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import {
	type ConvolutionAttrs,
	type ConvolutionCall,
	checkFloats,
	checkShapeOfGradient,
	type Shape5D,
	sizes3D,
} from "./convolution-call.ts";
import {
	convolution3D,
	convolve,
	filterGradient,
	inputGradient,
} from "./convolution-products.ts";

/**
 * Convolutions of volumes and their gradients, as products of matrices. Those of tfjs
 * read and write other places than they should, in the gradients and in the transposed
 * convolution, and leave parts of their results unwritten.
 */
export function conv3DKernels(): readonly KernelConfig[] {
	const conv3D: KernelConfig = {
		kernelName: "Conv3D",
		backendName: "wasm",
		kernelFunc: (call: ConvolutionCall) => {
			const { x, filter } = call.inputs as Record<"x" | "filter", TensorInfo>;
			checkFloats("Conv3D", [x, filter]);
			const info = sizes3D(
				x.shape as Shape5D,
				filter.shape as Shape5D,
				call.attrs as ConvolutionAttrs,
			);
			return convolve(
				call.backend as BackendWasm,
				x,
				filter,
				convolution3D(info),
				info.outShape,
			);
		},
	};
	const backpropFilter: KernelConfig = {
		kernelName: "Conv3DBackpropFilterV2",
		backendName: "wasm",
		kernelFunc: (call: ConvolutionCall) => {
			const { x, dy } = call.inputs as Record<"x" | "dy", TensorInfo>;
			const attrs = call.attrs as ConvolutionAttrs & { filterShape: Shape5D };
			checkFloats("Conv3DBackpropFilterV2", [x, dy]);
			const info = sizes3D(x.shape as Shape5D, attrs.filterShape, attrs);
			checkShapeOfGradient("Conv3DBackpropFilterV2", dy, info.outShape);
			return filterGradient(
				call.backend as BackendWasm,
				x,
				dy,
				convolution3D(info),
				attrs.filterShape,
			);
		},
	};
	const backpropInput: KernelConfig = {
		kernelName: "Conv3DBackpropInputV2",
		backendName: "wasm",
		kernelFunc: (call: ConvolutionCall) => {
			const { dy, filter } = call.inputs as Record<"dy" | "filter", TensorInfo>;
			const attrs = call.attrs as ConvolutionAttrs & { inputShape: Shape5D };
			checkFloats("Conv3DBackpropInputV2", [dy, filter]);
			const info = sizes3D(attrs.inputShape, filter.shape as Shape5D, attrs);
			checkShapeOfGradient("Conv3DBackpropInputV2", dy, info.outShape);
			return inputGradient(
				call.backend as BackendWasm,
				dy,
				filter,
				convolution3D(info),
				attrs.inputShape,
			);
		},
	};
	return [conv3D, backpropFilter, backpropInput];
}
