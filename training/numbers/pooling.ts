import * as tf from "../backend/tf.ts";
import { type Array64, array, build } from "./array.ts";
import type { Family } from "./family.ts";
import type { Edge, OpCheck, Refusal } from "./op-check.ts";
import { drawPooling } from "./pooling/draw.ts";
import { pooled } from "./pooling/reference.ts";

const x = (shape: readonly number[], values: readonly number[]) => ({
	x: array(shape, values),
});
const zeros = (shape: readonly number[]): Array64 => build(shape, () => 0);

/** The images, or the only one without a batch. */
// biome-ignore lint/suspicious/noExplicitAny: of either rank.
const shown = (x: any, alone: boolean | undefined) =>
	alone ? tf.squeeze(x, [0]) : x;

const attrs = { window: 2, strides: 2, pad: "valid" };
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** What every pooling over rows and columns refuses. */
const refused: readonly Refusal[] = [
	{
		what: "a window larger than the image",
		inputs: { x: zeros([1, 2, 3, 1]) },
		attrs: { ...attrs, window: 3 },
		says: /does not fit/,
	},
	{
		what: "a fraction of a window, rounded down to none",
		inputs: { x: zeros([3, 1, 1]) },
		attrs: { window: 2, strides: 1, pad: 0, dimRoundingMode: "floor" },
		says: /does not fit/,
	},
	{
		what: "a window of no size",
		inputs: { x: zeros([1, 2, 2, 1]) },
		attrs: { ...attrs, window: 0 },
		says: /whole numbers above 0/,
	},
	{
		what: "a stride of nothing",
		inputs: { x: zeros([1, 2, 2, 1]) },
		attrs: { ...attrs, strides: 0 },
		says: /whole numbers above 0/,
	},
	{
		what: "half a stride",
		inputs: { x: zeros([1, 2, 2, 1]) },
		attrs: { ...attrs, strides: 1.5 },
		says: /whole numbers above 0/,
	},
	{
		what: "a negative padding",
		inputs: { x: zeros([1, 4, 4, 1]) },
		attrs: { ...attrs, pad: -1 },
		says: /padding/,
	},
	{
		what: "an unknown padding",
		inputs: { x: zeros([1, 4, 4, 1]) },
		attrs: { ...attrs, pad: "full" },
		says: /padding/,
	},
	{
		what: "a list of two numbers as padding",
		inputs: { x: zeros([1, 4, 4, 1]) },
		attrs: { ...attrs, pad: [1, 1] },
		says: /padding/,
	},
	{
		what: "a rounding mode with padding that leaves nothing to round",
		inputs: { x: zeros([1, 4, 4, 1]) },
		attrs: { ...attrs, pad: "same", dimRoundingMode: "ceil" },
		says: /padding/,
	},
	{
		what: "an unknown rounding mode",
		inputs: { x: zeros([1, 4, 4, 1]) },
		attrs: { ...attrs, pad: 1, dimRoundingMode: "up" },
		says: /floor.*round.*ceil/,
	},
	{
		what: "a matrix",
		inputs: { x: zeros([4, 4]) },
		attrs,
		says: /rank/,
	},
];

const emptyBatch: Edge = {
	what: "no images",
	inputs: { x: zeros([0, 4, 4, 2]) },
	attrs,
	gradients: { x: [] },
};

const noChannels: Edge = {
	what: "images without channels",
	inputs: { x: zeros([2, 4, 4, 0]) },
	attrs,
	gradients: { x: [] },
};

const maxPool: OpCheck = {
	name: "maxPool",
	draw: (draw) => drawPooling(draw, { spatial: 2, distinct: true }),
	compute: ({ x }, { window, strides, pad, dimRoundingMode, alone }) =>
		tf.maxPool(shown(x, alone), window, strides, pad, dimRoundingMode),
	reference: ({ x }, attrs) =>
		pooled(x as Array64, 2, attrs as never, "max").result,
	batched: ["x"],
	edges: [
		emptyBatch,
		noChannels,
		{
			what: "a tie goes to the first",
			inputs: x([1, 2, 2, 1], [-1, -1, -1, -1]),
			attrs,
			gradients: { x: [1, 0, 0, 0] },
		},
		{
			what: "a NaN is what the window gives",
			inputs: x([1, 2, 4, 1], [1, nan, -3, -4, 2, nan, -5, -2]),
			attrs,
			gradients: { x: [0, 1, 0, 0, 0, 0, 0, 1] },
		},
		{
			what: "infinities",
			inputs: x([1, 2, 2, 1], [-infinity, -infinity, -infinity, -infinity]),
			attrs,
			gradients: { x: [1, 0, 0, 0] },
		},
		{
			what: "a window that is outside altogether",
			inputs: x([1, 1, 2, 1], [-2, -1]),
			attrs: { window: 1, strides: 2, pad: 1 },
			gradients: { x: [0, 0] },
		},
		{
			what: "a window that covers more than the image",
			inputs: x([2, 2, 1], [-4, -3, -2, -1]),
			attrs: { window: [5, 7], strides: 3, pad: "same" },
			gradients: { x: [0, 0, 0, 1] },
		},
	],
	refused,
};

