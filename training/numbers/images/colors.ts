import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import type { OpCheck } from "../op-check.ts";

/** How bright red, green and blue are: CCIR 601. */
const LUMA = [0.2989, 0.587, 0.114] as const;

const gray = (image: Array64, place: readonly number[]): number =>
	LUMA.reduce(
		(sum, share, c) => sum + share * valueAt(image, [...place.slice(0, -1), c]),
		0,
	);

/** The same of whole numbers, rounded down, without a rounding before. */
const wholeGray = (image: Array64, place: readonly number[]): number =>
	Math.floor(
		[2989, 5870, 1140].reduce(
			(sum, share, c) =>
				sum + share * valueAt(image, [...place.slice(0, -1), c]),
			0,
		) / 10000,
	);

const rgbToGrayscale: OpCheck = {
	name: "image.rgbToGrayscale",
	dtypes: ["float32", "int32"],
	draw: (draw, dtype) => ({
		inputs: {
			image: draw.values([...draw.shape(draw.int(1, 5), 2), 3], {
				dtype,
				...(dtype === "int32" ? { from: 0, to: 255 } : {}),
			}),
		},
		attrs: {},
	}),
	compute: ({ image }) => tf.image.rgbToGrayscale(image),
	reference: ({ image }) => {
		const given = image as Array64;
		return build(
			[...given.shape.slice(0, -1), 1],
			(place) =>
				given.dtype === "int32" ? wholeGray(given, place) : gray(given, place),
			given.dtype,
		);
	},
	edges: [
		{
			what: "no pixels",
			inputs: { image: array([0, 2, 3], []) },
			attrs: {},
			gradients: { image: [] },
		},
		{
			what: "of rank 7",
			inputs: {
				image: build(
					[2, 1, 2, 1, 2, 1, 3],
					([a = 0, , b = 0, , c = 0]) => a - b + c / 4,
				),
			},
			attrs: {},
		},
		{
			what: "black and white",
			inputs: { image: array([2, 3], [0, 0, 0, 1, 1, 1]) },
			attrs: {},
			gradients: { image: [...LUMA, ...LUMA] },
		},
	],
	refused: [
		{
			what: "two channels",
			inputs: { image: array([1, 2], [1, 2]) },
			attrs: {},
			says: /3/,
		},
		{
			what: "a list",
			inputs: { image: array([3], [1, 2, 3]) },
			attrs: {},
			says: /rank/,
		},
	],
};

const grayscaleToRGB: OpCheck = {
	name: "image.grayscaleToRGB",
	dtypes: ["float32", "int32", "bool"],
	draw: (draw, dtype) => ({
		inputs: {
			image: draw.values([...draw.shape(draw.int(1, 4), 3), 1], { dtype }),
		},
		attrs: {},
	}),
	compute: ({ image }) => tf.image.grayscaleToRGB(image),
	reference: ({ image }) => {
		const { shape, dtype } = image as Array64;
		return build(
			[...shape.slice(0, -1), 3],
			(place) => valueAt(image as Array64, [...place.slice(0, -1), 0]),
			dtype,
		);
	},
	edges: [
		{
			what: "no pixels",
			inputs: { image: array([0, 2, 1], []) },
			attrs: {},
			gradients: { image: [] },
		},
	],
	refused: [
		{
			what: "three channels",
			inputs: { image: array([1, 3], [1, 2, 3]) },
			attrs: {},
			says: /1/,
		},
		{
			what: "a list",
			inputs: { image: array([1], [1]) },
			attrs: {},
			says: /rank/,
		},
	],
};

