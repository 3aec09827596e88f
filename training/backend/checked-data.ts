import { type Tensor, tidy } from "@tensorflow/tfjs-core";
import { LayersModel } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../experiment/errors.ts";

/** A row's labels may be rounded: shares of classes in 32-bit floats. */
const SUM_TOLERANCE = 1e-2;

/** Where the value `index` of a tensor of `count` examples stands. */
function exampleOf({ shape, size }: Tensor, index: number): number {
	return Math.floor(index / (size / (shape[0] ?? 1)));
}

/** A whole number of classes, whatever the labels are. */
const classRange = (classes: number) =>
	`whole numbers from 0 to ${classes - 1}`;

function checkIndices(labels: Tensor, classes: number): void {
	const values = labels.dataSync();
	for (const [index, label] of values.entries()) {
		if (Number.isInteger(label) && label >= 0 && label < classes) continue;
		const advice = !Number.isInteger(label)
			? "mend the label"
			: label < 0
				? "classes are counted from 0: mend the label"
				: `mend the label, or give the model's last layer ${Array.from(values).reduce((most, one) => Math.max(most, one), 0) + 1} units`;
		throw new UsageError(
			`the label of example ${exampleOf(labels, index)} is ${label}, and this model tells ${classes} classes apart: sparseCategoricalCrossentropy takes ${classRange(classes)}; ${advice}`,
		);
	}
}

function checkShares(labels: Tensor): void {
	const values = labels.dataSync();
	const classes = labels.shape.at(-1) ?? 1;
	for (let at = 0; at < values.length; at += classes) {
		const row = Array.from(values.subarray(at, at + classes));
		const sum = row.reduce((total, share) => total + share, 0);
		if (Math.abs(sum - 1) <= SUM_TOLERANCE && row.every((share) => share >= 0))
			continue;
		const shown = `${row.slice(0, 10).join(", ")}${classes > 10 ? ", …" : ""}`;
		throw new UsageError(
			`the label of example ${exampleOf(labels, at)} is [${shown}]: categoricalCrossentropy takes one-hot rows, or shares of the classes that sum to 1, and this row sums to ${sum}; ${
				sum === 0
					? "tf.oneHot gives such a row for an index that is no class"
					: "where several classes hold at once, take binaryCrossentropy after a sigmoid"
			}`,
		);
	}
}

function checkProbabilities(labels: Tensor): void {
	for (const [index, label] of labels.dataSync().entries())
		if (!(label >= 0 && label <= 1))
			throw new UsageError(
				`the label of example ${exampleOf(labels, index)} is ${label}: binaryCrossentropy takes labels between 0 and 1; of two classes, call one 0 and the other 1`,
			);
}

function checkNumbers(
	values: Tensor,
	what: string,
	isBad: (value: number) => boolean,
) {
	const index = values.dataSync().findIndex(isBad);
	if (index >= 0)
		throw new UsageError(
			`${what} of example ${exampleOf(values, index)} ${what.endsWith("s") ? "have" : "has"} the value ${values.dataSync()[index]}, and no loss can be computed from it; look for missing values, or a division by 0, in how the data are prepared`,
		);
}

/** What a loss takes: labels that do not fit train to something, and nobody is told. */
function checkLabels(loss: unknown, labels: Tensor, classes: number): void {
	if (labels.dtype === "string")
		throw new UsageError(
			`the labels are texts, and a loss takes numbers; number the classes, for example labels.map((name) => classes.indexOf(name))`,
		);
	if (loss === "sparseCategoricalCrossentropy") checkIndices(labels, classes);
	else if (loss === "categoricalCrossentropy") checkShares(labels);
	else if (loss === "binaryCrossentropy") checkProbabilities(labels);
	// A loss of the user's own may know what NaN stands for.
	else if (typeof loss === "string")
		checkNumbers(labels, "the label", (value) => !Number.isFinite(value));
}

function checkInputs(inputs: Tensor): void {
	if (inputs.shape[0] === 0)
		throw new UsageError(
			`there are no examples: the inputs have the shape [${inputs.shape}]; look at how the data are read and split`,
		);
	if (inputs.dtype !== "float32") return;
	// A NaN spreads to the sum, which costs less than a look at each value.
	const sum = tidy(() => inputs.sum().dataSync()[0]);
	if (!Number.isFinite(sum)) checkNumbers(inputs, "the inputs", Number.isNaN);
}

/** What tfjs-layers calls in a model on the way to a step, and declares private. */
interface Internals {
	standardizeUserDataXY(
		x: unknown,
		y: unknown,
		...rest: unknown[]
	): [Tensor[], Tensor[]];
	makeTrainFunction(): (data: Tensor[]) => unknown;
	fitDataset(...args: unknown[]): Promise<unknown>;
}

function lossOf({ loss, outputNames }: LayersModel, output: number): unknown {
	if (typeof loss !== "object" || loss === null) return loss;
	return Array.isArray(loss)
		? loss[output]
		: Object(loss)[outputNames[output] ?? ""];
}

/** @throws UsageError for what no training can learn from */
function checkData(
	model: LayersModel,
	inputs: readonly Tensor[],
	labels: readonly Tensor[],
): void {
	for (const one of inputs) checkInputs(one);
	for (const [output, one] of labels.entries()) {
		const classes = (model.outputs[output]?.shape.at(-1) ?? 1) as number;
		checkLabels(lossOf(model, output), one, classes);
	}
}

/**
 * Makes `fit`, `evaluate`, `trainOnBatch` and `fitDataset` look at inputs and
 * labels before they compute with them: all at once, those of a data set batch
 * by batch.
 */
export function installDataChecks(): void {
	const prototype = LayersModel.prototype as unknown as Internals;
	const { standardizeUserDataXY, makeTrainFunction, fitDataset } = prototype;
	/** Batches seen, of models that are being fitted to a data set. */
	const batches = new WeakMap<object, number>();

	prototype.standardizeUserDataXY = function (
		this: LayersModel & Internals,
		...args
	) {
		const standard = standardizeUserDataXY.apply(this, args);
		checkData(this, ...standard);
		return standard;
	};
	prototype.makeTrainFunction = function (this: LayersModel & Internals) {
		const train = makeTrainFunction.call(this);
		if (!batches.has(this)) return train;
		return (data) => {
			const [inputs, outputs] = [this.inputs.length, this.outputs.length];
			checkData(
				this,
				data.slice(0, inputs),
				data.slice(inputs, inputs + outputs),
			);
			batches.set(this, (batches.get(this) ?? 0) + 1);
			return train(data);
		};
	};
	prototype.fitDataset = async function (
		this: LayersModel & Internals,
		...args
	) {
		batches.set(this, 0);
		try {
			const history = await fitDataset.apply(this, args);
			if (batches.get(this) === 0)
				throw new UsageError(
					"the data set gave no batch, so nothing was trained; look at how it is read, or call .batch() and .repeat() on it",
				);
			return history;
		} finally {
			batches.delete(this);
		}
	};
}
