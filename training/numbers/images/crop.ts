import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	array,
	build,
	type NumberType,
	valueAt,
} from "../array.ts";
import type { Draw } from "../draw.ts";
import type { OpCheck } from "../op-check.ts";

interface Cropping {
	readonly size: readonly [number, number];
	readonly method: "bilinear" | "nearest";
	readonly outside: number;
}

/** Where a cell of a crop lies in the image: evenly from `from` to `to`, or in their middle. */
const placeOf = (
	cell: number,
	count: number,
	from: number,
	to: number,
	size: number,
): number =>
	count > 1
		? ((from * (count - 1 - cell) + to * cell) * (size - 1)) / (count - 1)
		: 0.5 * (from + to) * (size - 1);

function cropped(
	{ image, boxes, boxInd }: Readonly<Record<string, Array64>>,
	{ size, method, outside }: Cropping,
): Array64 {
	const [, height, width, channels] = (image as Array64).shape as [
		number,
		number,
		number,
		number,
	];
	const [count = 0] = (boxes as Array64).shape;
	return build([count, ...size, channels], (place) => {
		const [box, i, j, c] = place as [number, number, number, number];
		const corner = (k: number) => valueAt(boxes as Array64, [box, k]);
		const y = placeOf(i, size[0], corner(0), corner(2), height);
		const x = placeOf(j, size[1], corner(1), corner(3), width);
		if (!(y >= 0 && y <= height - 1 && x >= 0 && x <= width - 1))
			return outside;
		const at = (row: number, column: number) =>
			valueAt(image as Array64, [
				valueAt(boxInd as Array64, [box]),
				row,
				column,
				c,
			]);
		if (method === "nearest") return at(Math.round(y), Math.round(x));
		const [top, left] = [Math.floor(y), Math.floor(x)];
		const mixed = (a: number, b: number, share: number) =>
			share === 0 ? a : (1 - share) * a + share * b;
		const row = (r: number) =>
			mixed(at(r, left), at(r, Math.ceil(x)), x - left);
		return mixed(row(top), row(Math.ceil(y)), y - top);
	});
}

/** Is every place of a side off the kinks: cells, the middle between them, and the borders? */
const isSmooth = (
	from: number,
	to: number,
	count: number,
	size: number,
): boolean =>
	size === 1 ||
	Array.from({ length: count }, (_, cell) =>
		placeOf(cell, count, from, to, size),
	).every((place) => Math.abs(2 * place - Math.round(2 * place)) > 0.02);

function drawCropping(draw: Draw, dtype: NumberType) {
	const [batch, height, width] = [
		draw.int(1, 3),
		draw.int(1, 5),
		draw.int(1, 5),
	];
	const size: [number, number] = [draw.int(1, 4), draw.int(1, 4)];
	const side = (axis: 0 | 1): [number, number] => {
		for (;;) {
			const [from, to] = [draw.number(-0.3, 1.3), draw.number(-0.3, 1.3)].map(
				Math.fround,
			) as [number, number];
			if (isSmooth(from, to, size[axis], axis === 0 ? height : width))
				return [from, to];
		}
	};
	const count = draw.int(1, 4);
	const corners = Array.from({ length: count }, () => {
		const [[y1, y2], [x1, x2]] = [side(0), side(1)];
		return [y1, x1, y2, x2];
	});
	return {
		inputs: {
			image: draw.values([batch, height, width, draw.pick([1, 2, 4, 5])], {
				dtype,
			}),
			boxes: array([count, 4], corners.flat()),
			boxInd: array(
				[count],
				corners.map(() => draw.int(0, batch - 1)),
				"int32",
			),
		},
		attrs: {
			size,
			method: draw.pick(["bilinear", "nearest"]),
			outside: draw.pick([0, -1.5, 7]),
		},
	};
}

const one = (boxes: readonly number[], index = 0) => ({
	image: build([2, 3, 4, 1], ([n = 0, i = 0, j = 0]) => 12 * n + 4 * i + j),
	boxes: array([boxes.length / 4, 4], boxes),
	boxInd: array(
		Array.from({ length: 1 }, () => boxes.length / 4),
		new Array(boxes.length / 4).fill(index),
		"int32",
	),
});
const attrs = { size: [2, 3], method: "bilinear", outside: -9 };

const cropAndResize: OpCheck = {
	name: "image.cropAndResize",
	dtypes: ["float32", "int32", "bool"],
	draw: drawCropping,
	compute: ({ image, boxes, boxInd }, { size, method, outside }) =>
		tf.image.cropAndResize(image, boxes, boxInd, size, method, outside),
	reference: (inputs, attrs) => cropped(inputs, attrs as never),
	gradients: ["image", "boxes"],
	edges: [
		{
			what: "the whole image",
			inputs: one([0, 0, 1, 1], 1),
			attrs,
			gradients: {
				image: [
					0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0.5, 0.5, 1, 0, 0, 0, 0, 1,
					0.5, 0.5, 1,
				],
			},
		},
		{
			what: "the whole image, as large as it is and larger",
			inputs: one([0, 0, 1, 1, 0, 0, 1, 1]),
			attrs: { ...attrs, size: [3, 50] },
		},
		{ what: "flipped", inputs: one([1, 1, 0, 0]), attrs },
		{
			what: "to the nearest, halfway",
			inputs: one([0, 0, 1, 1]),
			attrs: { ...attrs, method: "nearest" },
		},
		{ what: "nothing of it", inputs: one([2, 2, 3, 3]), attrs },
		{
			what: "a box of no size",
			inputs: one([0.5, 0.5, 0.5, 0.5]),
			attrs: { ...attrs, size: [1, 1], method: "nearest" },
		},
		{
			what: "no number as a corner",
			inputs: one([0, Number.NaN, 1, 1]),
			attrs,
		},
		{
			what: "no boxes",
			inputs: one([]),
			attrs,
			gradients: { image: new Array(24).fill(0), boxes: [] },
		},
	],
	refused: [
		{
			what: "an image that is not there",
			inputs: one([0, 0, 1, 1], 2),
			attrs,
			says: /outside of axis 0/,
		},
		{
			what: "crops of no size",
			inputs: one([0, 0, 1, 1]),
			attrs: { ...attrs, size: [0, 2] },
			says: /size/,
		},
		{
			what: "crops of half a size",
			inputs: one([0, 0, 1, 1]),
			attrs: { ...attrs, size: [1.5, 2] },
			says: /size/,
		},
		{
			what: "an unknown method",
			inputs: one([0, 0, 1, 1]),
			attrs: { ...attrs, method: "bicubic" },
			says: /bilinear.*nearest/,
		},
		{
			what: "an image of nothing",
			inputs: { ...one([0, 0, 1, 1]), image: array([1, 0, 2, 1], []) },
			attrs,
			says: /no (?:rows|pixels)/,
		},
	],
};

export const cropping: readonly OpCheck[] = [cropAndResize];
