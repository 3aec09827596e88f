import * as tf from "../../backend/tf.ts";
import { type Array64, array } from "../array.ts";
import type { OpCheck } from "../op-check.ts";
import { isAlone, some } from "./images.ts";
import { dilation } from "./reference.ts";
import { drawWindows } from "./windows.ts";

export const dilation2d: OpCheck = {
	name: "dilation2d",
	dtypes: ["float32", "int32"],
	draw(draw, dtype) {
		for (;;) {
			const { sizes, windows, attrs } = drawWindows(draw, {
				axes: 2,
				both: true,
				most: 3,
			});
			const channels = draw.int(1, 3);
			const one = [...sizes, channels];
			const shape = isAlone(draw, one) ? one : [draw.int(1, 2), ...one];
			const inputs =
				dtype === "int32"
					? {
							x: draw.values(shape, { dtype }),
							filter: draw.values([...windows, channels], { dtype }),
						}
					: {
							x: draw.distinct(shape),
							// No sum of two can be that of two others.
							filter: draw.distinct([...windows, channels], 0.125 / 64),
						};
			// A window that is outside altogether has no gradient.
			if (
				Array.from(dilation(inputs.x, inputs.filter, attrs).values).some(
					(value) => value < -1e6,
				)
			)
				continue;
			return { inputs, attrs };
		}
	},
	compute: ({ x, filter }, { strides, pad, dilations }) =>
		tf.dilation2d(x, filter, strides, pad, dilations),
	reference: ({ x, filter }, attrs) =>
		dilation(x as Array64, filter as Array64, attrs),
	batched: ["x"],
	edges: [
		{
			what: "large negative numbers",
			inputs: {
				x: array([1, 2, 2, 1], [-1e20, -2e20, -3e20, -4e20]),
				filter: array([2, 2, 1], [0, 0, 0, 0]),
			},
			attrs: { strides: 1, pad: "valid" },
			gradients: { x: [1, 0, 0, 0], filter: [1, 0, 0, 0] },
		},
		{
			what: "a tie, which the first wins",
			inputs: {
				x: array([1, 1, 3, 1], [1, 1, 1]),
				filter: array([1, 2, 1], [0, 0]),
			},
			attrs: { strides: 1, pad: "valid" },
			gradients: { x: [1, 1, 0], filter: [2, 0] },
		},
		{
			what: "NaN and infinity",
			inputs: {
				x: array([1, 1, 3, 1], [Number.NaN, 1, Number.POSITIVE_INFINITY]),
				filter: array([1, 2, 1], [0, 0]),
			},
			attrs: { strides: 1, pad: "valid" },
			gradients: { x: [1, 0, 1], filter: [1, 1] },
		},
		{
			what: "a window that is outside altogether",
			inputs: {
				x: array([1, 1, 3, 1], [1, 2, 3]),
				filter: array([1, 2, 1], [0, 0]),
			},
			attrs: { strides: 1, pad: "same", dilations: 5 },
			gradients: { x: [1, 0, 0], filter: [1, 0] },
		},
		{
			what: "no images",
			inputs: { x: some([0, 2, 2, 1]), filter: some([1, 1, 1]) },
			attrs: { strides: 1, pad: "same" },
			gradients: { filter: [0] },
		},
	],
	refused: [
		{
			what: "a window larger than its image",
			inputs: { x: some([1, 2, 2, 1]), filter: some([3, 3, 1]) },
			attrs: { strides: 1, pad: "valid" },
			says: /does not fit/,
		},
		{
			what: "other channels than the filter has",
			inputs: { x: some([1, 2, 2, 2]), filter: some([1, 1, 1]) },
			attrs: { strides: 1, pad: "valid" },
			says: /channels/,
		},
	],
};
