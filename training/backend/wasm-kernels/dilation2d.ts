import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import {
	type ConvolutionAttrs,
	type ConvolutionCall,
	checkFloats,
	checkShapeOfGradient,
	type Shape4D,
} from "./convolution-call.ts";
import { address } from "./heap.ts";
import { kernelLibrary } from "./library.ts";

/** Sizes of a dilation, in the order in which the kernels take them. */
type DilationSizes = readonly [
	height: number,
	width: number,
	channels: number,
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

type Dilate = (
	x: number,
	filter: number,
	y: number,
	first: number,
	end: number,
	...sizes: DilationSizes
) => void;

/** assembly/dilation2d.ts, which documents them. */
interface DilationLibrary {
	dilation2d: Dilate;
	dilation2dOfInts: Dilate;
	dilation2dInput(
		x: number,
		filter: number,
		dy: number,
		dx: number,
		first: number,
		end: number,
		...sizes: DilationSizes
	): void;
	dilation2dFilter(
		x: number,
		filter: number,
		dy: number,
		df: number,
		first: number,
		end: number,
		batch: number,
		...sizes: DilationSizes
	): void;
}

function sizesOf(
	x: TensorInfo,
	filter: TensorInfo,
	attrs: ConvolutionAttrs,
): { sizes: DilationSizes; outShape: number[] } {
	const { strides, pad, dilations } = attrs;
	type Parameters2D = Parameters<typeof backend_util.computeDilation2DInfo>;
	const info = backend_util.computeDilation2DInfo(
		x.shape as Shape4D,
		filter.shape as [number, number, number],
		strides as Parameters2D[2],
		pad as Parameters2D[3],
		"NHWC",
		(dilations ?? 1) as Parameters2D[5],
	);
	return {
		sizes: [
			info.inHeight,
			info.inWidth,
			info.inChannels,
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

/** The original starts its search for the maximum at the smallest positive float. */
const dilation2D: KernelConfig = {
	kernelName: "Dilation2D",
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) => {
		const backend = call.backend as BackendWasm;
		const { x, filter } = call.inputs as Record<"x" | "filter", TensorInfo>;
		const isOfInts = x.dtype === "int32" && filter.dtype === "int32";
		if (!isOfInts && (x.dtype !== "float32" || filter.dtype !== "float32"))
			throw new UsageError(
				`Dilation2D takes an image and a filter of 32-bit floats, or both of 32-bit integers, and not ${x.dtype} and ${filter.dtype}; give tensor.toFloat()`,
			);
		const { sizes, outShape } = sizesOf(
			x,
			filter,
			call.attrs as ConvolutionAttrs,
		);
		const y = backend.makeOutput(outShape, x.dtype);
		const library = kernelLibrary<DilationLibrary>(backend);
		library[isOfInts ? "dilation2dOfInts" : "dilation2d"](
			address(backend, x),
			address(backend, filter),
			address(backend, y),
			0,
			x.shape[0] as number,
			...sizes,
		);
		return y;
	},
};

interface GradientInputs {
	readonly x: TensorInfo;
	readonly filter: TensorInfo;
	readonly dy: TensorInfo;
}

const backpropInput: KernelConfig = {
	kernelName: "Dilation2DBackpropInput",
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) => {
		const backend = call.backend as BackendWasm;
		const { x, filter, dy } = call.inputs as unknown as GradientInputs;
		checkFloats("Dilation2DBackpropInput", [x, filter, dy]);
		const { sizes, outShape } = sizesOf(
			x,
			filter,
			call.attrs as ConvolutionAttrs,
		);
		checkShapeOfGradient("Dilation2DBackpropInput", dy, outShape);
		const dx = backend.makeOutput(x.shape, "float32");
		kernelLibrary<DilationLibrary>(backend).dilation2dInput(
			address(backend, x),
			address(backend, filter),
			address(backend, dy),
			address(backend, dx),
			0,
			x.shape[0] as number,
			...sizes,
		);
		return dx;
	},
};

const backpropFilter: KernelConfig = {
	kernelName: "Dilation2DBackpropFilter",
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) => {
		const backend = call.backend as BackendWasm;
		const { x, filter, dy } = call.inputs as unknown as GradientInputs;
		checkFloats("Dilation2DBackpropFilter", [x, filter, dy]);
		const { sizes, outShape } = sizesOf(
			x,
			filter,
			call.attrs as ConvolutionAttrs,
		);
		checkShapeOfGradient("Dilation2DBackpropFilter", dy, outShape);
		const df = backend.makeOutput(filter.shape, "float32");
		kernelLibrary<DilationLibrary>(backend).dilation2dFilter(
			address(backend, x),
			address(backend, filter),
			address(backend, dy),
			address(backend, df),
			0,
			filter.shape[2] as number,
			x.shape[0] as number,
			...sizes,
		);
		return df;
	},
};

export const dilation2DKernels: readonly KernelConfig[] = [
	dilation2D,
	backpropInput,
	backpropFilter,
];
