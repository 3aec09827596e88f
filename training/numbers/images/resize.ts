import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { Edge, OpCheck, Refusal } from "../op-check.ts";

/** How places of the result are places of the image. */
interface Alignment {
	readonly alignCorners?: boolean;
	readonly halfPixelCenters?: boolean;
}

/** A fraction, so that what lies on a border between two cells is not left to rounding. */
interface Fraction {
	readonly over: number;
	readonly under: number;
}

/** Where a cell of the result lies in the image, in cells from the middle of its first one. */
function placeOf(
	cell: number,
	size: number,
	out: number,
	{ alignCorners, halfPixelCenters }: Alignment,
): Fraction {
	if (alignCorners && out > 1)
		return { over: cell * (size - 1), under: out - 1 };
	return halfPixelCenters
		? { over: (2 * cell + 1) * size - out, under: 2 * out }
		: { over: cell * size, under: out };
}

/** The nearest cell; without centers, the one that the place lies in. */
function nearest(
	cell: number,
	size: number,
	out: number,
	alignment: Alignment,
): number {
	const { over, under } = placeOf(cell, size, out, alignment);
	const rounds = alignment.alignCorners || alignment.halfPixelCenters;
	const found = rounds
		? Math.floor((2 * over + under) / (2 * under))
		: Math.floor(over / under);
	return Math.min(size - 1, Math.max(0, found));
}

/** The cells around the place, and how near the second is. */
function between(
	cell: number,
	size: number,
	out: number,
	alignment: Alignment,
): { from: number; to: number; share: number } {
	const { over, under } = placeOf(cell, size, out, alignment);
	const from = Math.floor(over / under);
	return {
		from: Math.max(0, from),
		to: Math.min(size - 1, Math.ceil(over / under)),
		share: over / under - from,
	};
}

const whole = (place: readonly number[], y: number, x: number) => [
	...place.slice(0, -3),
	y,
	x,
	place.at(-1) as number,
];

interface Resizing extends Alignment {
	readonly size: readonly [number, number];
	readonly alone?: boolean;
}

/** Of `[batch, height, width, channels]`, or of the only image without a batch. */
function resized(
	given: Array64,
	{ size, alone, ...alignment }: Resizing,
	method: "bilinear" | "nearest",
): Array64 {
	const images = alone ? { ...given, shape: given.shape.slice(1) } : given;
	const [height, width, channels] = images.shape.slice(-3) as [
		number,
		number,
		number,
	];
	const [outHeight, outWidth] = size;
	const mixed = (a: number, b: number, share: number) =>
		share === 0 ? a : (1 - share) * a + share * b;
	return build(
		[...images.shape.slice(0, -3), outHeight, outWidth, channels],
		(place) => {
			const [i, j] = place.slice(-3) as [number, number];
			if (method === "nearest")
				return valueAt(
					images,
					whole(
						place,
						nearest(i, height, outHeight, alignment),
						nearest(j, width, outWidth, alignment),
					),
				);
			const rows = between(i, height, outHeight, alignment);
			const columns = between(j, width, outWidth, alignment);
			const row = (y: number) =>
				mixed(
					valueAt(images, whole(place, y, columns.from)),
					valueAt(images, whole(place, y, columns.to)),
					columns.share,
				);
			return mixed(row(rows.from), row(rows.to), rows.share);
		},
		method === "nearest" ? images.dtype : "float32",
	);
}

const drawResizing = (draw: Draw, dtype: "float32" | "int32" | "bool") => {
	const alone = draw.chance(0.3);
	const [height, width] = [draw.int(1, 5), draw.int(1, 5)];
	const other = (size: number) =>
		draw.pick([1, size, Math.min(9, size * 2), draw.int(1, 9), draw.int(1, 9)]);
	return {
		inputs: {
			images: draw.values(
				[alone ? 1 : draw.int(1, 2), height, width, draw.pick([1, 2, 3, 4, 5])],
				{ dtype },
			),
		},
		attrs: {
			size: [other(height), other(width)],
			...draw.pick<Alignment>([
				{},
				{ alignCorners: true },
				{ halfPixelCenters: true },
			]),
			...(alone ? { alone } : {}),
		},
	};
};

