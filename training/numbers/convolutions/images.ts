import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	type Attributes,
	array,
	type Example,
} from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck, Refusal } from "../op-check.ts";
import { convolution, transposedConvolution } from "./reference.ts";
import { axesOf, type Choices, drawWindows } from "./windows.ts";

type Inputs = Readonly<Record<"x" | "filter", Array64>>;

/** Is there no axis of a batch? Only where the first axis could not be taken for one. */
export const isAlone = (draw: Draw, shape: readonly number[]): boolean =>
	shape[0] === 1 && draw.chance();

/** Of a batch, or of one alone without that axis. */
export function drawConvolution(draw: Draw, choices: Choices): Example {
	const { sizes, windows, attrs } = drawWindows(draw, choices);
	const [channels, outChannels] = [draw.int(1, 3), draw.int(1, 3)];
	const isFirst = attrs.dataFormat === "NCHW";
	const one = isFirst ? [channels, ...sizes] : [...sizes, channels];
	const shape = isAlone(draw, one) ? one : [draw.int(1, 3), ...one];
	return {
		inputs: {
			x: draw.values(shape),
			filter: draw.values([...windows, channels, outChannels]),
		},
		attrs,
	};
}

const ofX = ({ x, filter }: Inputs, attrs: Attributes) =>
	convolution(x, filter, attrs);

const images = (count: number, ...rest: number[]) => [count, ...rest];
const some = (shape: number[], first = 1): Array64 =>
	array(
		shape,
		Array.from(
			{ length: shape.reduce((a, b) => a * b, 1) },
			(_, at) => ((first + at * 7) % 11) - 5,
		),
	);

const conv1d: OpCheck = {
	name: "conv1d",
	draw(draw) {
		const example = drawConvolution(draw, { axes: 1, rounding: true, most: 5 });
		const one = (value: unknown) => (Array.isArray(value) ? value[0] : value);
		const { strides, dilations, ...rest } = example.attrs;
		return {
			...example,
			attrs: { strides: one(strides), dilations: one(dilations), ...rest },
		};
	},
	compute: ({ x, filter }, { strides, pad, dilations, dimRoundingMode }) =>
		tf.conv1d(x, filter, strides, pad, "NWC", dilations, dimRoundingMode),
	reference: (inputs, attrs) => ofX(inputs as Inputs, attrs),
	batched: ["x"],
	edges: [
		{
			what: "a filter of 1",
			inputs: { x: some([2, 5, 1]), filter: some([1, 1, 1]) },
			attrs: { strides: 1, pad: "valid" },
		},
		{
			what: "no examples",
			inputs: { x: some([0, 5, 2]), filter: some([3, 2, 4]) },
			attrs: { strides: 1, pad: "same" },
			gradients: { filter: new Array(24).fill(0) },
		},
	],
	refused: [
		{
			what: "a filter longer than its input",
			inputs: { x: some([1, 2, 1]), filter: some([3, 1, 1]) },
			attrs: { strides: 1, pad: "valid" },
			says: /does not fit/,
		},
		{
			what: "a stride that is no whole number",
			inputs: { x: some([1, 4, 1]), filter: some([3, 1, 1]) },
			attrs: { strides: 1.5, pad: "valid" },
			says: /whole numbers/,
		},
		{
			what: "stride and dilation at once",
			inputs: { x: some([1, 9, 1]), filter: some([3, 1, 1]) },
			attrs: { strides: 2, dilations: 2, pad: "valid" },
			says: /stride/,
		},
		{
			what: "other channels than the filter has",
			inputs: { x: some([1, 9, 2]), filter: some([3, 1, 1]) },
			attrs: { strides: 1, pad: "valid" },
			says: /channels/,
		},
	],
};

