import * as tf from "../backend/tf.ts";
import type { Array64 } from "./array.ts";
import type { OpCheck } from "./op-check.ts";

const isFloat = (dtype: string | undefined) =>
	(dtype ?? "float32") === "float32";

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
		const outputs = [op.compute(inputs, attrs)].flat() as tf.Tensor[];
		const floats = outputs.filter(({ dtype }) => isFloat(dtype));
		return [...outputs, ...floats.map((output) => tf.mul(output, output))];
	},
	reference(inputs, attrs) {
		const outputs = [op.reference(inputs, attrs)].flat() as Array64[];
		const floats = outputs.filter(({ dtype }) => isFloat(dtype));
		return [
			...outputs,
			...floats.map(({ shape, values }) => ({
				shape,
				values: Array.from(values, (value) => value * value),
			})),
		];
	},
});
