import { backend_util } from "@tensorflow/tfjs-core";
import { stridesIn } from "../wasm-kernels/strided.ts";

type Pair = readonly [real: number, imag: number];

/** Of a + bi and c + di. */
export type OfTwo = (a: number, b: number, c: number, d: number) => Pair;

export const add: OfTwo = (a, b, c, d) => [a + c, b + d];
export const subtract: OfTwo = (a, b, c, d) => [a - c, b - d];
export const multiply: OfTwo = (a, b, c, d) => [a * c - b * d, a * d + b * c];
export const divide: OfTwo = (a, b, c, d) => {
	// In 64 bits, neither overflows.
	const size = c * c + d * d;
	return [(a * c + b * d) / size, (b * c - a * d) / size];
};

/** Real numbers as complex ones: pairs whose imaginary part is 0. */
export function pairsOfReal(values: ArrayLike<number>): Float32Array {
	const pairs = new Float32Array(2 * values.length);
	for (let at = 0; at < values.length; at++)
		pairs[2 * at] = values[at] as number;
	return pairs;
}

type Both<T> = readonly [T, T];

/** Computes of two complex numbers each, which broadcast: pairs of real and imaginary part. */
export function combine(
	compute: OfTwo,
	shapes: Both<number[]>,
	[left, right]: Both<ArrayLike<number>>,
	to: Float32Array,
): void {
	const shape = backend_util.assertAndGetBroadcastShape(...shapes);
	const steps = shapes.map((own) => stridesIn(own, shape)) as [
		number[],
		number[],
	];
	const place = shape.map(() => 0);
	for (let at = 0; at < to.length / 2; at++) {
		let [one, other] = [0, 0];
		for (const [axis, index] of place.entries()) {
			one += index * (steps[0][axis] as number);
			other += index * (steps[1][axis] as number);
		}
		const [real, imag] = compute(
			left[2 * one] as number,
			left[2 * one + 1] as number,
			right[2 * other] as number,
			right[2 * other + 1] as number,
		);
		to[2 * at] = real;
		to[2 * at + 1] = imag;
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			place[axis] = (place[axis] as number) + 1;
			if ((place[axis] as number) < (shape[axis] as number)) break;
			place[axis] = 0;
		}
	}
}