const conv2dEdges: OpCheck["edges"] = [
	{
		what: "an image without a batch",
		inputs: { x: some([4, 5, 2]), filter: some([2, 3, 2, 3]) },
		attrs: { strides: [1, 2], pad: "same" },
	},
	{
		what: "one number",
		inputs: { x: some([1, 1, 1, 1]), filter: some([1, 1, 1, 1], 3) },
		attrs: { strides: 1, pad: "valid" },
	},
	{
		what: "no images",
		inputs: { x: some([0, 4, 5, 2]), filter: some([3, 2, 2, 3]) },
		attrs: { strides: [1, 2], pad: "valid" },
		gradients: { filter: new Array(36).fill(0), x: [] },
	},
	{
		what: "a filter larger than its image, which same pads",
		inputs: { x: some([1, 2, 1, 2]), filter: some([5, 4, 2, 1]) },
		attrs: { strides: 1, pad: "same" },
	},
	{
		what: "NaN in one of two images",
		inputs: {
			x: array(
				[2, 2, 2, 1],
				[1, 2, 3, 4, Number.NaN, 1, 1, Number.POSITIVE_INFINITY],
			),
			filter: array([1, 1, 1, 1], [2]),
		},
		attrs: { strides: 1, pad: "valid" },
	},
	{
		what: "no channels",
		inputs: { x: some([1, 3, 2, 0]), filter: some([2, 2, 0, 2]) },
		attrs: { strides: 1, pad: "same" },
		gradients: { x: [], filter: [] },
	},
	{
		what: "no channels of the result",
		inputs: { x: some([1, 2, 2, 1]), filter: some([2, 2, 1, 0]) },
		attrs: { strides: 1, pad: "same" },
		gradients: { x: [0, 0, 0, 0], filter: [] },
	},
	{
		what: "images without height",
		inputs: { x: some([1, 0, 4, 2]), filter: some([2, 2, 2, 3]) },
		attrs: { strides: 1, pad: "same" },
		gradients: { x: [], filter: new Array(24).fill(0) },
	},
	{
		what: "many channels",
		inputs: { x: some([2, 5, 4, 9]), filter: some([3, 3, 9, 17]) },
		attrs: { strides: 2, pad: "same" },
	},
	{
		what: "windows beyond the image, by rounding up",
		inputs: { x: some([1, 3, 3, 1]), filter: some([1, 1, 1, 1]) },
		attrs: { strides: 4, pad: 0, dimRoundingMode: "ceil" },
	},
];

const refusedImages: readonly Refusal[] = [
	{
		what: "a window larger than its image",
		inputs: { x: some([1, 2, 2, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: "valid" },
		says: /does not fit/,
	},
	{
		what: "images without height, in which no window fits",
		inputs: { x: some([1, 0, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: "valid" },
		says: /does not fit/,
	},
	{
		what: "a list of three strides",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: [1, 1, 1], pad: "same" },
		says: /a list of 2/,
	},
	{
		what: "no strides",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { pad: "same" },
		says: /no strides/,
	},
	{
		what: "an unknown data format",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: "same", dataFormat: "CHWN" },
		says: /NHWC/,
	},
	{
		what: "a negative padding",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: -1 },
		says: /paddings/,
	},
	{
		what: "a list of paddings for two axes",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: {
			strides: 1,
			pad: [
				[1, 1],
				[1, 1],
			],
		},
		says: /each of the 4 axes/,
	},
	{
		what: "a stride of 0",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 0, pad: "same" },
		says: /above 0/,
	},
	{
		what: "dimRoundingMode with a padding by name",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 2, pad: "same", dimRoundingMode: "ceil" },
		says: /number/,
	},
	{
		what: "other channels than the filter has",
		inputs: { x: some([1, 4, 4, 2]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: "same" },
		says: /channels/,
	},
	{
		what: "a tensor of rank 2",
		inputs: { x: some([4, 4]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: "same" },
		says: /rank/,
	},
	{
		what: "a filter of rank 2",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3]) },
		attrs: { strides: 1, pad: "same" },
		says: /filters are/,
	},
	{
		what: "an unknown rounding",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: 1, dimRoundingMode: "up" },
		says: /dimRoundingMode is/,
	},
	{
		what: "a padding of the batch",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: {
			strides: 1,
			pad: [
				[1, 0],
				[1, 1],
				[1, 1],
				[0, 0],
			],
		},
		says: /none for batch and channels/,
	},
	{
		what: "a dilation that is no whole number",
		inputs: { x: some([1, 4, 4, 1]), filter: some([3, 3, 1, 1]) },
		attrs: { strides: 1, pad: 1, dilations: 0.5 },
		says: /whole numbers/,
	},
];

