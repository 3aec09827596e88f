import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
	backend_util,
	type KernelConfig,
	type NamedTensorInfoMap,
	type TensorInfo,
	util,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { fourier } from "./fourier.ts";
import {
	combine,
	divide,
	multiply,
	type OfTwo,
	pairsOfReal,
} from "./of-two.ts";

type Call = Parameters<KernelConfig["kernelFunc"]>[0];

/** What a complex tensor holds: real and imaginary part of each number side by side. */
function pairs(backend: BackendWasm, { shape, dataId }: TensorInfo) {
	const dtype = "float32";
	return backend.typedArrayFromHeap({
		dataId,
		shape: [...shape, 2],
		dtype,
	}) as Float32Array;
}

const isComplex = ({ dtype }: TensorInfo): boolean => dtype === "complex64";

/** The numbers of a tensor, as complex ones. */
function complexOf(backend: BackendWasm, x: TensorInfo): Float32Array {
	return isComplex(x)
		? pairs(backend, x)
		: pairsOfReal(backend.typedArrayFromHeap(x));
}

const kernel = (
	kernelName: string,
	compute: (
		inputs: Readonly<Record<string, TensorInfo>>,
		backend: BackendWasm,
	) => TensorInfo,
): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: ({ inputs, backend }) =>
		compute(
			inputs as Readonly<Record<string, TensorInfo>>,
			backend as BackendWasm,
		),
});

const complex = kernel("Complex", (inputs, backend) => {
	const [real, imag] = [inputs.real as TensorInfo, inputs.imag as TensorInfo];
	if (isComplex(real) || isComplex(imag))
		throw new UsageError(
			"tf.complex takes the real and the imaginary part, and one of these is complex already: give tf.real or tf.imag of it",
		);
	const result = backend.makeOutput(real.shape, "complex64");
	const to = pairs(backend, result);
	const x = backend.typedArrayFromHeap(real);
	const y = backend.typedArrayFromHeap(imag);
	for (let at = 0; at < x.length; at++) {
		to[2 * at] = x[at] as number;
		to[2 * at + 1] = y[at] as number;
	}
	return result;
});

/** One number of each pair. */
const part = (kernelName: string, offset: 0 | 1): KernelConfig =>
	kernel(kernelName, (inputs, backend) => {
		const input = inputs.input as TensorInfo;
		const result = backend.makeOutput(input.shape, "float32");
		const from = complexOf(backend, input);
		const to = backend.typedArrayFromHeap(result);
		for (let at = 0; at < to.length; at++)
			to[at] = from[2 * at + offset] as number;
		return result;
	});

const complexAbs = kernel("ComplexAbs", (inputs, backend) => {
	const x = inputs.x as TensorInfo;
	const result = backend.makeOutput(x.shape, "float32");
	const from = complexOf(backend, x);
	const to = backend.typedArrayFromHeap(result);
	for (let at = 0; at < to.length; at++) {
		const [real, imag] = [from[2 * at] as number, from[2 * at + 1] as number];
		// Squares of 32-bit floats do not leave the range of 64 bits.
		to[at] = Math.sqrt(real * real + imag * imag);
	}
	return result;
});

const fourierKernel = (kernelName: string, inverse: boolean): KernelConfig =>
	kernel(kernelName, (inputs, backend) => {
		const input = inputs.input as TensorInfo;
		const size = input.shape.at(-1);
		if (size === undefined || !isComplex(input))
			throw new UsageError(
				`${inverse ? "ifft" : "fft"} takes complex numbers along an axis, and this is ${input.dtype}[${input.shape}]: make them of real ones with tf.complex(x, tf.zerosLike(x)), or take tf.spectral.rfft`,
			);
		const values = fourier(pairs(backend, input), size, inverse);
		const result = backend.makeOutput(input.shape, "complex64");
		pairs(backend, result).set(values);
		return result;
	});

