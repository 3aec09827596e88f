import type { Array64, NumberType } from "./array.ts";
import { stridesOf } from "./array.ts";
import type { Draw } from "./draw.ts";

/** Sizes of axes that keep the number of values small at every rank; now and then an axis of nothing. */
export function smallShape(draw: Draw, rank: number, empty = 0.06): number[] {
	const most = [1, 6, 4, 3, 3, 2, 2][rank] ?? 2;
	const shape = draw.shape(rank, most);
	if (rank > 0 && draw.chance(empty)) shape[draw.int(0, rank - 1)] = 0;
	return shape;
}

/** An axis, at times counted from the end. */
export function anyAxis(draw: Draw, rank: number): number {
	const axis = draw.int(0, rank - 1);
	return draw.chance(0.3) ? axis - rank : axis;
}

/** Axes to reduce, in every form that users write: left out, null, a number, a list, an empty list. */
export function anyAxes(
	draw: Draw,
	rank: number,
): { axis?: number | number[] | null } {
	const form = draw.int(0, 5);
	if (form === 0 || rank === 0) return {};
	if (form === 1) return { axis: null };
	if (form === 2) return { axis: anyAxis(draw, rank) };
	return { axis: draw.shuffled(draw.axes(rank)) };
}

/** The axes that a form of them stands for, in order. */
export function axesOf(
	axis: number | readonly number[] | null | undefined,
	rank: number,
): number[] {
	const all = Array.from({ length: rank }, (_, at) => at);
	if (axis === null || axis === undefined) return all;
	return [axis]
		.flat()
		.map((at) => (at < 0 ? at + rank : at))
		.sort((a, b) => a - b);
}

/** The values along some axes at each place of the others, and where the place is among those of the result. */
export function grouped(
	{ shape, values }: Array64,
	axes: readonly number[],
): { kept: number[]; groups: number[][]; places: number[][] } {
	const kept = shape.filter((_, axis) => !axes.includes(axis));
	const size = kept.reduce((a, b) => a * b, 1);
	const groups: number[][] = Array.from({ length: size }, () => []);
	const places: number[][] = Array.from({ length: size }, () => []);
	const strides = stridesOf(shape);
	const out = stridesOf(kept);
	for (let index = 0; index < values.length; index++) {
		let [rest, at, axisOut] = [index, 0, 0];
		for (let axis = 0; axis < shape.length; axis++) {
			const place = Math.floor(rest / (strides[axis] as number));
			rest %= strides[axis] as number;
			if (!axes.includes(axis)) at += place * (out[axisOut++] as number);
		}
		(groups[at] as number[]).push(values[index] as number);
		(places[at] as number[]).push(index);
	}
	return { kept, groups, places };
}

/** One number for each group of values along axes. */
export function reduced(
	x: Array64,
	attrs: { axis?: number | number[] | null; keepDims?: boolean },
	of: (values: readonly number[]) => number,
	dtype: NumberType = "float32",
): Array64 {
	const axes = axesOf(attrs.axis, x.shape.length);
	const { kept, groups } = grouped(x, axes);
	const shape = attrs.keepDims
		? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
		: kept;
	return { shape, values: groups.map(of), dtype };
}

/** Each line of values along an axis, replaced. */
export function byLine(
	x: Array64,
	axis: number,
	of: (values: readonly number[]) => readonly number[],
): Array64 {
	const { groups, places } = grouped(x, axesOf(axis, x.shape.length));
	const values = new Float64Array(x.values.length);
	for (const [line, group] of groups.entries())
		for (const [at, value] of of(group).entries())
			values[places[line]?.[at] as number] = value;
	return { ...x, values };
}
