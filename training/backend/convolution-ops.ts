/**
 * Operations of tfjs-core that are wrong above their kernels. Loaded right after
 * seeding.ts: tfjs-layers finds them in the exports of tfjs-core.
 */
import { createRequire } from "node:module";
import type * as Core from "@tensorflow/tfjs-core";
import { UsageError } from "../../experiment/errors.ts";

const require = createRequire(import.meta.url);
const core = require("@tensorflow/tfjs-core") as typeof Core;

type Conv1D = typeof Core.conv1d;
type Pad = Parameters<Conv1D>[3];

/** The padding of lines, as that of images of one row: tfjs pads above and below them, too. */
function padOfRow(pad: unknown): Pad {
	const none = [0, 0];
	if (typeof pad === "number")
		return [none, none, [pad, pad], none] as unknown as Pad;
	if (Array.isArray(pad) && pad.length === 3)
		return [pad[0], none, pad[1], pad[2]] as unknown as Pad;
	return pad as Pad;
}

const originalConv1D = core.conv1d;

export const conv1d: Conv1D = (x, filter, stride, pad, ...rest) =>
	originalConv1D(x, filter, stride, padOfRow(pad), ...rest);

interface FusedOptions {
	readonly x: Core.Tensor;
	readonly filter: Core.Tensor;
	readonly strides: number;
	readonly pad: "same";
	readonly dataFormat?: "NHWC" | "NCHW";
	readonly dilations?: number;
	readonly dimRoundingMode?: "floor";
	readonly bias?: Core.Tensor | null;
	readonly activation?: string | null;
	readonly preluActivationWeights?: Core.Tensor | null;
	readonly leakyreluAlpha?: number;
}

/** That of tf.leakyRelu. */
const SLOPE = 0.2;

/** What activations are called. */
const ACTIVATIONS: Readonly<
	Record<string, (y: Core.Tensor, options: FusedOptions) => Core.Tensor>
> = {
	linear: (y) => y,
	relu: core.relu,
	relu6: core.relu6,
	elu: core.elu,
	sigmoid: core.sigmoid,
	leakyrelu: (y, { leakyreluAlpha }) => core.leakyRelu(y, leakyreluAlpha),
	prelu: (y, { preluActivationWeights, dataFormat }) =>
		core.prelu(
			y,
			alongChannels(preluActivationWeights as Core.Tensor, dataFormat),
		),
};

/** One value for each channel, so that it meets the channels of images. */
const alongChannels = (values: Core.Tensor, dataFormat: string | undefined) =>
	dataFormat === "NCHW" && values.rank === 1
		? core.reshape(values, [values.size, 1, 1])
		: values;

function checkActivation(
	name: string,
	{ activation, preluActivationWeights }: FusedOptions,
): void {
	if (!Object.hasOwn(ACTIVATIONS, activation ?? "linear"))
		throw new UsageError(
			`fused.${name} has no activation "${activation}": give one of ${Object.keys(ACTIVATIONS).join(", ")}, or apply it to the result, such as tf.${activation}(…)`,
		);
	if (activation === "prelu" && !preluActivationWeights)
		throw new UsageError(
			`fused.${name}: the activation "prelu" needs its slopes: give preluActivationWeights`,
		);
}

type Convolve = (
	x: Core.Tensor,
	filter: Core.Tensor,
	strides: number,
	pad: "same",
	dataFormat?: string,
	dilations?: number,
	dimRoundingMode?: "floor",
) => Core.Tensor;

/** One operation after the other, each of which has a gradient. */
const unfused = (convolve: Convolve, options: FusedOptions): Core.Tensor =>
	core.tidy(() => {
		const { x, filter, strides, pad, dataFormat, dilations } = options;
		const { bias, activation, dimRoundingMode } = options;
		let y = convolve(
			x,
			filter,
			strides,
			pad,
			dataFormat ?? "NHWC",
			dilations ?? 1,
			dimRoundingMode,
		);
		if (bias) y = core.add(y, alongChannels(bias, dataFormat));
		const activate = ACTIVATIONS[activation ?? "linear"];
		return activate ? activate(y, options) : y;
	});

/**
 * The gradient of a fused convolution in tfjs forgets `dimRoundingMode` and slopes,
 * and knows neither dilations nor channels first. Differentiated, it is its parts.
 */
function fuse(
	name: "conv2d" | "depthwiseConv2d",
	convolve: Convolve,
): (options: FusedOptions) => Core.Tensor {
	const original = core.fused[name] as unknown as (
		options: FusedOptions,
	) => Core.Tensor;
	return (options) => {
		checkActivation(name, options);
		const { gradientDepth } = core.engine().state;
		if (gradientDepth > 0) return unfused(convolve, options);
		// tfjs takes 0 where none is given, or NaN on the backend in JavaScript.
		const { leakyreluAlpha = SLOPE } = options;
		return original({ ...options, leakyreluAlpha });
	};
}

const fused = {
	conv2d: fuse("conv2d", core.conv2d as unknown as Convolve),
	depthwiseConv2d: fuse(
		"depthwiseConv2d",
		core.depthwiseConv2d as unknown as Convolve,
	),
};

Object.assign(core, { conv1d });
Object.assign(core.fused, fused);
