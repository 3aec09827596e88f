import * as tf from "../backend/tf.ts";
import {
	type Array64,
	type Attributes,
	arrayOf,
	type Example,
	tensorOf,
} from "./array.ts";
import { gradientOf, type Reference } from "./differences.ts";
import { openDraw } from "./draw.ts";
import { assertSame, type OpCheck } from "./op-check.ts";

type Tensors = Record<string, tf.Tensor>;

/** Σ weights · squares of the outputs. */
function penalty(
	op: OpCheck,
	inputs: Tensors,
	attrs: Attributes,
	weights: readonly Array64[],
): tf.Scalar {
	const outputs = [op.compute(inputs, attrs)].flat() as tf.Tensor[];
	return tf.addN(
		outputs.map((output, k) =>
			tf.sum(tf.mul(tf.square(output), tensorOf(tf, weights[k] as Array64))),
		),
	) as tf.Scalar;
}

const squared =
	(op: OpCheck, attrs: Attributes): Reference =>
	(inputs) =>
		([op.reference(inputs, attrs)].flat() as Array64[]).map((output) => ({
			shape: output.shape,
			values: Array.from(output.values, (value) => value * value),
		}));

/** ∂/∂of ⟨direction, ∂/∂by⟩ by tfjs: what a penalty on a gradient needs. */
const mixed = (
	op: OpCheck,
	{ inputs, attrs }: Example,
	[of, by]: readonly [string, string],
	weights: readonly Array64[],
	direction: Array64,
): Array64 => {
	const result = tf.tidy(() => {
		const given = Object.fromEntries(
			Object.entries(inputs).map(([name, input]) => [
				name,
				tensorOf(tf, input),
			]),
		);
		const along = tensorOf(tf, direction);
		return tf.grad((x: tf.Tensor) => {
			const slope = tf.grad((y: tf.Tensor) =>
				penalty(op, { ...given, [of]: x, [by]: y }, attrs, weights),
			)(given[by] as tf.Tensor);
			return tf.sum(tf.mul(slope, along));
		})(given[of] as tf.Tensor);
	});
	const values = arrayOf(result);
	result.dispose();
	return values;
};

/**
 * Compares the gradient with respect to each input of the gradient with respect to each
 * other one, on `count` examples. All are floats, and so are the outputs.
 *
 * @throws AssertionError with the example on which it is wrong
 */
export function checkMixed(op: OpCheck, count: number): void {
	const step = 1e-3;
	for (let k = 0; k < count; k++) {
		const draw = openDraw(`${op.name} mixed ${k}`);
		const example = op.draw(draw, "float32");
		const { inputs, attrs } = example;
		const reference = squared(op, attrs);
		const weights = reference(inputs).map(({ shape }) => draw.values(shape));
		const names = Object.keys(inputs);
		for (const of of names)
			for (const by of names) {
				if (of === by) continue;
				const own = inputs[by] as Array64;
				const direction = draw.values(own.shape);
				const moved = (way: number) =>
					gradientOf(
						reference,
						{
							...inputs,
							[by]: {
								...own,
								values: Array.from(
									own.values,
									(value, at) => value + way * (direction.values[at] as number),
								),
							},
						},
						of,
						weights,
						step,
					).values;
				const [above, below] = [moved(step), moved(-step)];
				const bend = Array.from(
					above,
					(value, at) => (value - (below[at] as number)) / (2 * step),
				);
				assertSame(
					mixed(op, example, [of, by], weights, direction),
					{ shape: (inputs[of] as Array64).shape, values: bend },
					op.secondTolerance ?? 1e-4,
					`${op.name}, mixed example ${k}: gradient of ${of} of the gradient of ${by}`,
					example,
				);
			}
	}
}
