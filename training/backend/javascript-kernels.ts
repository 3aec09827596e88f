import type { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import {
	type BackendValues,
	backend_util,
	type DepthToSpaceAttrs,
	getKernel,
	type KernelConfig,
	registerKernel,
	type StridedSliceAttrs,
	slice_util,
	type TensorInfo,
	unregisterKernel,
	util,
} from "@tensorflow/tfjs-core";
import {
	add,
	combine,
	divide,
	multiply,
	type OfTwo,
	pairsOfReal,
	subtract,
} from "./complex/of-two.ts";
import { stridesOf } from "./wasm-kernels/strided.ts";

type Call = Parameters<KernelConfig["kernelFunc"]>[0];
type Kernel = (call: Call, backend: MathBackendCPU) => TensorInfo;

/** Real and imaginary parts side by side. */
function pairsOf(
	backend: MathBackendCPU,
	{ dataId, dtype }: TensorInfo,
): ArrayLike<number> {
	const values = backend.readSync(dataId) as unknown as ArrayLike<number>;
	return dtype === "complex64" ? values : pairsOfReal(values);
}

function complexOf(
	backend: MathBackendCPU,
	shape: number[],
	pairs: Float32Array,
): TensorInfo {
	const { real, imag } = backend_util.splitRealAndImagArrays(pairs);
	const parts = {
		real: backend.makeTensorInfo(shape, "float32", real),
		imag: backend.makeTensorInfo(shape, "float32", imag),
	};
	const result = getKernel("Complex", "cpu").kernelFunc({
		inputs: parts,
		attrs: {},
		backend,
	}) as TensorInfo;
	for (const part of Object.values(parts))
		backend.disposeIntermediateTensorInfo(part);
	return result;
}

/** tfjs takes every second place of what it broadcasts, and goes on behind the end of it. */
const ofComplex =
	(compute: OfTwo): Kernel =>
	({ inputs }, backend) => {
		const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
		const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
		const to = new Float32Array(2 * util.sizeFromShape(shape));
		const values = [pairsOf(backend, a), pairsOf(backend, b)] as const;
		combine(compute, [a.shape, b.shape], values, to);
		return complexOf(backend, shape, to);
	};

const hasComplex = ({ inputs }: Call): boolean =>
	Object.values(inputs).some(
		(input) => (input as TensorInfo).dtype === "complex64",
	);

/** Copies values from the place that is told for each. */
function copied(
	backend: MathBackendCPU,
	x: TensorInfo,
	shape: number[],
	places: ArrayLike<number>,
): TensorInfo {
	const from = backend.readSync(x.dataId) as unknown as ArrayLike<number>;
	const values = Array.from(places, (place) => from[place] as number);
	return backend.makeTensorInfo(
		shape,
		x.dtype,
		(x.dtype === "string"
			? values
			: util.toTypedArray(
					values,
					x.dtype as "float32",
				)) as unknown as BackendValues as Float32Array,
	);
}

/** Places of a walk over axes of these sizes, with these steps. */
function placesOf(
	sizes: readonly number[],
	steps: readonly number[],
	start = 0,
): number[] {
	let places = [start];
	for (const [axis, size] of sizes.entries())
		places = places.flatMap((place) =>
			Array.from(
				{ length: size },
				(_, at) => place + at * (steps[axis] as number),
			),
		);
	return places;
}

/** tfjs begins elsewhere, or beyond the tensor, where an axis with a stride is taken out. */
const stridedSlice: Kernel = ({ inputs, attrs }, backend) => {
	const { x } = inputs as { x: TensorInfo };
	const asked = attrs as unknown as StridedSliceAttrs;
	const { begin, end, strides, finalShape } = slice_util.sliceInfo(
		x.shape,
		asked.begin,
		asked.end,
		asked.strides,
		asked.beginMask,
		asked.endMask,
		asked.ellipsisMask,
		asked.newAxisMask,
		asked.shrinkAxisMask,
	);
	const sizes = slice_util
		.computeOutShape(begin, end, strides)
		.map((size) => Math.max(0, size));
	const own = stridesOf(x.shape);
	const start = begin.reduce(
		(sum, at, axis) => sum + at * (own[axis] as number),
		0,
	);
	const steps = own.map((step, axis) => step * (strides[axis] as number));
	return copied(backend, x, finalShape, placesOf(sizes, steps, start));
};

/** tfjs has none with the channels first. */
const channelsFirst: Kernel = ({ inputs, attrs }, backend) => {
	const { x } = inputs as { x: TensorInfo };
	const { blockSize: block } = attrs as unknown as DepthToSpaceAttrs;
	const [batch = 0, depth = 0, height = 0, width = 0] = x.shape;
	const channels = depth / (block * block);
	const plane = height * width;
	const places = placesOf(
		[batch, channels, height, block, width, block],
		[
			depth * plane,
			plane,
			width,
			block * channels * plane,
			1,
			channels * plane,
		],
	);
	const shape = [batch, channels, height * block, width * block];
	return copied(backend, x, shape, places);
};

const isOfBytes = ({ inputs }: Call): boolean =>
	(inputs.x as TensorInfo).dtype !== "complex64";

/** Kernels, and the calls that tfjs's are wrong about. */
const MENDED: Readonly<
	Record<string, readonly [applies: (call: Call) => boolean, kernel: Kernel]>
> = {
	Add: [hasComplex, ofComplex(add)],
	Sub: [hasComplex, ofComplex(subtract)],
	Multiply: [hasComplex, ofComplex(multiply)],
	RealDiv: [hasComplex, ofComplex(divide)],
	StridedSlice: [isOfBytes, stridedSlice],
	DepthToSpace: [
		(call) =>
			(call.attrs as unknown as DepthToSpaceAttrs).dataFormat === "NCHW" &&
			isOfBytes(call),
		channelsFirst,
	],
};

/** Puts right what the backend in JavaScript has wrong: users are sent to it for what others lack. */
export function mendJavaScript(): void {
	for (const [kernelName, [applies, kernel]] of Object.entries(MENDED)) {
		const original = getKernel(kernelName, "cpu");
		unregisterKernel(kernelName, "cpu");
		registerKernel({
			...original,
			kernelFunc: (call) =>
				applies(call)
					? kernel(call, call.backend as MathBackendCPU)
					: original.kernelFunc(call),
		});
	}
}
