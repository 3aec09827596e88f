import * as tf from "../../backend/tf.ts";
import type { Array64, Attributes, Example } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";
import { isAlone, refusedImages, some } from "./images.ts";
import { convolution, depthwiseConvolution } from "./reference.ts";
import { type Choices, drawWindows } from "./windows.ts";

export function drawDepthwise(draw: Draw, choices: Choices): Example {
	const { sizes, windows, attrs } = drawWindows(draw, choices);
	const multiplier = draw.pick([1, 1, 1, 2, 3, 4]);
	// Some are computed four or sixteen at once.
	const channels =
		multiplier === 1 ? draw.pick([1, 2, 4, 6, 17]) : draw.int(1, 3);
	const isFirst = attrs.dataFormat === "NCHW";
	const one = isFirst ? [channels, ...sizes] : [...sizes, channels];
	const shape = isAlone(draw, one) ? one : [draw.int(1, 2), ...one];
	return {
		inputs: {
			x: draw.values(shape),
			filter: draw.values([...windows, channels, multiplier]),
		},
		attrs,
	};
}

const depthwiseConv2d: OpCheck = {
	name: "depthwiseConv2d",
	draw: (draw) =>
		drawDepthwise(draw, { axes: 2, both: true, rounding: true, first: true }),
	compute: (
		{ x, filter },
		{ strides, pad, dilations, dimRoundingMode, dataFormat },
	) =>
		tf.depthwiseConv2d(
			x,
			filter,
			strides,
			pad,
			dataFormat,
			dilations,
			dimRoundingMode,
		),
	reference: ({ x, filter }, attrs) =>
		depthwiseConvolution(x as Array64, filter as Array64, attrs),
	batched: ["x"],
	edges: [
		{
			what: "21 channels",
			inputs: { x: some([2, 4, 5, 21]), filter: some([3, 2, 21, 1]) },
			attrs: { strides: [2, 1], pad: "same" },
		},
		{
			what: "no images",
			inputs: { x: some([0, 4, 4, 2]), filter: some([2, 2, 2, 1]) },
			attrs: { strides: 1, pad: "valid" },
			gradients: { filter: new Array(8).fill(0), x: [] },
		},
	],
	refused: refusedImages,
};

const separableConv2d: OpCheck = {
	name: "separableConv2d",
	draw(draw) {
		const { inputs, attrs } = drawDepthwise(draw, { axes: 2, both: true });
		const { x, filter } = inputs as Record<"x" | "filter", Array64>;
		const [, , channels, multiplier] = filter.shape;
		const all = (channels as number) * (multiplier as number);
		return {
			inputs: {
				x,
				depthwise: filter,
				pointwise: draw.values([1, 1, all, draw.int(1, 3)]),
			},
			attrs,
		};
	},
	compute: ({ x, depthwise, pointwise }, { strides, pad, dilations }) =>
		tf.separableConv2d(x, depthwise, pointwise, strides, pad, dilations),
	reference: ({ x, depthwise, pointwise }, attrs: Attributes) =>
		convolution(
			depthwiseConvolution(x as Array64, depthwise as Array64, attrs),
			pointwise as Array64,
			{ strides: 1, pad: "valid" },
		),
	batched: ["x"],
	refused: [
		{
			what: "a pointwise filter for other channels",
			inputs: {
				x: some([1, 4, 4, 3]),
				depthwise: some([2, 2, 3, 1]),
				pointwise: some([1, 1, 2, 2]),
			},
			attrs: { strides: 1, pad: "same" },
			says: /pointwise filter is/,
		},
	],
};

export const channelConvolutions: readonly OpCheck[] = [
	depthwiseConv2d,
	separableConv2d,
];
