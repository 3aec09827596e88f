import type * as tf from "../backend/tf.ts";

/** Types of numbers that a check draws. */
export type NumberType = "float32" | "int32" | "bool";

/** A tensor of the oracle: its numbers in float64, whatever type tfjs is to give them. */
export interface Array64 {
	readonly shape: readonly number[];
	readonly values: ArrayLike<number>;
	/** The type of the tensor that it stands for; 32-bit floats where none is named. */
	readonly dtype?: NumberType;
}

/** Inputs of an operation by name, and the rest of its arguments. */
export interface Example {
	readonly inputs: Readonly<Record<string, Array64>>;
	/** As JSON has them, so that they can be recorded. */
	readonly attrs: Attributes;
}

// biome-ignore lint/suspicious/noExplicitAny: each operation knows its own.
export type Attributes = Readonly<Record<string, any>>;

/** How many numbers a tensor of this shape holds. */
export const sizeOf = (shape: readonly number[]): number =>
	shape.reduce((product, size) => product * size, 1);

/** An array of the oracle. */
export const array = (
	shape: readonly number[],
	values: ArrayLike<number>,
	dtype: NumberType = "float32",
): Array64 => ({ shape, values, dtype });

/** How far apart neighbours of each axis are, in numbers. */
export function stridesOf(shape: readonly number[]): number[] {
	const strides = new Array<number>(shape.length);
	let stride = 1;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		strides[axis] = stride;
		stride *= shape[axis] as number;
	}
	return strides;
}

/** Fills an array, number by number, from the place of each. */
export function build(
	shape: readonly number[],
	at: (place: readonly number[]) => number,
	dtype: NumberType = "float32",
): Array64 {
	const values = new Float64Array(sizeOf(shape));
	const place = shape.map(() => 0);
	for (let index = 0; index < values.length; index++) {
		values[index] = at(place);
		for (let axis = shape.length - 1; axis >= 0; axis--) {
			place[axis] = (place[axis] as number) + 1;
			if ((place[axis] as number) < (shape[axis] as number)) break;
			place[axis] = 0;
		}
	}
	return { shape, values, dtype };
}

/** The number at a place; 0 outside, as padding has it. */
export function valueAt(
	{ shape, values }: Array64,
	place: readonly number[],
): number {
	let index = 0;
	for (const [axis, size] of shape.entries()) {
		const at = place[axis] as number;
		if (at < 0 || at >= size) return 0;
		index = index * size + at;
	}
	return values[index] as number;
}

/** The bits of NaN that x86 computes, e.g. of 0 / 0: its sign bit is set, and that of JavaScript's NaN is not. */
const COMPUTED_NAN = 0xffc0_0000;

/** In 32 bits. Every other NaN, from the first on, is one that was computed: kernels that look at the sign take it for a negative number. */
export function floatsOf(values: ArrayLike<number>): Float32Array {
	const floats = Float32Array.from(values);
	const bits = new Uint32Array(floats.buffer);
	let isComputed = false;
	for (let at = 0; at < floats.length; at++) {
		if (!Number.isNaN(floats[at])) continue;
		isComputed = !isComputed;
		if (isComputed) bits[at] = COMPUTED_NAN;
	}
	return floats;
}

/** The tensor that an array stands for. */
export function tensorOf(
	library: typeof tf,
	{ shape, values, dtype = "float32" }: Array64,
): tf.Tensor {
	const typed =
		dtype === "float32"
			? floatsOf(values)
			: dtype === "int32"
				? Int32Array.from(values)
				: Uint8Array.from(values);
	return library.tensor(typed, [...shape], dtype);
}

/** What a tensor holds, as an array of the oracle. */
export const arrayOf = (tensor: tf.Tensor): Array64 => ({
	shape: tensor.shape,
	values: Float64Array.from(tensor.dataSync() as ArrayLike<number>),
	dtype: tensor.dtype as NumberType,
});
