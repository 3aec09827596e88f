import * as tf from "../backend/tf.ts";
import { isFloat, listOf, type OpCheck } from "./op-check.ts";

/**
 * The operation with the squares of what it gives beside it. One that is linear, such
 * as an average, has no gradient of a gradient to compare; through the squares its
 * gradient is differentiated as well.
 */
export const curved = (op: OpCheck): OpCheck => ({
	...op,
	// Known for the operation itself.
	edges: [],
	refused: [],
	compute(inputs, attrs) {
		const outputs = listOf(op.compute(inputs, attrs));
		const floats = outputs.filter(isFloat);
		return [...outputs, ...floats.map((output) => tf.mul(output, output))];
	},
	reference(inputs, attrs) {
		const outputs = listOf(op.reference(inputs, attrs));
		const floats = outputs.filter(isFloat);
		return [
			...outputs,
			...floats.map(({ shape, values }) => ({
				shape,
				values: Array.from(values, (value) => value * value),
			})),
		];
	},
});
