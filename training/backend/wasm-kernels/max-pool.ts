import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type {
	KernelConfig,
	MaxPoolAttrs,
	MaxPoolWithArgmaxAttrs,
	NamedTensorInfoMap,
	TensorInfo,
} from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import { UsageError } from "../../../experiment/errors.ts";
import { address, ints } from "./heap.ts";
import { kernelLibrary } from "./library.ts";

type Shape4D = [number, number, number, number];

/** Sizes of a pooling, in the order in which the kernels take them. */
export type PoolSizes = readonly [
	height: number,
	width: number,
	channels: number,
	outHeight: number,
	outWidth: number,
	windowHeight: number,
	windowWidth: number,
	strideHeight: number,
	strideWidth: number,
	top: number,
	left: number,
];

/** assembly/max-pool.ts, which documents them. `first` and `end` bound the images to compute. */
export interface MaxPoolLibrary {
	maxPool(
		x: number,
		y: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	argMaxPool(
		x: number,
		indexes: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
	maxPoolGrad(
		x: number,
		dy: number,
		dx: number,
		first: number,
		end: number,
		...sizes: PoolSizes
	): void;
}

interface Call {
	readonly inputs: NamedTensorInfoMap;
	readonly backend: unknown;
	readonly attrs?: unknown;
}

/** With one number for all sides, tfjs takes window and stride of the height for the width too. */
const bothAxes = (pad: MaxPoolAttrs["pad"]): MaxPoolAttrs["pad"] =>
	typeof pad === "number"
		? [
				[0, 0],
				[pad, pad],
				[pad, pad],
				[0, 0],
			]
		: pad;

/**
 * @throws UsageError where the kernels could not read or write what is asked for:
 * tfjs would compute with memory that is not the tensor's
 */
function poolOf(
	x: TensorInfo,
	attrs: Omit<MaxPoolAttrs, "dimRoundingMode"> & Partial<MaxPoolAttrs>,
): { sizes: PoolSizes; outShape: Shape4D } {
	if (x.dtype !== "float32")
		throw new UsageError(
			`the wasm backend pools 32-bit floats, and this tensor is ${x.dtype}; give x.toFloat()`,
		);
	const info = backend_util.computePool2DInfo(
		x.shape as Shape4D,
		attrs.filterSize,
		attrs.strides,
		1,
		bothAxes(attrs.pad),
		attrs.dimRoundingMode,
	);
	if (!(info.outHeight > 0 && info.outWidth > 0))
		throw new UsageError(
			`a window of ${info.filterHeight}×${info.filterWidth} does not fit into images of ${info.inHeight}×${info.inWidth} with padding ${JSON.stringify(attrs.pad)}; give a smaller window, or the padding "same"`,
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
			info.padInfo.top,
			info.padInfo.left,
		],
		outShape: info.outShape as Shape4D,
	};
}

/**
 * Maximum pooling. The original takes no notice of `dimRoundingMode` and leaves
 * part of its output unwritten, and loses a NaN unless it comes first.
 */
const maxPool: KernelConfig = {
	kernelName: "MaxPool",
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { x } = call.inputs as { x: TensorInfo };
		const { sizes, outShape } = poolOf(x, call.attrs as MaxPoolAttrs);
		const y = backend.makeOutput(outShape, "float32");
		kernelLibrary<MaxPoolLibrary>(backend).maxPool(
			address(backend, x),
			address(backend, y),
			0,
			outShape[0],
			...sizes,
		);
		return y;
	},
};

/**
 * The gradient of maximum pooling. The original looks for the maximum from the
 * smallest positive float on, so a window without one above it gives its
 * gradient to the wrong cell.
 */
const maxPoolGrad: KernelConfig = {
	kernelName: "MaxPoolGrad",
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { dy, input } = call.inputs as { dy: TensorInfo; input: TensorInfo };
		const { sizes, outShape } = poolOf(input, call.attrs as MaxPoolAttrs);
		if (dy.shape.join() !== outShape.join())
			throw new UsageError(
				`the gradient of these pooled images has the shape [${outShape}], not [${dy.shape}]`,
			);
		const dx = backend.makeOutput(input.shape, "float32");
		kernelLibrary<MaxPoolLibrary>(backend).maxPoolGrad(
			address(backend, input),
			address(backend, dy),
			address(backend, dx),
			0,
			outShape[0],
			...sizes,
		);
		return dx;
	},
};

/** Maximum pooling that also tells where each maximum was. The original has the gradient's mistake. */
const maxPoolWithArgmax: KernelConfig = {
	kernelName: "MaxPoolWithArgmax",
	backendName: "wasm",
	kernelFunc: (call: Call) => {
		const backend = call.backend as BackendWasm;
		const { x } = call.inputs as { x: TensorInfo };
		const attrs = call.attrs as MaxPoolWithArgmaxAttrs;
		const { sizes, outShape } = poolOf(x, attrs);
		const y = backend.makeOutput(outShape, "float32");
		const indexes = backend.makeOutput(outShape, "int32");
		const images = outShape[0];
		const library = kernelLibrary<MaxPoolLibrary>(backend);
		const from = address(backend, x);
		library.maxPool(from, address(backend, y), 0, images, ...sizes);
		library.argMaxPool(from, address(backend, indexes), 0, images, ...sizes);
		if (attrs.includeBatchInIndex) {
			const [height, width, channels] = sizes;
			const values = ints(backend, indexes);
			for (let at = 0; at < values.length; at++) {
				const image = Math.floor((at * images) / values.length);
				const index = values[at] as number;
				if (index >= 0) values[at] = index + image * height * width * channels;
			}
		}
		return [y, indexes];
	},
};

export const maxPoolKernels: readonly KernelConfig[] = [
	maxPool,
	maxPoolGrad,
	maxPoolWithArgmax,
];
