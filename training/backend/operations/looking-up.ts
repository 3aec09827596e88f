import {
	add,
	bincount,
	cast,
	greaterEqual,
	less,
	logicalAnd,
	booleanMaskAsync as maskFromAxis,
	mul,
	op,
	reshape,
	scalar,
	searchSorted as searchRows,
	type Tensor,
	type Tensor1D,
	type Tensor2D,
	type TensorLike,
	tensor,
	tensor1d,
	where,
	zeros,
} from "@tensorflow/tfjs-core";
import { UsageError } from "../../../base/errors.ts";
import { tensorOf } from "./tensor-of.ts";

type Input = Tensor | TensorLike;

/** Where values belong in sorted lines. Of the shape of the values; tfjs's comes as rows. */
export const searchSorted = op({
	searchSorted_(
		sortedSequence: Input,
		values: Input,
		side: "left" | "right" = "left",
	): Tensor {
		const [lines, asked] = [tensorOf(sortedSequence), tensorOf(values)];
		if (lines.rank === 0 || asked.rank === 0)
			throw new UsageError(
				"searchSorted looks for a line of values in a sorted line: a single number is [value]",
			);
		if (lines.dtype !== asked.dtype)
			throw new UsageError(
				`searchSorted compares values of one type, and was given ${lines.dtype} and ${asked.dtype}: give tensor.toFloat() of both`,
			);
		// Without lines there is nothing to look at: every value belongs to the beginning.
		if (asked.size === 0 || lines.size === 0)
			return zeros(asked.shape, "int32");
		return reshape(searchRows(lines, asked, side), asked.shape);
	},
});

/** The first place at which a value can be put into a sorted line. */
export const lowerBound = (sortedSequence: Input, values: Input): Tensor =>
	searchSorted(sortedSequence, values, "left");

/** The last one. */
export const upperBound = (sortedSequence: Input, values: Input): Tensor =>
	searchSorted(sortedSequence, values, "right");

function labelsOf(given: Input, noun: string): Tensor1D {
	const labels = tensorOf(given);
	if (labels.rank !== 1)
		throw new UsageError(
			`confusionMatrix takes ${noun} as a list, one class per example, and not of the shape [${labels.shape}]: of one-hot rows take argMax(-1)`,
		);
	if (labels.dtype === "complex64" || labels.dtype === "string")
		throw new UsageError(
			`confusionMatrix takes ${noun} as numbers of classes, and these are ${labels.dtype}: number the classes from 0 on`,
		);
	return cast(labels, "int32") as Tensor1D;
}

/**
 * How often examples of each class (rows) were taken for each class (columns). Labels
 * that are no class count for nothing. tfjs multiplies matrices of whole numbers for it,
 * which no backend but that in JavaScript can.
 */
export const confusionMatrix = op({
	confusionMatrix_(
		labels: Input,
		predictions: Input,
		numClasses: number,
	): Tensor2D {
		if (!(Number.isInteger(numClasses) && numClasses > 0))
			throw new UsageError(
				`confusionMatrix needs the number of classes, a whole number above 0, not ${numClasses}`,
			);
		const [rows, columns] = [
			labelsOf(labels, "labels"),
			labelsOf(predictions, "predictions"),
		];
		if (rows.size !== columns.size)
			throw new UsageError(
				`confusionMatrix compares as many predictions as labels, not ${columns.size} with ${rows.size}`,
			);
		const cells = numClasses * numClasses;
		const classes = scalar(numClasses, "int32");
		const isClass = (x: Tensor) =>
			logicalAnd(greaterEqual(x, scalar(0, "int32")), less(x, classes));
		const places = where(
			logicalAnd(isClass(rows), isClass(columns)),
			add(mul(rows, classes), columns),
			scalar(cells, "int32"),
		);
		const counts = bincount(places as Tensor1D, tensor1d([], "int32"), cells);
		return reshape(counts, [numClasses, numClasses]);
	},
});

/**
 * Are the targets among the `k` largest predictions of their rows? As in TensorFlow:
 * equal predictions share a rank, and a target that is no class, or whose prediction
 * is no finite number, is not among them.
 */
export async function inTopKAsync<T extends Tensor, U extends Tensor>(
	predictions: T | TensorLike,
	targets: U | TensorLike,
	k = 1,
): Promise<U> {
	const [rows, wanted] = [tensorOf(predictions), tensorOf(targets)];
	const classes = rows.shape.at(-1) ?? 0;
	const lead = rows.shape.slice(0, -1);
	if (rows.rank < 2 || lead.join() !== wanted.shape.join())
		throw new UsageError(
			`inTopKAsync takes predictions of the shape [batch, classes] and targets of the shape [batch], not [${rows.shape}] and [${wanted.shape}]`,
		);
	if (!(Number.isInteger(k) && k > 0 && k <= classes))
		throw new UsageError(
			`inTopKAsync: k is a whole number from 1 to the number of classes, ${classes}, not ${k}`,
		);
	const [values, classOf] = await Promise.all([rows.data(), wanted.data()]);
	const found = Uint8Array.from(classOf, (target, row) => {
		const line = values.subarray(row * classes, (row + 1) * classes);
		const own = line[target];
		if (own === undefined || !Number.isFinite(own)) return 0;
		let larger = 0;
		for (const value of line) if (value > own || Number.isNaN(value)) larger++;
		return Number(larger < k);
	});
	for (const [given, made] of [
		[predictions, rows],
		[targets, wanted],
	] as const)
		if (given !== made) made.dispose();
	return tensor(found, wanted.shape, "bool") as U;
}

/** tfjs's, with an axis that is counted from the end, too. */
export async function booleanMaskAsync(
	given: Input,
	mask: Input,
	axis = 0,
): Promise<Tensor> {
	const x = tensorOf(given);
	const result = await maskFromAxis(x, mask, axis < 0 ? axis + x.rank : axis);
	if (x !== given) x.dispose();
	return result;
}