const conv2d: OpCheck = {
	name: "conv2d",
	draw: (draw) =>
		drawConvolution(draw, { axes: 2, rounding: true, first: true }),
	compute: (
		{ x, filter },
		{ strides, pad, dilations, dimRoundingMode, dataFormat },
	) =>
		tf.conv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode),
	reference: (inputs, attrs) => ofX(inputs as Inputs, attrs),
	batched: ["x"],
	edges: conv2dEdges,
	refused: [
		...refusedImages,
		{
			what: "stride and dilation at once",
			inputs: { x: some([1, 9, 9, 1]), filter: some([3, 3, 1, 1]) },
			attrs: { strides: 2, dilations: [1, 2], pad: "valid" },
			says: /stride/,
		},
	],
};

/** Draws what a convolution makes of images, and takes it back. */
export function drawTransposed(draw: Draw, choices: Choices): Example {
	const { sizes, windows, attrs } = drawWindows(draw, {
		...choices,
		plain: true,
	});
	const [channels, outChannels] = [draw.int(1, 3), draw.int(1, 3)];
	const out = axesOf(sizes, windows, attrs).map((axis) => axis.out);
	const batch = isAlone(draw, out) ? [] : images(draw.int(1, 3));
	return {
		inputs: {
			x: draw.values([...batch, ...out, channels]),
			filter: draw.values([...windows, outChannels, channels]),
		},
		attrs: { ...attrs, outputShape: [...batch, ...sizes, outChannels] },
	};
}

const conv2dTranspose: OpCheck = {
	name: "conv2dTranspose",
	draw: (draw) => drawTransposed(draw, { axes: 2, rounding: true }),
	compute: ({ x, filter }, { outputShape, strides, pad, dimRoundingMode }) =>
		tf.conv2dTranspose(x, filter, outputShape, strides, pad, dimRoundingMode),
	reference: ({ x, filter }, { outputShape, ...attrs }) =>
		transposedConvolution(x as Array64, filter as Array64, outputShape, attrs),
	batched: ["x"],
	edges: [
		{
			what: "ones",
			inputs: {
				x: array([1, 2, 2, 1], [1, 1, 1, 1]),
				filter: array([1, 1, 1, 1], [1]),
			},
			attrs: { outputShape: [1, 2, 2, 1], strides: 1, pad: "same" },
			gradients: { x: [1, 1, 1, 1], filter: [4] },
		},
	],
	refused: [
		{
			what: "an output that its input cannot come from",
			inputs: { x: some([1, 2, 2, 1]), filter: some([3, 3, 1, 1]) },
			attrs: { outputShape: [1, 9, 9, 1], strides: 2, pad: "same" },
			says: /outputShape/,
		},
		{
			what: "no outputShape",
			inputs: { x: some([1, 2, 2, 1]), filter: some([3, 3, 1, 1]) },
			attrs: { strides: 2, pad: "same" },
			says: /outputShape/,
		},
		{
			what: "an outputShape of another rank",
			inputs: { x: some([2, 2, 1]), filter: some([3, 3, 1, 1]) },
			attrs: { outputShape: [1, 4, 4, 1], strides: 2, pad: "same" },
			says: /each axis/,
		},
		{
			what: "other channels than the filter has",
			inputs: { x: some([1, 2, 2, 3]), filter: some([3, 3, 1, 1]) },
			attrs: { outputShape: [1, 4, 4, 1], strides: 2, pad: "same" },
			says: /channels/,
		},
		{
			what: "another batch",
			inputs: { x: some([1, 2, 2, 1]), filter: some([3, 3, 1, 1]) },
			attrs: { outputShape: [2, 4, 4, 1], strides: 2, pad: "same" },
			says: /outputShape/,
		},
	],
};

export const imageConvolutions: readonly OpCheck[] = [
	conv1d,
	conv2d,
	conv2dTranspose,
];
export { refusedImages, some };
