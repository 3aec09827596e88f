import * as tf from "../backend/tf.ts";
import { type Array64, arrayOf, type Example, tensorOf } from "./array.ts";
import { secondOrderOf } from "./differences.ts";
import { openDraw } from "./draw.ts";
import {
	assertSame,
	listOf,
	type OpCheck,
	referenceOf,
	SECOND_TOLERANCE,
	sumOf,
	tensorsOf,
	tidied,
} from "./op-check.ts";

type Computation = Pick<OpCheck, "compute" | "reference">;

/** The squares of what an operation gives. */
const squared = (op: OpCheck): Computation => ({
	compute: (inputs, attrs) =>
		listOf(op.compute(inputs, attrs)).map((output) => tf.square(output)),
	reference: (inputs, attrs) =>
		listOf(op.reference(inputs, attrs)).map((output) => ({
			shape: output.shape,
			values: Array.from(output.values, (value) => value * value),
		})),
});

/** ∂/∂of ⟨direction, ∂/∂by⟩ by tfjs: what a penalty on a gradient needs. */
const mixed = (
	op: Computation,
	{ inputs, attrs }: Example,
	[of, by]: readonly [string, string],
	weights: readonly Array64[],
	direction: Array64,
): Array64 =>
	tidied(() => {
		const given = tensorsOf(inputs);
		const along = tensorOf(tf, direction);
		const gradient = tf.grad((x: tf.Tensor) => {
			const slope = tf.grad((y: tf.Tensor) =>
				sumOf(op, { ...given, [of]: x, [by]: y }, attrs, weights),
			)(given[by] as tf.Tensor);
			return tf.sum(tf.mul(slope, along));
		});
		return arrayOf(gradient(given[of] as tf.Tensor));
	});

/**
 * Compares the gradient with respect to each input of the gradient with respect to each
 * other one, on `count` examples. All are floats, and so are the outputs.
 *
 * @throws AssertionError with the example on which it is wrong
 */
export function checkMixed(op: OpCheck, count: number): void {
	const one = squared(op);
	for (let k = 0; k < count; k++) {
		const draw = openDraw(`${op.name} mixed ${k}`);
		const example = op.draw(draw, "float32");
		const { inputs, attrs } = example;
		const reference = referenceOf(one, attrs);
		const weights = reference(inputs).map(({ shape }) => draw.values(shape));
		const names = Object.keys(inputs);
		for (const of of names)
			for (const by of names) {
				if (of === by) continue;
				const direction = draw.values((inputs[by] as Array64).shape);
				assertSame(
					mixed(one, example, [of, by], weights, direction),
					secondOrderOf(reference, inputs, of, weights, direction, by),
					op.secondTolerance ?? SECOND_TOLERANCE,
					`${op.name}, mixed example ${k}: gradient of ${of} of the gradient of ${by}`,
					example,
				);
			}
	}
}
