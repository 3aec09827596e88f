import { type Array64, build, type NumberType, valueAt } from "../array.ts";
import type { Draw } from "../draw.ts";

/** The shape that all broadcast to. */
export function together(...shapes: readonly (readonly number[])[]): number[] {
	const rank = Math.max(...shapes.map(({ length }) => length));
	return Array.from({ length: rank }, (_, axis) => {
		const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
		return sizes.find((size) => size !== 1) ?? 1;
	});
}

/** The number of a broadcast array at a place of the result. */
export const broadcastAt = (x: Array64, place: readonly number[]): number =>
	valueAt(
		x,
		x.shape.map((size, axis) =>
			size === 1 ? 0 : (place[axis + place.length - x.shape.length] as number),
		),
	);

/** A function of several numbers, of arrays that broadcast. */
export const broadcast = (
	arrays: readonly Array64[],
	of: (...numbers: number[]) => number,
	dtype?: NumberType,
): Array64 =>
	build(
		together(...arrays.map(({ shape }) => shape)),
		(place) => of(...arrays.map((x) => broadcastAt(x, place))),
		dtype,
	);

/** The shape as one of several operands may have it: without its first axes, or with an axis of 1. */
export function narrowed(draw: Draw, shape: readonly number[]): number[] {
	if (draw.chance(0.4)) return [...shape];
	return shape
		.slice(draw.chance() ? draw.int(0, shape.length) : 0)
		.map((size) => (draw.chance(0.3) ? 1 : size));
}
