import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type {
	KernelConfig,
	NamedAttrMap,
	NamedTensorInfoMap,
	TensorInfo,
} from "@tensorflow/tfjs-core";
import { getKernel } from "@tensorflow/tfjs-core";
import {
	type ConvolutionAttrs,
	type ConvolutionCall,
	checkFloats,
	LAST,
	withChannelsLast,
} from "./convolution-call.ts";
import { release, transposed } from "./heap.ts";

interface FusedAttrs extends ConvolutionAttrs {
	readonly activation?: string | null;
	readonly leakyreluAlpha?: number;
}

interface FusedInputs {
	readonly x: TensorInfo;
	readonly filter: TensorInfo;
	readonly bias?: TensorInfo;
	readonly preluActivationWeights?: TensorInfo;
}

const ACTIVATIONS: Readonly<Record<string, string | undefined>> = {
	linear: undefined,
	relu: "Relu",
	relu6: "Relu6",
	elu: "Elu",
	sigmoid: "Sigmoid",
	leakyrelu: "LeakyRelu",
	prelu: "Prelu",
};

/** Slope of tf.leakyRelu where none is given; the fused kernel of tfjs takes 0 then. */
const SLOPE = 0.2;

/** The kernel's result; `x` is given back. */
function then(
	backend: BackendWasm,
	x: TensorInfo,
	kernelName: string,
	inputs: NamedTensorInfoMap,
	attrs: object = {},
): TensorInfo {
	const y = getKernel(kernelName, "wasm").kernelFunc({
		inputs,
		backend,
		attrs: attrs as NamedAttrMap,
	}) as TensorInfo;
	release(backend, x);
	return y;
}

function activated(
	backend: BackendWasm,
	x: TensorInfo,
	{ activation, leakyreluAlpha }: FusedAttrs,
	slopes: TensorInfo | undefined,
): TensorInfo {
	const kernel = ACTIVATIONS[activation ?? "linear"];
	if (kernel === undefined) return x;
	if (kernel === "LeakyRelu")
		return then(backend, x, kernel, { x }, { alpha: leakyreluAlpha ?? SLOPE });
	if (kernel !== "Prelu") return then(backend, x, kernel, { x });
	return then(backend, x, kernel, { x, alpha: slopes as TensorInfo });
}

/** Slopes of channels first, as the images stand with channels last. */
function lastSlopes(slopes: TensorInfo, backend: BackendWasm): TensorInfo {
	const [channels, height, width] = slopes.shape as [number, number, number];
	const image = { ...slopes, shape: [1, channels, height, width] };
	return transposed(backend, image, LAST);
}

/** The kernel of the convolution alone, then an addition. */
function biased(
	plain: string,
	backend: BackendWasm,
	{ x, filter, bias }: FusedInputs,
	attrs: FusedAttrs,
): TensorInfo {
	const sum = getKernel(plain, "wasm").kernelFunc({
		inputs: { x, filter },
		backend,
		attrs: attrs as unknown as NamedAttrMap,
	}) as TensorInfo;
	return bias ? then(backend, sum, "Add", { a: sum, b: bias }) : sum;
}

/**
 * Convolution, bias and activation in one. Those of tfjs take only a bias with one
 * value per channel, know channels last only, and have activations that differ from
 * the operations of the same name: without leakyreluAlpha, for one.
 */
const fused = (kernelName: string, plain: string): KernelConfig => ({
	kernelName,
	backendName: "wasm",
	kernelFunc: (call: ConvolutionCall) => {
		const backend = call.backend as BackendWasm;
		const given = call.inputs as unknown as FusedInputs;
		const { dataFormat } = call.attrs as FusedAttrs;
		const { preluActivationWeights } = given;
		checkFloats(kernelName, [
			given.x,
			given.filter,
			given.bias,
			preluActivationWeights,
		]);
		const turned =
			dataFormat === "NCHW" && preluActivationWeights?.shape.length === 3
				? lastSlopes(preluActivationWeights, backend)
				: undefined;
		const out = withChannelsLast(call, ["x"], true, (inputs, attrs) =>
			activated(
				backend,
				biased(plain, backend, inputs as unknown as FusedInputs, attrs),
				attrs,
				turned ?? preluActivationWeights,
			),
		);
		if (turned) release(backend, turned);
		return out;
	},
});

export const fusedConvolutionKernels: readonly KernelConfig[] = [
	fused("FusedConv2D", "Conv2D"),
	fused("FusedDepthwiseConv2D", "DepthwiseConv2dNative"),
];
