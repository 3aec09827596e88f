import {
	abs,
	cast,
	equal,
	max,
	min,
	onesLike,
	reshape,
	sqrt,
	square,
	sum,
	type Tensor,
	type TensorLike,
	where,
	zerosLike,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { tensorOf } from "./tensor-of.ts";

type Order = number | "euclidean" | "fro";

/** √x, with no slope at 0 rather than an infinite one: no direction leads away from the norm of nothing but zeros. */
export function root(x: Tensor): Tensor {
	const isZero = equal(x, 0);
	return where(isZero, zerosLike(x), sqrt(where(isZero, onesLike(x), x)));
}

const euclidean = (x: Tensor, axes: number[]): Tensor =>
	root(sum(square(x), axes, true));

function vectorNorm(x: Tensor, order: Order, axes: number[]): Tensor {
	switch (order) {
		case 1:
			return sum(abs(x), axes, true);
		case Number.POSITIVE_INFINITY:
			return max(abs(x), axes, true);
		case Number.NEGATIVE_INFINITY:
			return min(abs(x), axes, true);
		case "euclidean":
		case 2:
			return euclidean(x, axes);
		default:
			throw new UsageError(
				`norm: vectors have no norm "${order}" here; there are 1, 2, "euclidean", Infinity and -Infinity, and of any order p tf.pow(tf.sum(tf.pow(tf.abs(x), p), axis), 1 / p)`,
			);
	}
}

function matrixNorm(
	x: Tensor,
	order: Order,
	[rows, columns]: [number, number],
): Tensor {
	const sums = (axis: number) => sum(abs(x), axis, true);
	switch (order) {
		case 1:
			return max(sums(rows), columns, true);
		case Number.POSITIVE_INFINITY:
			return max(sums(columns), rows, true);
		case Number.NEGATIVE_INFINITY:
			return min(sums(columns), rows, true);
		case "euclidean":
		case "fro":
			return euclidean(x, [rows, columns]);
		default:
			throw new UsageError(
				`norm: matrices have no norm "${order}" here; there are 1, "euclidean", "fro", Infinity and -Infinity`,
			);
	}
}

function axesOf({ shape }: Tensor, axis: number | number[] | null): number[] {
	if (axis === null) return shape.map((_, at) => at);
	const given = [axis].flat();
	const axes = given.map((at) => (at < 0 ? at + shape.length : at));
	const isGood =
		axes.every((at) => Number.isInteger(at) && at >= 0 && at < shape.length) &&
		new Set(axes).size === axes.length &&
		(axes.length === 1 || axes.length === 2);
	if (!isGood)
		throw new UsageError(
			`norm: the axis [${given}] of a tensor of the shape [${shape}]: give one axis for vectors, two for matrices, or none for all numbers`,
		);
	return axes;
}

/**
 * The norm of vectors or matrices, as `tf.norm` describes it. That of tfjs-core takes
 * the 1-norm of other axes where the two given ones are negative or not in order,
 * and its gradient at 0 is NaN; here it is 0, as in PyTorch.
 *
 * @throws UsageError for axes and orders that there are not
 */
export function norm(
	x: Tensor | TensorLike,
	ord: Order = "euclidean",
	axis: number | number[] | null = null,
	keepDims = false,
): Tensor {
	const given = tensorOf(x);
	const real =
		given.dtype === "complex64" ? abs(given) : cast(given, "float32");
	if (real.rank === 0) return abs(real);
	const axes = axesOf(real, axis);
	const kept =
		axes.length === 2 && axis !== null
			? matrixNorm(real, ord, axes as [number, number])
			: vectorNorm(real, ord, axes);
	return keepDims
		? kept
		: reshape(
				kept,
				real.shape.filter((_, at) => !axes.includes(at)),
			);
}

/** The Euclidean norm: the square root of the sum of squares. */
export const euclideanNorm = (
	x: Tensor | TensorLike,
	axis: number | number[] | null = null,
	keepDims = false,
): Tensor => norm(x, "euclidean", axis, keepDims);