/** Kernels of complex numbers, which the wasm backend of tfjs does not have. */
export const complexKernels: readonly KernelConfig[] = [
	complex,
	part("Real", 0),
	part("Imag", 1),
	complexAbs,
	fourierKernel("FFT", false),
	fourierKernel("IFFT", true),
];

const binary =
	(compute: OfTwo) =>
	({ inputs, backend }: Call): TensorInfo => {
		const wasm = backend as BackendWasm;
		const { a, b } = inputs as { a: TensorInfo; b: TensorInfo };
		const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
		const result = wasm.makeOutput(shape, "complex64");
		const values = [complexOf(wasm, a), complexOf(wasm, b)] as const;
		combine(compute, [a.shape, b.shape], values, pairs(wasm, result));
		return result;
	};

function cast({ inputs, attrs, backend }: Call): TensorInfo {
	const wasm = backend as BackendWasm;
	const { x } = inputs as { x: TensorInfo };
	const { dtype } = attrs as unknown as { dtype: TensorInfo["dtype"] };
	const from = complexOf(wasm, x);
	const values =
		dtype === "complex64" ? from : from.filter((_, at) => at % 2 === 0);
	const result = wasm.makeOutput(x.shape, dtype);
	if (dtype === "complex64") pairs(wasm, result).set(values);
	else if (dtype === "bool")
		wasm
			.typedArrayFromHeap(result)
			.set(
				values.map((_, at) =>
					Number(from[2 * at] !== 0 || from[2 * at + 1] !== 0),
				),
			);
	else wasm.typedArrayFromHeap(result).set(values);
	return result;
}

function onesLike({ inputs, backend }: Call): TensorInfo {
	const { x } = inputs as { x: TensorInfo };
	const result = (backend as BackendWasm).makeOutput(x.shape, "complex64");
	const to = pairs(backend as BackendWasm, result);
	for (let at = 0; at < to.length; at++) to[at] = 1 - (at % 2);
	return result;
}

/** Kernels that tfjs has for real numbers, and that complex ones need another for. */
const OWN: Readonly<Record<string, (call: Call) => TensorInfo>> = {
	Cast: cast,
	Multiply: binary(multiply),
	OnesLike: onesLike,
	RealDiv: binary(divide),
};

// biome-ignore lint/suspicious/noExplicitAny: each kernel knows its own.
type Attributes = Readonly<Record<string, any>>;
type Adapt = (attrs: Attributes, shape: readonly number[]) => Attributes;

const same: Adapt = (attrs) => attrs;

/** An axis counted from the end is another, once there is one more. */
const fromStart = (axis: number, rank: number): number =>
	axis < 0 ? axis + rank : axis;

const axisNamed =
	(name: string, more = 0): Adapt =>
	(attrs, { length }) => ({
		...attrs,
		[name]: fromStart(attrs[name] ?? 0, length + more),
	});

const axesNamed =
	(name: string): Adapt =>
	(attrs, shape) => ({
		...attrs,
		[name]: util.parseAxisParam(attrs[name], [...shape]),
	});

/**
 * Kernels that treat real and imaginary parts alike: to them, a complex tensor is
 * one of floats with one more axis, of size 2. How their arguments say so.
 */
