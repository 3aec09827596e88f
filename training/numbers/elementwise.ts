import * as tf from "../backend/tf.ts";
import { type Array64, build, valueAt } from "./array.ts";
import type { Family } from "./family.ts";
import type { OpCheck } from "./op-check.ts";

/** The shape that both broadcast to. */
function together(a: Array64, b: Array64): number[] {
	const rank = Math.max(a.shape.length, b.shape.length);
	const sizeAt = ({ shape }: Array64, axis: number) =>
		shape[axis - rank + shape.length] ?? 1;
	return Array.from({ length: rank }, (_, axis) => {
		const [one, other] = [sizeAt(a, axis), sizeAt(b, axis)];
		return one === 1 ? other : one;
	});
}

/** The number of a broadcast array at a place of the result. */
const broadcastAt = (x: Array64, place: readonly number[]): number =>
	valueAt(
		x,
		x.shape.map((size, axis) =>
			size === 1 ? 0 : (place[axis + place.length - x.shape.length] as number),
		),
	);

const add: OpCheck = {
	name: "add",
	dtypes: ["float32", "int32"],
	draw(draw, dtype) {
		const shape = draw.shape(draw.int(0, 4));
		const other = shape
			.slice(draw.int(0, shape.length))
			.map((size) => (draw.chance(0.3) ? 1 : size));
		return {
			inputs: {
				a: draw.values(shape, { dtype }),
				b: draw.values(other, { dtype }),
			},
			attrs: {},
		};
	},
	compute: ({ a, b }) => tf.add(a, b),
	reference: ({ a, b }) =>
		build(
			together(a as Array64, b as Array64),
			(place) =>
				broadcastAt(a as Array64, place) + broadcastAt(b as Array64, place),
			a?.dtype,
		),
};

const exp: OpCheck = {
	name: "exp",
	draw: (draw) => ({
		inputs: { x: draw.values(draw.shape(draw.int(0, 3))) },
		attrs: {},
	}),
	compute: ({ x }) => tf.exp(x),
	reference: ({ x }) => ({
		shape: x?.shape ?? [],
		values: Array.from(x?.values ?? [], Math.exp),
	}),
};

/** Operations number by number. */
export const elementwise: Family = {
	name: "elementwise",
	ops: [add, exp],
	recorded: "elementwise",
};
