import * as tf from "../../backend/tf.ts";
import { type Array64, array } from "../array.ts";
import type { OpCheck } from "../op-check.ts";
import { drawConvolution, drawTransposed, some } from "./images.ts";
import { convolution, transposedConvolution } from "./reference.ts";

const conv3d: OpCheck = {
	name: "conv3d",
	draw: (draw) => drawConvolution(draw, { axes: 3, most: 1 }),
	compute: ({ x, filter }, { strides, pad, dilations }) =>
		tf.conv3d(x, filter, strides, pad, "NDHWC", dilations),
	reference: ({ x, filter }, attrs) =>
		convolution(x as Array64, filter as Array64, attrs),
	batched: ["x"],
	edges: [
		{
			what: "strides that step over the window, with the padding same",
			inputs: { x: some([1, 5, 4, 5, 1]), filter: some([1, 1, 1, 1, 1]) },
			attrs: { strides: 3, pad: "same" },
		},
		{
			what: "no volumes",
			inputs: { x: some([0, 3, 3, 3, 1]), filter: some([2, 2, 2, 1, 1]) },
			attrs: { strides: 1, pad: "valid" },
			gradients: { filter: new Array(8).fill(0), x: [] },
		},
	],
	refused: [
		{
			what: "a window larger than its volume",
			inputs: { x: some([1, 2, 2, 2, 1]), filter: some([3, 3, 3, 1, 1]) },
			attrs: { strides: 1, pad: "valid" },
			says: /does not fit/,
		},
		{
			what: "stride and dilation at once",
			inputs: { x: some([1, 5, 5, 5, 1]), filter: some([2, 2, 2, 1, 1]) },
			attrs: { strides: 2, dilations: 2, pad: "valid" },
			says: /stride/,
		},
		{
			what: "other channels than the filter has",
			inputs: { x: some([1, 4, 4, 4, 2]), filter: some([2, 2, 2, 1, 1]) },
			attrs: { strides: 1, pad: "same" },
			says: /channels/,
		},
	],
};

const conv3dTranspose: OpCheck = {
	name: "conv3dTranspose",
	draw: (draw) => drawTransposed(draw, { axes: 3, most: 1 }),
	compute: ({ x, filter }, { outputShape, strides, pad }) =>
		tf.conv3dTranspose(x, filter, outputShape, strides, pad),
	reference: ({ x, filter }, { outputShape, ...attrs }) =>
		transposedConvolution(x as Array64, filter as Array64, outputShape, attrs),
	batched: ["x"],
	edges: [
		{
			what: "ones",
			inputs: {
				x: array([1, 1, 1, 1, 1], [1]),
				filter: array([1, 1, 1, 1, 1], [1]),
			},
			attrs: { outputShape: [1, 1, 1, 1, 1], strides: 1, pad: "same" },
			gradients: { x: [1], filter: [1] },
		},
	],
	refused: [
		{
			what: "an output that its input cannot come from",
			inputs: { x: some([1, 2, 2, 2, 1]), filter: some([3, 3, 3, 1, 1]) },
			attrs: { outputShape: [1, 9, 9, 9, 1], strides: 2, pad: "same" },
			says: /outputShape/,
		},
	],
};

export const volumeConvolutions: readonly OpCheck[] = [conv3d, conv3dTranspose];
