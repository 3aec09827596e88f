import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	type Attributes,
	array,
	type Example,
} from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";
import { drawDepthwise } from "./channels.ts";
import { drawConvolution, some } from "./images.ts";
import { convolution, depthwiseConvolution } from "./reference.ts";

type Inputs = Readonly<Record<string, Array64 | undefined>>;

const ACTIVATIONS = [
	"linear",
	"relu",
	"relu6",
	"elu",
	"sigmoid",
	"leakyrelu",
	"prelu",
] as const;

/** The value of `other` for each of `of`, by its last axes; with channels first a list is one of channels. */
function spreadOver(of: Array64, other: Array64, isFirst: boolean) {
	const channels = of.shape[of.shape.length - (isFirst ? 3 : 1)] as number;
	const size = other.values.length;
	return (at: number): number => {
		if (size === 1) return other.values[0] as number;
		if (other.shape.length > 1) return other.values[at % size] as number;
		if (!isFirst) return other.values[at % channels] as number;
		const cells = (of.shape.at(-1) as number) * (of.shape.at(-2) as number);
		return other.values[Math.floor(at / cells) % channels] as number;
	};
}

function activated(
	value: number,
	{ activation, leakyreluAlpha = 0.2 }: Attributes,
	slope: number,
): number {
	switch (activation) {
		case "relu":
			return value < 0 ? 0 : value;
		case "relu6":
			return value < 0 ? 0 : Math.min(value, 6);
		case "elu":
			return value < 0 ? Math.expm1(value) : value;
		case "sigmoid":
			return 1 / (1 + Math.exp(-value));
		case "leakyrelu":
			return value < 0 ? value * leakyreluAlpha : value;
		case "prelu":
			return value < 0 ? value * slope : value;
		default:
			return value;
	}
}

/** Before the activation. */
function summed(y: Array64, bias: Array64 | undefined, attrs: Attributes) {
	if (!bias) return y;
	const at = spreadOver(y, bias, attrs.dataFormat === "NCHW");
	return array(
		y.shape,
		Array.from(y.values, (value, i) => value + at(i)),
	);
}

const finished = (y: Array64, { bias, slopes }: Inputs, attrs: Attributes) => {
	const sum = summed(y, bias, attrs);
	const at = slopes && spreadOver(y, slopes, attrs.dataFormat === "NCHW");
	return array(
		y.shape,
		Array.from(sum.values, (value, i) => activated(value, attrs, at?.(i) ?? 0)),
	);
};

/** Is some value so near to a kink that differences would step over it? */
const isNearKink = ({ values }: Array64, { activation }: Attributes) =>
	activation !== "linear" &&
	activation !== "sigmoid" &&
	Array.from(values).some(
		(value) => Math.abs(value) < 0.04 || Math.abs(value - 6) < 0.04,
	);

type Convolve = (x: Array64, filter: Array64, attrs: Attributes) => Array64;

function drawFused(
	draw: Draw,
	one: (draw: Draw) => Example,
	convolve: Convolve,
): Example {
	for (;;) {
		const { inputs, attrs: own } = one(draw);
		const { x, filter } = inputs as { x: Array64; filter: Array64 };
		const activation = draw.pick(ACTIVATIONS);
		const attrs = {
			...own,
			activation,
			...(activation === "leakyrelu" && draw.chance()
				? { leakyreluAlpha: draw.pick([0.01, 0.3]) }
				: {}),
		};
		const y = convolve(x, filter, attrs);
		const isFirst = own.dataFormat === "NCHW";
		const channels = y.shape[y.shape.length - (isFirst ? 3 : 1)] as number;
		const values = (shape: number[]) => draw.values(shape);
		const bias = draw.chance(0.75)
			? { bias: values(draw.chance(0.8) ? [channels] : draw.pick([[], [1]])) }
			: {};
		const slopes =
			activation === "prelu"
				? {
						slopes: values(
							draw.chance(0.6)
								? [channels]
								: draw.pick([[1], y.shape.slice(-3)]),
						),
					}
				: {};
		const all = { x, filter, ...bias, ...slopes } as Record<string, Array64>;
		if (isNearKink(summed(y, all.bias, attrs), attrs)) continue;
		return { inputs: all, attrs };
	}
}

type Fused = typeof tf.fused.conv2d;

const called =
	(operation: Fused) =>
	(
		// biome-ignore lint/suspicious/noExplicitAny: tensors of whatever rank the operation takes.
		{ x, filter, bias, slopes }: any,
		attrs: Attributes,
	) =>
		operation({
			x,
			filter,
			bias,
			preluActivationWeights: slopes,
			...attrs,
		} as Parameters<Fused>[0]);

const nan = array([1, 1, 4, 1], [Number.NaN, -1, 1, Number.NEGATIVE_INFINITY]);

const edgesOf = (filter: Array64): OpCheck["edges"] =>
	(["linear", "relu", "relu6", "leakyrelu", "elu", "sigmoid"] as const).map(
		(activation) => ({
			what: `NaN and infinity, ${activation}`,
			inputs: { x: nan, filter },
			attrs: { strides: 1, pad: "valid", activation },
		}),
	);

const refusedOf = (filter: number[]): OpCheck["refused"] => [
	{
		what: "an activation that it does not have",
		inputs: { x: some([1, 3, 3, 1]), filter: some(filter) },
		attrs: { strides: 1, pad: "same", activation: "tanh" },
		says: /tanh/,
	},
	{
		what: "prelu without slopes",
		inputs: { x: some([1, 3, 3, 1]), filter: some(filter) },
		attrs: { strides: 1, pad: "same", activation: "prelu" },
		says: /preluActivationWeights/,
	},
];

/** Activations bend, which differences of differences feel. */
const SECOND_TOLERANCE = 1e-3;

const fusedConv2d: OpCheck = {
	name: "fused.conv2d",
	draw: (draw) =>
		drawFused(
			draw,
			(from) =>
				drawConvolution(from, {
					axes: 2,
					rounding: true,
					first: true,
					most: 2,
				}),
			convolution,
		),
	compute: called(tf.fused.conv2d),
	reference: (inputs, attrs) =>
		finished(
			convolution(inputs.x as Array64, inputs.filter as Array64, attrs),
			inputs,
			attrs,
		),
	batched: ["x"],
	secondTolerance: SECOND_TOLERANCE,
	edges: edgesOf(array([1, 1, 1, 1], [1])),
	refused: refusedOf([2, 2, 1, 1]),
};

const fusedDepthwise: OpCheck = {
	name: "fused.depthwiseConv2d",
	draw: (draw) =>
		drawFused(
			draw,
			(from) =>
				drawDepthwise(from, {
					axes: 2,
					rounding: true,
					first: true,
					most: 2,
				}),
			depthwiseConvolution,
		),
	compute: called(tf.fused.depthwiseConv2d as Fused),
	reference: (inputs, attrs) =>
		finished(
			depthwiseConvolution(
				inputs.x as Array64,
				inputs.filter as Array64,
				attrs,
			),
			inputs,
			attrs,
		),
	batched: ["x"],
	secondTolerance: SECOND_TOLERANCE,
	edges: edgesOf(array([1, 1, 1, 1], [1])),
	refused: refusedOf([2, 2, 1, 1]),
};

export const fusedConvolutions: readonly OpCheck[] = [
	fusedConv2d,
	fusedDepthwise,
];