const avgPool: OpCheck = {
	name: "avgPool",
	draw: (draw) => drawPooling(draw, { spatial: 2, distinct: false }),
	compute: ({ x }, { window, strides, pad, dimRoundingMode, alone }) =>
		tf.avgPool(shown(x, alone), window, strides, pad, dimRoundingMode),
	reference: ({ x }, attrs) =>
		pooled(x as Array64, 2, attrs as never, "avg").result,
	batched: ["x"],
	edges: [
		emptyBatch,
		noChannels,
		{
			what: "padding does not count",
			inputs: x([1, 2, 3, 1], [-1, 2, -3, 4, -5, 6]),
			attrs: { ...attrs, pad: "same" },
			gradients: { x: [0.25, 0.25, 0.5, 0.25, 0.25, 0.5] },
		},
		{
			what: "NaN stays in its window",
			inputs: x([1, 2, 4, 1], [1, nan, 3, 4, 5, 6, 7, infinity]),
			attrs,
		},
		{
			what: "the mean of nothing",
			inputs: x([1, 1, 2, 1], [-2, -1]),
			attrs: { window: 1, strides: 2, pad: 1 },
			gradients: { x: [0, 0] },
		},
	],
	refused,
};

const pool: OpCheck = {
	name: "pool",
	draw(draw) {
		const type = draw.pick(["max", "avg"] as const);
		return drawPooling(draw, {
			spatial: 2,
			distinct: type === "max",
			dilations: true,
			extra: () => ({ type }),
		});
	},
	compute: (
		{ x },
		{ window, type, pad, dilations, strides, dimRoundingMode, alone },
	) =>
		tf.pool(
			shown(x, alone),
			window,
			type,
			pad,
			dilations,
			strides,
			dimRoundingMode,
		),
	reference: ({ x }, attrs) =>
		pooled(x as Array64, 2, attrs as never, attrs.type).result,
	batched: ["x"],
	edges: [
		{
			what: "neither strides nor dilations",
			inputs: x([1, 3, 3, 1], [-9, -8, -7, -6, -5, -4, -3, -2, -1]),
			attrs: { window: 2, strides: 1, pad: "valid", type: "max" },
			gradients: { x: [0, 0, 0, 0, 1, 1, 0, 1, 1] },
		},
		{
			what: "a dilated window of negative numbers, padded",
			inputs: x([1, 3, 3, 1], [-9, -8, -7, -6, -5, -4, -3, -2, -1]),
			attrs: { window: 2, strides: 1, dilations: 2, pad: "same", type: "max" },
		},
		{
			what: "a dilated average, padded",
			inputs: x([3, 3, 1], [-9, -8, -7, -6, -5, -4, -3, -2, -1]),
			attrs: {
				window: [2, 1],
				strides: 1,
				dilations: [2, 1],
				pad: "same",
				type: "avg",
			},
		},
	],
	refused: [
		...refused
			// Dilated or not, and of whatever type, the rest is what the two above refuse.
			.map((one) => ({ ...one, attrs: { ...one.attrs, type: "avg" } })),
		{
			what: "strides and dilations at once",
			inputs: { x: zeros([1, 5, 5, 1]) },
			attrs: { ...attrs, dilations: 2, type: "max" },
			says: /strides.*dilations/,
		},
		{
			what: "a dilated window larger than the image",
			inputs: { x: zeros([1, 3, 3, 1]) },
			attrs: { ...attrs, strides: 1, dilations: 3, type: "max" },
			says: /does not fit/,
		},
		{
			what: "an unknown type",
			inputs: { x: zeros([1, 5, 5, 1]) },
			attrs: { ...attrs, type: "mean" },
			says: /"max".*"avg"/,
		},
	],
};

