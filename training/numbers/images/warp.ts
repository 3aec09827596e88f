import * as tf from "../../backend/tf.ts";
import { type Array64, array, build, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";

type FillMode = "constant" | "reflect" | "wrap" | "nearest";

/** A place beyond the border, as one inside: TensorFlow's rules. */
function inside(place: number, size: number, mode: FillMode): number {
	if (mode === "constant") return place;
	let at = place;
	if (mode !== "nearest" && size <= 1 && (at < 0 || at > size - 1)) at = 0;
	else if (mode === "reflect") {
		const period = 2 * size;
		if (at < 0) {
			at += period * Math.trunc(-at / period);
			at = at < -size ? at + period : -at - 1;
		} else if (at > size - 1) {
			at -= period * Math.trunc(at / period);
			if (at >= size) at = period - at - 1;
		}
	} else if (mode === "wrap") {
		if (at < 0) at += size * (Math.trunc(-at / (size - 1)) + 1);
		else if (at > size - 1) at -= size * Math.trunc(at / (size - 1));
	}
	return Math.min(size - 1, Math.max(0, at));
}

/** Halves away from 0, as `std::round` has it. */
const rounded = (value: number) =>
	Math.sign(value) * Math.floor(Math.abs(value) + 0.5);

interface Warping {
	readonly interpolation: "nearest" | "bilinear";
	readonly fillMode: FillMode;
	readonly fillValue: number;
	readonly size?: readonly [number, number];
}

function transformed(
	{ image, transforms }: Readonly<Record<string, Array64>>,
	{ interpolation, fillMode, fillValue, size }: Warping,
): Array64 {
	const [batch, height, width, channels] = (image as Array64).shape as [
		number,
		number,
		number,
		number,
	];
	const matrices = transforms as Array64;
	return build([batch, ...(size ?? [height, width]), channels], (place) => {
		const [n, i, j, c] = place as [number, number, number, number];
		const a = (k: number) =>
			valueAt(matrices, [matrices.shape[0] === 1 ? 0 : n, k]);
		const by = a(6) * j + a(7) * i + 1;
		if (by === 0) return fillValue;
		const x = inside((a(0) * j + a(1) * i + a(2)) / by, width, fillMode);
		const y = inside((a(3) * j + a(4) * i + a(5)) / by, height, fillMode);
		const at = (row: number, column: number) =>
			row >= 0 && row < height && column >= 0 && column < width
				? valueAt(image as Array64, [n, row, column, c])
				: fillValue;
		if (interpolation === "nearest") return at(rounded(y), rounded(x));
		const [top, left] = [Math.floor(y), Math.floor(x)];
		const mixed = (one: number, other: number, share: number) =>
			share === 0 ? one : (1 - share) * one + share * other;
		const row = (r: number) => mixed(at(r, left), at(r, left + 1), x - left);
		return mixed(row(top), row(top + 1), y - top);
	});
}

const drawTransform = (draw: Draw) => {
	const [batch, height, width] = [
		draw.int(1, 3),
		draw.int(1, 5),
		draw.int(1, 5),
	];
	const matrices = draw.pick([1, batch]);
	const number = (from: number, to: number) =>
		Math.fround(draw.number(from, to));
	return {
		inputs: {
			image: draw.values([batch, height, width, draw.pick([1, 2, 4, 5])]),
			transforms: array(
				[matrices, 8],
				Array.from({ length: matrices }, () => [
					number(-1.5, 1.5),
					number(-1, 1),
					number(-6, 6),
					number(-1, 1),
					number(-1.5, 1.5),
					number(-6, 6),
					draw.pick([0, number(-0.1, 0.1)]),
					draw.pick([0, number(-0.1, 0.1)]),
				]).flat(),
			),
		},
		attrs: {
			interpolation: draw.pick(["nearest", "bilinear"]),
			fillMode: draw.pick(["constant", "reflect", "wrap", "nearest"]),
			fillValue: draw.pick([0, -1.5, 300]),
			...(draw.chance() ? { size: draw.shape(2, 6) } : {}),
		},
	};
};

const image = build([1, 2, 3, 1], ([, i = 0, j = 0]) => 3 * i + j + 1);
const moved = (...matrix: number[]) => ({
	image,
	transforms: array([1, 8], matrix),
});
const attrs = { interpolation: "nearest", fillMode: "constant", fillValue: -9 };

const transform: OpCheck = {
	name: "image.transform",
	draw: drawTransform,
	compute: (
		{ image, transforms },
		{ interpolation, fillMode, fillValue, size },
	) =>
		tf.image.transform(
			image,
			transforms,
			interpolation,
			fillMode,
			fillValue,
			size,
		),
	reference: (inputs, attrs) => transformed(inputs, attrs as never),
	gradients: ["image"],
	batched: ["image"],
	edges: [
		{
			what: "nothing moved",
			inputs: moved(1, 0, 0, 0, 1, 0, 0, 0),
			attrs: { ...attrs, interpolation: "bilinear" },
			gradients: { image: [1, 1, 1, 1, 1, 1] },
		},
		...(["constant", "reflect", "wrap", "nearest"] as const).flatMap(
			(fillMode) =>
				([-4.5, -1, -0.5, 0.5, 2.5, 3, 7.5] as const).map((by) => ({
					what: `${fillMode}, moved by ${by}`,
					inputs: moved(1, 0, by, 0, 1, -by, 0, 0),
					attrs: { ...attrs, fillMode },
				})),
		),
		{
			what: "infinitely far",
			inputs: moved(1, 0, 0, 0, 1, 0, -1, 0),
			attrs,
		},
		{
			what: "no numbers as a matrix",
			inputs: moved(Number.NaN, 0, 0, 0, 1, 0, 0, 0),
			attrs,
		},
		{
			what: "no images",
			inputs: {
				image: array([0, 2, 3, 1], []),
				transforms: array([1, 8], [1, 0, 0, 0, 1, 0, 0, 0]),
			},
			attrs,
			gradients: { image: [] },
		},
	],
	refused: [
		{
			what: "an unknown interpolation",
			inputs: moved(1, 0, 0, 0, 1, 0, 0, 0),
			attrs: { ...attrs, interpolation: "cubic" },
			says: /nearest.*bilinear/,
		},
		{
			what: "an unknown fill mode",
			inputs: moved(1, 0, 0, 0, 1, 0, 0, 0),
			attrs: { ...attrs, fillMode: "mirror" },
			says: /constant.*reflect.*wrap.*nearest/,
		},
		{
			what: "no output size",
			inputs: moved(1, 0, 0, 0, 1, 0, 0, 0),
			attrs: { ...attrs, size: [0, 2] },
			says: /size/,
		},
		{
			what: "a matrix of nine",
			inputs: { image, transforms: array([1, 9], new Array(9).fill(0)) },
			attrs,
			says: /8/,
		},
	],
};

interface Turning {
	readonly radians: number;
	readonly fillValue: number | readonly number[];
	readonly center: number | readonly number[];
}

/** tfjs turns about `center` of width and height, and takes the nearest cell. */
function turned(
	image: Array64,
	{ radians, fillValue, center }: Turning,
): Array64 {
	const [, height, width] = image.shape as [number, number, number];
	const [cx, cy] = (typeof center === "number" ? [center, center] : center) as [
		number,
		number,
	];
	const [midX, midY] = [width * cx, height * cy];
	const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
	return build(image.shape, (place) => {
		const [n, i, j, c] = place as [number, number, number, number];
		const x = Math.round((j - midX) * cos - (i - midY) * sin + midX);
		const y = Math.round((j - midX) * sin + (i - midY) * cos + midY);
		if (x >= 0 && x < width && y >= 0 && y < height)
			return valueAt(image, [n, y, x, c]);
		if (typeof fillValue === "number") return fillValue;
		return c === 3 ? 255 : (fillValue[c] as number);
	});
}

const rotateWithOffset: OpCheck = {
	name: "image.rotateWithOffset",
	draw(draw) {
		const channels = draw.pick([1, 3, 4]);
		return {
			inputs: {
				image: draw.values([
					draw.int(1, 3),
					draw.int(1, 6),
					draw.int(1, 6),
					channels,
				]),
			},
			attrs: {
				radians: draw.pick([
					draw.number(-7, 7),
					0,
					Math.PI / 2,
					Math.PI,
					-Math.PI / 2,
				]),
				fillValue: draw.pick([0, 7, -1.5, [1, 2.5, 3]]),
				center: draw.pick<number | number[]>([
					0.5,
					draw.number(0, 1),
					[0.25, 0.75],
				]),
			},
		};
	},
	compute: ({ image }, { radians, fillValue, center }) =>
		tf.image.rotateWithOffset(image, radians, fillValue, center),
	reference: ({ image }, attrs) => turned(image as Array64, attrs as never),
	batched: ["image"],
	edges: [
		{
			what: "nothing turned",
			inputs: { image },
			attrs: { radians: 0, fillValue: 0, center: 0.5 },
			gradients: { image: [1, 1, 1, 1, 1, 1] },
		},
		{
			what: "two channels and a fraction to fill",
			inputs: {
				image: build([1, 3, 3, 2], ([, i = 0, j = 0, c = 0]) => i - j + c),
			},
			attrs: { radians: 1, fillValue: 0.5, center: 0.5 },
		},
		{
			what: "nine channels",
			inputs: {
				image: build([1, 3, 2, 9], ([, i = 0, j = 0, c = 0]) => i - j + c),
			},
			attrs: { radians: 2, fillValue: 3, center: [0, 1] },
		},
		{
			what: "no images",
			inputs: { image: array([0, 2, 3, 1], []) },
			attrs: { radians: 1, fillValue: 0, center: 0.5 },
			gradients: { image: [] },
		},
	],
	refused: [
		{
			what: "a colour of too few numbers",
			inputs: { image: build([1, 3, 2, 3], () => 1) },
			attrs: { radians: 2, fillValue: [1, 2], center: 0.5 },
			says: /fillValue/,
		},
		{
			what: "no number as an angle",
			inputs: { image },
			attrs: { radians: Number.NaN, fillValue: 0, center: 0.5 },
			says: /radians/,
		},
	],
};

const flipLeftRight: OpCheck = {
	name: "image.flipLeftRight",
	draw: (draw) => ({
		inputs: { image: draw.values(draw.shape(4, 5)) },
		attrs: {},
	}),
	compute: ({ image }) => tf.image.flipLeftRight(image),
	reference: ({ image }) =>
		build((image as Array64).shape, ([n, i, j, c]) =>
			valueAt(image as Array64, [
				n as number,
				i as number,
				((image as Array64).shape[2] as number) - 1 - (j as number),
				c as number,
			]),
		),
	batched: ["image"],
	edges: [
		{
			what: "no columns",
			inputs: { image: array([2, 3, 0, 1], []) },
			attrs: {},
			gradients: { image: [] },
		},
		{
			what: "what is no number",
			inputs: {
				image: array([1, 1, 3, 1], [Number.NaN, 2, Number.NEGATIVE_INFINITY]),
			},
			attrs: {},
			gradients: { image: [1, 1, 1] },
		},
	],
	refused: [
		{
			what: "one image without a batch",
			inputs: { image: array([2, 3, 1], new Array(6).fill(0)) },
			attrs: {},
			says: /rank/,
		},
	],
};

export const warping: readonly OpCheck[] = [
	transform,
	rotateWithOffset,
	flipLeftRight,
];
