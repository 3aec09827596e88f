import {
	greaterEqual,
	lessEqual,
	type linalg,
	logicalAnd,
	minimum,
	neg,
	range,
	reshape,
	sub,
	Tensor,
	type TensorLike,
	tensor,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../experiment/errors.ts";

/** How many diagonals a band has on one side: all, where the count is negative. */
function diagonals(count: number | Tensor, size: number, side: string): Tensor {
	if (count instanceof Tensor) {
		if (count.dtype !== "int32" || count.size !== 1)
			throw new UsageError(
				`bandPart: ${side} is one whole number, and not ${count.dtype}[${count.shape}]; give tf.scalar(1, "int32")`,
			);
		const one = reshape(count, []);
		return where(greaterEqual(one, 0), minimum(one, size), size);
	}
	if (!Number.isInteger(count) || count > size)
		throw new UsageError(
			`bandPart: ${side} is a whole number of at most ${size}, the size of that side, and not ${count}`,
		);
	return tensor(count < 0 ? size : count, [], "int32");
}

/**
 * Keeps a band around the diagonal of each matrix, as `tf.linalg.bandPart` describes
 * it. That of tfjs-core computes matrix by matrix, and has no gradient where there is
 * but one.
 *
 * @throws UsageError where there is no matrix, or no such band
 */
export const bandPart: typeof linalg.bandPart = (a, numLower, numUpper) => {
	const given = tensorOf(a);
	if (given.rank < 2)
		throw new UsageError(
			`bandPart takes matrices, and a tensor of the shape [${given.shape}] is none`,
		);
	const [rows, columns] = given.shape.slice(-2) as [number, number];
	const lower = diagonals(numLower, rows, "numLower");
	const upper = diagonals(numUpper, columns, "numUpper");
	const below = sub(
		reshape(range(0, rows, 1, "int32"), [rows, 1]),
		range(0, columns, 1, "int32"),
	);
	const isIn = logicalAnd(
		lessEqual(below, lower),
		greaterEqual(below, neg(upper)),
	);
	return (
		given.dtype === "bool"
			? logicalAnd(isIn, given)
			: where(isIn, given, zerosLike(given))
	) as never;
};

const tensorOf = (x: Tensor | TensorLike): Tensor =>
	x instanceof Tensor ? x : tensor(x);