/** The level that parts the two classes best: of Otsu, the one of the largest variance between them. */
function otsu(levels: readonly number[]): number {
	const histogram = new Array<number>(256).fill(0);
	for (const level of levels)
		histogram[level] = (histogram[level] as number) + 1;
	let [best, largest] = [-1, 0];
	for (let level = 0; level < 255; level++) {
		const part = (from: number, to: number) => {
			let [count, sum] = [0, 0];
			for (let k = from; k < to; k++) {
				count += histogram[k] as number;
				sum += k * (histogram[k] as number);
			}
			return { count, mean: sum / count };
		};
		const [dark, bright] = [part(0, level + 1), part(level + 1, 256)];
		const variance =
			(dark.count / levels.length) *
			(bright.count / levels.length) *
			(dark.mean - bright.mean) ** 2;
		if (variance > largest) [best, largest] = [level, variance];
	}
	return best;
}

interface Cut {
	readonly method: "binary" | "otsu";
	readonly inverted: boolean;
	readonly value: number;
}

const threshold: OpCheck = {
	name: "image.threshold",
	dtypes: ["float32", "int32"],
	draw(draw, dtype) {
		const shape = [draw.int(1, 6), draw.int(1, 6), draw.pick([1, 3])];
		const { values } = draw.values(shape, { from: 0, to: 255, dtype: "int32" });
		return {
			// Levels stay whole: whether a fraction belongs to the next is left open.
			inputs: { image: array(shape, values, dtype) },
			attrs: {
				method: draw.pick(["binary", "otsu"]),
				inverted: draw.chance(),
				value: draw.pick([0.5, 0.25, Math.fround(draw.number(0, 1))]),
			},
		};
	},
	compute: ({ image }, { method, inverted, value }) =>
		tf.image.threshold(image, method, inverted, value),
	reference: ({ image }, attrs) => {
		const { method, inverted, value } = attrs as Cut;
		const given = image as Array64;
		const [height, width, channels] = given.shape;
		const shape = [height as number, width as number, 1];
		const level = (place: readonly number[]) =>
			channels === 3 ? gray(given, place) : valueAt(given, place);
		const levels = Array.from(build(shape, level).values, Math.round);
		const limit = method === "otsu" ? otsu(levels) : value * 255;
		return build(
			shape,
			(place) => (level(place) > limit !== inverted ? 255 : 0),
			"int32",
		);
	},
	gradients: [],
	edges: [
		{
			what: "one level alone",
			inputs: { image: array([1, 3, 1], [9, 9, 9]) },
			attrs: { method: "otsu", inverted: false, value: 0.5 },
		},
		{
			what: "exactly the threshold",
			inputs: { image: array([1, 3, 1], [50, 51, 52], "int32") },
			attrs: { method: "binary", inverted: false, value: 0.2 },
		},
		{
			what: "no pixels",
			inputs: { image: array([0, 3, 1], []) },
			attrs: { method: "binary", inverted: true, value: 0.5 },
		},
	],
	refused: [
		{
			what: "a level below 0, for Otsu",
			inputs: { image: array([1, 2, 1], [-1, 5]) },
			attrs: { method: "otsu", inverted: false, value: 0.5 },
			says: /255/,
		},
		{
			what: "a level above 255, for Otsu",
			inputs: { image: array([1, 2, 1], [256, 5], "int32") },
			attrs: { method: "otsu", inverted: false, value: 0.5 },
			says: /255/,
		},
		{
			what: "an unknown method",
			inputs: { image: array([1, 2, 1], [1, 5]) },
			attrs: { method: "mean", inverted: false, value: 0.5 },
			says: /binary.*otsu/,
		},
		{
			what: "two channels",
			inputs: { image: array([1, 1, 2], [1, 5]) },
			attrs: { method: "binary", inverted: false, value: 0.5 },
			says: /1 or 3/,
		},
		{
			what: "a batch",
			inputs: { image: array([1, 1, 2, 1], [1, 5]) },
			attrs: { method: "binary", inverted: false, value: 0.5 },
			says: /rank/,
		},
	],
};

export const colors: readonly OpCheck[] = [
	rgbToGrayscale,
	grayscaleToRGB,
	threshold,
];