const ALIKE: Readonly<Record<string, Adapt>> = {
	Add: same,
	AddN: same,
	Concat: axisNamed("axis"),
	ExpandDims: axisNamed("dim", 1),
	GatherV2: axisNamed("axis"),
	Identity: same,
	Mean: axesNamed("axis"),
	Neg: same,
	Pack: axisNamed("axis", 1),
	PadV2: (attrs) => {
		if (attrs.constantValue)
			throw new UsageError(
				"complex numbers are padded with 0 alone: pad tf.real(x) and tf.imag(x), and join them with tf.complex",
			);
		return { ...attrs, paddings: [...attrs.paddings, [0, 0]] };
	},
	Reshape: (attrs, shape) => ({
		shape: [
			...util.inferFromImplicitShape(
				attrs.shape,
				util.sizeFromShape([...shape]),
			),
			2,
		],
	}),
	Reverse: axesNamed("dims"),
	ScatterNd: (attrs) => ({ ...attrs, shape: [...attrs.shape, 2] }),
	Slice: (attrs, shape) => {
		const [begin, size] = [attrs.begin, attrs.size].map((given) =>
			[given].flat(),
		) as [number[], number[]];
		const rest = shape.slice(begin.length).map(() => 0);
		const sizes = shape.map((length, axis) => {
			const own = size[axis] ?? -1;
			return own < 0 ? length - (begin[axis] ?? 0) : own;
		});
		return { begin: [...begin, ...rest, 0], size: [...sizes, 2] };
	},
	SplitV: axisNamed("axis"),
	Sub: same,
	Sum: axesNamed("axis"),
	Tile: (attrs) => ({ ...attrs, reps: [...attrs.reps, 1] }),
	Transpose: (attrs, { length }) => ({ perm: [...attrs.perm, length] }),
	Unpack: axisNamed("axis"),
	ZerosLike: same,
};

const asFloats = (x: TensorInfo): TensorInfo =>
	isComplex(x)
		? { dataId: x.dataId, shape: [...x.shape, 2], dtype: "float32" }
		: x;

const asComplex = ({ dataId, shape }: TensorInfo): TensorInfo => ({
	dataId,
	shape: shape.slice(0, -1),
	dtype: "complex64",
});

function computeAlike(config: KernelConfig, adapt: Adapt, call: Call) {
	const inputs = Object.entries(call.inputs);
	const [, first] = inputs.find(([, x]) => x && isComplex(x)) as [
		string,
		TensorInfo,
	];
	const attrs = adapt((call.attrs ?? {}) as Attributes, first.shape);
	// Some kernels take a list.
	const floats = Object.assign(
		Array.isArray(call.inputs) ? [] : {},
		Object.fromEntries(inputs.map(([name, x]) => [name, x && asFloats(x)])),
	) as NamedTensorInfoMap;
	const result = config.kernelFunc({ ...call, inputs: floats, attrs });
	return Array.isArray(result) ? result.map(asComplex) : asComplex(result);
}

const OWN_KERNELS = new Set(complexKernels.map(({ kernelName }) => kernelName));

/** Without a list: it is asked for every operation. */
function anyComplex(inputs: NamedTensorInfoMap): boolean {
	for (const name in inputs)
		if (inputs[name]?.dtype === "complex64") return true;
	return false;
}

/** A kernel of the wasm backend that computes with complex numbers as well, or refuses them. */
export function withComplex(config: KernelConfig): KernelConfig {
	const { kernelName, kernelFunc } = config;
	if (OWN_KERNELS.has(kernelName)) return config;
	const own = Object.hasOwn(OWN, kernelName) ? OWN[kernelName] : undefined;
	const adapt = Object.hasOwn(ALIKE, kernelName)
		? ALIKE[kernelName]
		: undefined;
	const makesComplex = ({ attrs }: Call) =>
		kernelName === "Cast" && attrs?.dtype === "complex64";
	return {
		...config,
		kernelFunc: (call) => {
			if (!anyComplex(call.inputs) && !makesComplex(call))
				return kernelFunc(call);
			if (own) return own(call);
			if (adapt) return computeAlike(config, adapt, call);
			throw new UsageError(
				`${kernelName} takes no complex numbers: compute with tf.real(x) and tf.imag(x), or with their size, tf.abs(x), and join the parts with tf.complex`,
			);
		},
	};
}

/** Complex numbers lie in the memory of a wasm backend as floats, with one more axis for real and imaginary part. */
export function storeComplex(backend: BackendWasm): void {
	const move = backend.move.bind(backend);
	backend.move = (dataId, values, shape, dtype, refCount) =>
		dtype === "complex64"
			? move(dataId, values, [...shape, 2], "float32", refCount)
			: move(dataId, values, shape, dtype, refCount);
}
