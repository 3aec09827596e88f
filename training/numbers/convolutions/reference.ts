import { type Array64, sizeOf } from "../array.ts";
import { type Axis, axesOf } from "./windows.ts";

type Attributes = Parameters<typeof axesOf>[2];

const ONE: Axis = {
	size: 1,
	window: 1,
	stride: 1,
	dilation: 1,
	before: 0,
	out: 1,
};

/** Three axes, whatever there are: the first ones have a size of 1. */
const three = (axes: readonly Axis[]): [Axis, Axis, Axis] =>
	[ONE, ONE, ...axes].slice(-3) as [Axis, Axis, Axis];

/** Calls `visit` for each window and each cell of it that lies inside, with the places of the window, the cell and the tap. */
function visit(
	[a, b, c]: [Axis, Axis, Axis],
	visitor: (window: number, cell: number, tap: number) => void,
): void {
	let window = 0;
	for (let i = 0; i < a.out; i++)
		for (let j = 0; j < b.out; j++)
			for (let k = 0; k < c.out; k++, window++) {
				let tap = 0;
				for (let p = 0; p < a.window; p++) {
					const x = i * a.stride + p * a.dilation - a.before;
					for (let q = 0; q < b.window; q++) {
						const y = j * b.stride + q * b.dilation - b.before;
						for (let r = 0; r < c.window; r++, tap++) {
							const z = k * c.stride + r * c.dilation - c.before;
							if (x < 0 || y < 0 || z < 0) continue;
							if (x >= a.size || y >= b.size || z >= c.size) continue;
							visitor(window, (x * b.size + y) * c.size + z, tap);
						}
					}
				}
			}
}

/** `[batch, ...sizes, channels]`, whatever the data format, and without a batch too. */
export interface Layout {
	readonly batch: number;
	readonly sizes: readonly number[];
	readonly channels: number;
	/** Where a value is. */
	at(n: number, cell: number, channel: number): number;
	/** A shape of the same layout. */
	shape(sizes: readonly number[], channels: number): number[];
}

/** @param axes along which windows move */
export function layoutOf(
	shape: readonly number[],
	axes: number,
	isFirst = false,
): Layout {
	const whole = shape.length === axes + 1 ? [1, ...shape] : [...shape];
	const batch = whole[0] as number;
	const channels = whole[isFirst ? 1 : axes + 1] as number;
	const sizes = isFirst ? whole.slice(2) : whole.slice(1, -1);
	const cells = sizeOf(sizes);
	const named = shape.length === axes + 1 ? [] : [batch];
	return {
		batch,
		sizes,
		channels,
		at: (n, cell, channel) =>
			isFirst
				? (n * channels + channel) * cells + cell
				: (n * cells + cell) * channels + channel,
		shape: (out, depth) =>
			isFirst ? [...named, depth, ...out] : [...named, ...out, depth],
	};
}

/** The convolution, by its definition. @param filter `[...windows, channels, outChannels]` */
export function convolution(
	x: Array64,
	filter: Array64,
	attrs: Attributes,
): Array64 {
	const axes = filter.shape.length - 2;
	const isFirst = attrs.dataFormat === "NCHW";
	const from = layoutOf(x.shape, axes, isFirst);
	const moves = axesOf(from.sizes, filter.shape.slice(0, axes), attrs);
	const outChannels = filter.shape[axes + 1] as number;
	const shape = from.shape(
		moves.map(({ out }) => out),
		outChannels,
	);
	const to = layoutOf(shape, axes, isFirst);
	const values = new Float64Array(sizeOf(shape));
	visit(three(moves), (window, cell, tap) => {
		for (let n = 0; n < from.batch; n++)
			for (let c = 0; c < from.channels; c++) {
				const value = x.values[from.at(n, cell, c)] as number;
				const weights = (tap * from.channels + c) * outChannels;
				for (let o = 0; o < outChannels; o++) {
					const at = to.at(n, window, o);
					values[at] =
						(values[at] as number) +
						value * (filter.values[weights + o] as number);
				}
			}
	});
	return { shape, values };
}

/** The transposed convolution: each value is spread over what its window saw. @param filter `[...windows, outChannels, channels]` */
export function transposedConvolution(
	x: Array64,
	filter: Array64,
	outputShape: readonly number[],
	attrs: Attributes,
): Array64 {
	const axes = filter.shape.length - 2;
	const from = layoutOf(x.shape, axes);
	const to = layoutOf(outputShape, axes);
	const moves = axesOf(to.sizes, filter.shape.slice(0, axes), attrs);
	const values = new Float64Array(sizeOf(outputShape));
	visit(three(moves), (window, cell, tap) => {
		for (let n = 0; n < from.batch; n++)
			for (let c = 0; c < from.channels; c++) {
				const value = x.values[from.at(n, window, c)] as number;
				for (let o = 0; o < to.channels; o++) {
					const at = to.at(n, cell, o);
					const weight = (tap * to.channels + o) * from.channels + c;
					values[at] =
						(values[at] as number) + value * (filter.values[weight] as number);
				}
			}
	});
	return { shape: outputShape, values };
}

/** Channel by channel. @param filter `[...windows, channels, multiplier]` */
export function depthwiseConvolution(
	x: Array64,
	filter: Array64,
	attrs: Attributes,
): Array64 {
	const isFirst = attrs.dataFormat === "NCHW";
	const from = layoutOf(x.shape, 2, isFirst);
	const moves = axesOf(from.sizes, filter.shape.slice(0, 2), attrs);
	const multiplier = filter.shape[3] as number;
	const shape = from.shape(
		moves.map(({ out }) => out),
		from.channels * multiplier,
	);
	const to = layoutOf(shape, 2, isFirst);
	const values = new Float64Array(sizeOf(shape));
	visit(three(moves), (window, cell, tap) => {
		for (let n = 0; n < from.batch; n++)
			for (let c = 0; c < from.channels; c++)
				for (let m = 0; m < multiplier; m++) {
					const out = c * multiplier + m;
					const at = to.at(n, window, out);
					const weight = tap * from.channels * multiplier + out;
					values[at] =
						(values[at] as number) +
						(x.values[from.at(n, cell, c)] as number) *
							(filter.values[weight] as number);
				}
	});
	return { shape, values };
}

/** The largest of image plus filter over each window. @param filter `[height, width, channels]` */
export function dilation(
	x: Array64,
	filter: Array64,
	attrs: Attributes,
): Array64 {
	const from = layoutOf(x.shape, 2);
	const moves = axesOf(from.sizes, filter.shape.slice(0, 2), attrs);
	const shape = from.shape(
		moves.map(({ out }) => out),
		from.channels,
	);
	const to = layoutOf(shape, 2);
	const isInt = x.dtype === "int32";
	const values = new Float64Array(sizeOf(shape)).fill(
		isInt ? -(2 ** 31) : Number.NEGATIVE_INFINITY,
	);
	visit(three(moves), (window, cell, tap) => {
		for (let n = 0; n < from.batch; n++)
			for (let c = 0; c < from.channels; c++) {
				const at = to.at(n, window, c);
				const sum =
					(x.values[from.at(n, cell, c)] as number) +
					(filter.values[tap * from.channels + c] as number);
				values[at] = Math.max(values[at] as number, sum);
			}
	});
	return { shape, values, dtype: isInt ? "int32" : "float32" };
}
