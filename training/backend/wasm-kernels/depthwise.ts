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
import { address } from "./heap.ts";
import { kernelLibrary } from "./library.ts";

/** Sizes of a convolution channel by channel, in the order in which the kernels take them. */
type DepthwiseSizes = readonly [
	height: number,
	width: number,
	channels: number,
	multiplier: number,
	outHeight: number,
	outWidth: number,
	filterHeight: number,
	filterWidth: number,
	strideHeight: number,
	strideWidth: number,
	dilationHeight: number,
	dilationWidth: number,
	top: number,
	left: number,
];

/** assembly/depthwise.ts, which documents them. */
interface DepthwiseLibrary {
	depthwise(
		x: number,
		filter: number,
		y: number,
		first: number,
		end: number,
		...sizes: DepthwiseSizes
	): void;
	depthwiseInput(
		dy: number,
		filter: number,
		dx: number,
		first: number,
		end: number,
		...sizes: DepthwiseSizes
	): void;
	depthwiseFilter(
		x: number,
		dy: number,
		df: number,
		first: number,
		end: number,
		batch: number,
		...sizes: DepthwiseSizes
	): void;
}

function sizesOf(
	inShape: Shape4D,
	filterShape: Shape4D,
	attrs: ConvolutionAttrs,
): { sizes: DepthwiseSizes; outShape: number[] } {
	const info = sizes2D(inShape, filterShape, attrs, true);
	return {
		sizes: [
			info.inHeight,
			info.inWidth,
			info.inChannels,
			filterShape[3],
			info.outHeight,
			info.outWidth,
			info.filterHeight,
			info.filterWidth,
			info.strideHeight,
			info.strideWidth,
			info.dilationHeight,
			info.dilationWidth,
			info.padInfo.top,
			info.padInfo.left,
		],
		outShape: info.outShape,
	};
}

const depthwise: KernelConfig = {
	kernelName: "DepthwiseConv2dNative",
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) => {
		const backend = call.backend as BackendWasm;
		return withChannelsLast(call, ["x"], true, (inputs, attrs) => {
			const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
			checkFloats("DepthwiseConv2dNative", [x, filter]);
			const inShape = x.shape as Shape4D;
			const { sizes, outShape } = sizesOf(
				inShape,
				filter.shape as Shape4D,
				attrs,
			);
			const y = backend.makeOutput(outShape, "float32");
			kernelLibrary<DepthwiseLibrary>(backend).depthwise(
				address(backend, x),
				address(backend, filter),
				address(backend, y),
				0,
				inShape[0],
				...sizes,
			);
			return y;
		});
	},
};

/** The gradient with respect to the images, which tfjs wasm lacks. */
const backpropInput: KernelConfig = {
	kernelName: "DepthwiseConv2dNativeBackpropInput",
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) => {
		const backend = call.backend as BackendWasm;
		const given = call.attrs as ConvolutionAttrs & { inputShape: Shape4D };
		const inShape = isChannelsFirst(given)
			? lastShape(given.inputShape)
			: given.inputShape;
		return withChannelsLast(call, ["dy"], true, (inputs, attrs) => {
			const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
			checkFloats("DepthwiseConv2dNativeBackpropInput", [dy, filter]);
			const { sizes, outShape } = sizesOf(
				inShape,
				filter.shape as Shape4D,
				attrs,
			);
			checkShapeOfGradient("DepthwiseConv2dNativeBackpropInput", dy, outShape);
			const dx = backend.makeOutput(inShape, "float32");
			kernelLibrary<DepthwiseLibrary>(backend).depthwiseInput(
				address(backend, dy),
				address(backend, filter),
				address(backend, dx),
				0,
				inShape[0],
				...sizes,
			);
			return dx;
		});
	},
};

/** The gradient with respect to the filter, which tfjs wasm lacks. */
const backpropFilter: KernelConfig = {
	kernelName: "DepthwiseConv2dNativeBackpropFilter",
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) => {
		const backend = call.backend as BackendWasm;
		const { filterShape } = call.attrs as { filterShape: Shape4D };
		return withChannelsLast(call, ["x", "dy"], false, (inputs, attrs) => {
			const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
			checkFloats("DepthwiseConv2dNativeBackpropFilter", [x, dy]);
			const inShape = x.shape as Shape4D;
			const { sizes, outShape } = sizesOf(inShape, filterShape, attrs);
			checkShapeOfGradient("DepthwiseConv2dNativeBackpropFilter", dy, outShape);
			const df = backend.makeOutput(filterShape, "float32");
			kernelLibrary<DepthwiseLibrary>(backend).depthwiseFilter(
				address(backend, x),
				address(backend, dy),
				address(backend, df),
				0,
				filterShape[0] * filterShape[1],
				inShape[0],
				...sizes,
			);
			return df;
		});
	},
};

export const depthwiseKernels: readonly KernelConfig[] = [
	depthwise,
	backpropInput,
	backpropFilter,
];