const row = (...values: number[]) => ({
	images: array([1, 1, values.length, 1], values),
});
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const edges: readonly Edge[] = [
	{
		what: "no images",
		inputs: { images: array([0, 2, 2, 1], []) },
		attrs: { size: [3, 3] },
		gradients: { images: [] },
	},
	{
		what: "no channels",
		inputs: { images: array([2, 2, 2, 0], []) },
		attrs: { size: [3, 3] },
		gradients: { images: [] },
	},
	{
		what: "the same size, with what is no number",
		inputs: row(1, nan, infinity, -infinity),
		attrs: { size: [1, 4] },
		gradients: { images: [1, 1, 1, 1] },
	},
	{
		what: "infinities between others",
		inputs: row(1, infinity, 2, -infinity),
		attrs: { size: [2, 7], alignCorners: true },
	},
];

const images = { images: array([1, 2, 2, 1], [1, 2, 3, 4]) };

const refused: readonly Refusal[] = [
	{ what: "no size", inputs: images, attrs: { size: [0, 2] }, says: /size/ },
	{
		what: "half a size",
		inputs: images,
		attrs: { size: [2.5, 2] },
		says: /size/,
	},
	{
		what: "a negative size",
		inputs: images,
		attrs: { size: [2, -2] },
		says: /size/,
	},
	{
		what: "one number as size",
		inputs: images,
		attrs: { size: [2] },
		says: /size/,
	},
	{
		what: "an image of nothing",
		inputs: { images: array([1, 0, 2, 1], []) },
		attrs: { size: [2, 2] },
		says: /no (?:rows|pixels)/,
	},
	{
		what: "corners and centers at once",
		inputs: images,
		attrs: { size: [2, 2], alignCorners: true, halfPixelCenters: true },
		says: /alignCorners.*halfPixelCenters/,
	},
	{
		what: "a matrix",
		inputs: { images: array([2, 2], [1, 2, 3, 4]) },
		attrs: { size: [2, 2] },
		says: /rank/,
	},
];

// biome-ignore lint/suspicious/noExplicitAny: of either rank.
const shown = (x: any, alone: boolean | undefined) =>
	alone ? tf.squeeze(x, [0]) : x;

const resizeBilinear: OpCheck = {
	name: "image.resizeBilinear",
	dtypes: ["float32", "int32", "bool"],
	draw: drawResizing,
	compute: (
		{ images },
		{ size, alignCorners = false, halfPixelCenters = false, alone },
	) =>
		tf.image.resizeBilinear(
			shown(images, alone),
			size,
			alignCorners,
			halfPixelCenters,
		),
	reference: ({ images }, attrs) =>
		resized(images as Array64, attrs as never, "bilinear"),
	batched: ["images"],
	edges,
	refused,
};

const resizeNearestNeighbor: OpCheck = {
	name: "image.resizeNearestNeighbor",
	dtypes: ["float32", "int32"],
	draw: drawResizing,
	compute: (
		{ images },
		{ size, alignCorners = false, halfPixelCenters = false, alone },
	) =>
		tf.image.resizeNearestNeighbor(
			shown(images, alone),
			size,
			alignCorners,
			halfPixelCenters,
		),
	reference: ({ images }, attrs) =>
		resized(images as Array64, attrs as never, "nearest"),
	batched: ["images"],
	edges: [
		...edges,
		{
			what: "two images, twice as large",
			inputs: { images: array([2, 1, 2, 1], [1, 2, 3, 4]) },
			attrs: { size: [2, 4] },
			gradients: { images: [4, 4, 4, 4] },
		},
		{
			what: "a place that rounding would put into the cell before",
			inputs: {
				images: build([1, 26, 1, 1], ([, i]) => i as number),
			},
			attrs: { size: [22, 1] },
		},
		{
			what: "whole numbers beyond those of 24 bits",
			inputs: { images: array([1, 1, 2, 1], [16777217, -2147483647], "int32") },
			attrs: { size: [1, 3] },
		},
	],
	refused,
};

export const resizing: readonly OpCheck[] = [
	resizeBilinear,
	resizeNearestNeighbor,
];
