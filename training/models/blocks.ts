import * as tf from "../backend/tf.ts";
import { uniformByFanIn } from "./initializer.ts";

/** What the last of these layers gives, each applied to what the one before it gives. */
export const through = (
	input: tf.SymbolicTensor,
	...layers: readonly tf.layers.Layer[]
): tf.SymbolicTensor =>
	layers.reduce(
		(output, layer) => layer.apply(output) as tf.SymbolicTensor,
		input,
	);

/** What a layer makes of several, e.g. a sum or a concatenation. */
export const joined = (
	layer: tf.layers.Layer,
	...inputs: tf.SymbolicTensor[]
): tf.SymbolicTensor => layer.apply(inputs) as tf.SymbolicTensor;

interface ConvolutionOptions {
	readonly kernelSize?: number;
	readonly strides?: number;
	readonly useBias?: boolean;
}

/** A convolution over images, padded to the same size; weights as He et al. (2015) draw them, biases 0. */
export const convolution = (
	name: string,
	filters: number,
	{ kernelSize = 3, strides = 1, useBias = true }: ConvolutionOptions = {},
): tf.layers.Layer =>
	tf.layers.conv2d({
		...{ name, filters, kernelSize, strides, useBias },
		...{ padding: "same", kernelInitializer: "heNormal" },
	});

/** Batch normalisation with PyTorch's defaults. */
export const normalisation = (name: string): tf.layers.Layer =>
	tf.layers.batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 });

export const relu = (name: string): tf.layers.Layer => tf.layers.reLU({ name });

/** Normalised, then only what is above 0: in `NAME_norm` and `NAME_relu`. */
export const normRelu = (name: string): tf.layers.Layer[] => [
	normalisation(`${name}_norm`),
	relu(`${name}_relu`),
];

/** A convolution, normalised, then only what is above 0. */
export const convNormRelu = (
	name: string,
	filters: number,
	options?: ConvolutionOptions,
): tf.layers.Layer[] => [
	convolution(name, filters, options),
	...normRelu(name),
];

export const convRelu = (name: string, filters: number): tf.layers.Layer[] => [
	convolution(name, filters),
	relu(`${name}_relu`),
];

/** `[…, inputs]` → `logits` → `probabilities`, `[…, classes]`. */
export const classifier = (
	inputs: number,
	classes: number,
): tf.layers.Layer[] => [
	tf.layers.dense({
		name: "logits",
		units: classes,
		...uniformByFanIn(inputs),
	}),
	tf.layers.softmax({ name: "probabilities" }),
];
