import {
	add,
	cast,
	exp,
	isFinite as finite,
	log,
	logSoftmax as logSoftmaxOfLast,
	max,
	op,
	reshape,
	softmax as softmaxOfLast,
	sub,
	sum,
	type Tensor,
	type TensorLike,
	transpose,
	util,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { constant } from "../gradients/constant.ts";
import { tensorOf } from "./tensor-of.ts";

type Input = Tensor | TensorLike;

/** Both know the last axis only. */
function alongAxis(
	name: string,
	of: (x: Tensor) => Tensor,
	given: Input,
	axis: number,
): Tensor {
	const x = tensorOf(given);
	if (x.dtype !== "float32")
		throw new UsageError(
			`${name} takes floats, and the tensor has ${x.dtype}: ${x.dtype === "int32" || x.dtype === "bool" ? "give tensor.toFloat()" : "compute with its real numbers"}`,
		);
	const { rank } = x;
	const at = axis < 0 ? axis + rank : axis;
	if (!(Number.isInteger(axis) && at >= 0 && at < rank))
		throw new UsageError(
			`${name}: there is no axis ${axis} in a tensor of the shape [${x.shape}]; axes count from 0, or from -1 backwards`,
		);
	if (at === rank - 1) return of(x);
	// Swapped with the last one, and back.
	const order = x.shape.map((_, one) =>
		one === at ? rank - 1 : one === rank - 1 ? at : one,
	);
	return transpose(of(transpose(x, order)), order);
}

/** exp(x), divided by its sum along an axis: tfjs's, of any axis. */
export const softmax = op({
	softmax_: <T extends Tensor>(logits: T | TensorLike, dim = -1): T =>
		alongAxis("softmax", (x) => softmaxOfLast(x), logits, dim) as T,
});

/** log(softmax(x)) along an axis: tfjs's, of any axis. */
export const logSoftmax = op({
	logSoftmax_: <T extends Tensor>(logits: T | TensorLike, axis = -1): T =>
		alongAxis("logSoftmax", (x) => logSoftmaxOfLast(x), logits, axis) as T,
});

/**
 * log(Σ exp(x)) over axes. tfjs's gives NaN where the largest value is infinite, and
 * reads whole numbers and truth values as floats of the same bits.
 */
export const logSumExp = op({
	logSumExp_<T extends Tensor>(
		given: Input,
		axis: number | number[] | null = null,
		keepDims = false,
	): T {
		const all = tensorOf(given);
		if (all.dtype === "complex64")
			throw new UsageError(
				"logSumExp takes real numbers, and these are complex: give tf.real(x), tf.imag(x) or tf.abs(x)",
			);
		const x = cast(all, "float32");
		const axes = util.parseAxisParam(axis as number, x.shape);
		// Moves the values to where exp is exact; the result does not depend on it.
		const most = constant(() => {
			const largest = max(x, axes, true);
			return where(finite(largest), largest, zerosLike(largest));
		});
		const sums = log(sum(exp(sub(x, most)), axes, true));
		const result = add(sums, most);
		if (keepDims) return result as T;
		return reshape(
			result,
			x.shape.filter((_, one) => !axes.includes(one)),
		) as T;
	},
});
