import {
	cast,
	concat as concatOfOneType,
	type DataType,
	op,
	split as splitBySizes,
	stack as stackOfOneType,
	type Tensor,
	type TensorLike,
	upcastType,
	util,
} from "@tensorflow/tfjs-core";
import { checkLists, parts } from "./list-arguments.ts";
import { tensorOf } from "./tensor-of.ts";

/** Tensors as one type that holds the values of all; tfjs takes the first one's, which cuts floats off behind whole numbers. */
function ofOneType(
	given: readonly (Tensor | TensorLike)[] | Tensor | TensorLike,
): Tensor[] {
	if (!Array.isArray(given)) return given as Tensor[];
	const tensors = given.map(tensorOf);
	const types = tensors.map(({ dtype }) => dtype);
	// Of texts and numbers there is no common type: the kernel refuses them.
	if (types.every((type) => type === types[0]) || types.includes("string"))
		return tensors;
	const dtype = types.reduce((a, b) => upcastType(a, b) as DataType);
	return tensors.map((one) => cast(one, dtype));
}

/** tfjs's, of tensors of several types, too. */
export const concat = op({
	concat_: <T extends Tensor>(
		tensors: readonly (T | TensorLike)[],
		axis = 0,
	): T => concatOfOneType(ofOneType(tensors) as T[], axis),
});

/** tfjs's, of tensors of several types, too. */
export const stack = op({
	stack_: <T extends Tensor>(
		tensors: readonly (T | TensorLike)[],
		axis = 0,
	): Tensor => stackOfOneType(ofOneType(tensors) as T[], axis),
});

/** tfjs's, which counts wrong where the part that takes the rest, -1, comes first, and writes its size into the list. */
export const split = op({
	split_<T extends Tensor>(
		given: Tensor | TensorLike,
		numOrSizeSplits: number[] | number,
		axis = 0,
	): T[] {
		checkLists("split", [undefined, parts], [given, numOrSizeSplits]);
		const x = tensorOf(given);
		if (!Array.isArray(numOrSizeSplits))
			return splitBySizes(x, numOrSizeSplits, axis) as T[];
		const [at = 0] = util.parseAxisParam(axis, x.shape);
		const known = numOrSizeSplits.reduce(
			(total, size) => (size < 0 ? total : total + size),
			0,
		);
		const rest = (x.shape[at] as number) - known;
		const isOpen =
			rest >= 0 && numOrSizeSplits.filter((size) => size === -1).length === 1;
		const sizes = numOrSizeSplits.map((size) =>
			isOpen && size === -1 ? rest : size,
		);
		return splitBySizes(x, sizes, axis) as T[];
	},
});