const maxPoolWithArgmax: OpCheck = {
	name: "maxPoolWithArgmax",
	draw: (draw) =>
		drawPooling(draw, {
			spatial: 2,
			distinct: true,
			anyRank: false,
			rounding: false,
			extra: () => ({ includeBatchInIndex: draw.chance() }),
		}),
	compute({ x }, { window, strides, pad, includeBatchInIndex }) {
		const { result, indexes } = tf.maxPoolWithArgmax(
			x,
			window,
			strides,
			pad,
			includeBatchInIndex,
		);
		return [result, indexes] as tf.Tensor[];
	},
	reference({ x }, attrs) {
		const { result, indexes } = pooled(x as Array64, 2, attrs as never, "max");
		return [result, indexes];
	},
	edges: [
		emptyBatch,
		{
			what: "ties and a NaN",
			inputs: x([1, 2, 4, 1], [-1, -1, 3, nan, -1, -1, nan, 7]),
			attrs,
			gradients: { x: [1, 0, 0, 1, 0, 0, 0, 0] },
		},
	],
	refused: refused.filter(
		({ attrs, inputs }) =>
			!attrs.dimRoundingMode && inputs.x?.shape.length === 4,
	),
};

const attrs3d = { window: 2, strides: 2, pad: "valid" };

/** What every pooling of volumes refuses. */
const refused3d: readonly Refusal[] = refused
	.filter(({ inputs }) => inputs.x?.shape.length !== 2)
	.map((one) => {
		const [last = 1, ...rest] = [...(one.inputs.x?.shape ?? [])].reverse();
		const shape = [...rest.reverse(), 3, last];
		return { ...one, inputs: { x: zeros(shape) } };
	});

const maxPool3d: OpCheck = {
	name: "maxPool3d",
	draw: (draw) => drawPooling(draw, { spatial: 3, distinct: true }),
	compute: ({ x }, { window, strides, pad, dimRoundingMode, alone }) =>
		tf.maxPool3d(shown(x, alone), window, strides, pad, dimRoundingMode),
	reference: ({ x }, attrs) =>
		pooled(x as Array64, 3, attrs as never, "max").result,
	batched: ["x"],
	edges: [
		{
			what: "no volumes",
			inputs: { x: zeros([0, 4, 4, 4, 2]) },
			attrs: attrs3d,
			gradients: { x: [] },
		},
		{
			what: "negative numbers, a tie and a NaN",
			inputs: x(
				[1, 2, 2, 4, 1],
				[-4, -1, -8, nan, -3, -1, -7, -6, -1, -2, -5, -4, -5, -6, nan, 9],
			),
			attrs: attrs3d,
			gradients: { x: [0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
		},
		{
			what: "strides that leave more than the window out",
			inputs: {
				x: build(
					[1, 5, 5, 5, 1],
					([, d, h, w]) => -(d ?? 0) - (h ?? 0) - (w ?? 0),
				),
			},
			attrs: { window: 1, strides: 3, pad: "same" },
		},
	],
	refused: refused3d,
};

const avgPool3d: OpCheck = {
	name: "avgPool3d",
	draw: (draw) => drawPooling(draw, { spatial: 3, distinct: false }),
	compute: ({ x }, { window, strides, pad, dimRoundingMode, alone }) =>
		tf.avgPool3d(shown(x, alone), window, strides, pad, dimRoundingMode),
	reference: ({ x }, attrs) =>
		pooled(x as Array64, 3, attrs as never, "avg").result,
	batched: ["x"],
	edges: [
		{
			what: "no volumes",
			inputs: { x: zeros([0, 4, 4, 4, 2]) },
			attrs: attrs3d,
			gradients: { x: [] },
		},
		{
			what: "padding does not count",
			inputs: x([1, 1, 2, 3, 1], [-1, 2, -3, 4, -5, 6]),
			attrs: { ...attrs3d, pad: "same" },
			gradients: { x: [0.25, 0.25, 0.5, 0.25, 0.25, 0.5] },
		},
	],
	refused: refused3d,
};

/** Poolings of images and volumes. */
export const pooling: Family = {
	name: "pooling",
	ops: [maxPool, avgPool, pool, maxPoolWithArgmax, maxPool3d, avgPool3d],
	recorded: "pooling",
};
