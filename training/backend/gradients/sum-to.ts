import { cast, reshape, sum, type Tensor, util } from "@tensorflow/tfjs-core";

/**
 * The gradient of a tensor of this shape that was broadcast: what each of its numbers
 * was used for, summed. tfjs's own looks for axes larger than 1, and so has no sum of
 * nothing where an axis is empty.
 */
export function sumTo(dy: Tensor, shape: readonly number[]): Tensor {
	if (util.arraysEqual(dy.shape, [...shape])) return dy;
	const ahead = dy.rank - shape.length;
	const axes = dy.shape.flatMap((size, axis) =>
		axis < ahead || shape[axis - ahead] !== size ? [axis] : [],
	);
	return reshape(axes.length > 0 ? sum(dy, axes) : dy, [...shape]);
}

/** The tensor in the type that gradients have. */
export const float = (x: Tensor): Tensor =>
	x.dtype === "float32" ? x : cast(x, "float32");
