import { Tensor, tidy } from "@tensorflow/tfjs-core";
import { LayersModel } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { refuseComplex } from "./checked-models.ts";
import { lossOption } from "./compile.ts";

/** How far a share may lie beside 0 and 1 after it was computed with. */
const TOLERANCE = 1e-3;

/** Where the value `index` of a tensor of `count` examples stands. */
function exampleOf({ shape, size }: Tensor, index: number): number {
	return Math.floor(index / (size / (shape[0] ?? 1)));
}

/** What the classes are numbered with; of a model whose shape leaves open how many there are, without an end. */
const classRange = (classes: number) =>
	Number.isFinite(classes)
		? `this model tells ${classes} classes apart: sparseCategoricalCrossentropy takes whole numbers from 0 to ${classes - 1}`
		: "sparseCategoricalCrossentropy takes whole numbers from 0 on";

function largest(values: ArrayLike<number>): number {
	let most = 0;
	for (let at = 0; at < values.length; at++)
		most = Math.max(most, values[at] ?? 0);
	return most;
}

/** Looked at for each batch, which may have a million labels: by index, nothing is made for a label. */
function checkIndices(labels: Tensor, classes: number): void {
	const values = labels.dataSync();
	for (let at = 0; at < values.length; at++) {
		const label = values[at] ?? 0;
		if (Number.isInteger(label) && label >= 0 && label < classes) continue;
		const advice = !Number.isInteger(label)
			? "mend the label"
			: label < 0
				? "classes are counted from 0: mend the label"
				: `mend the label, or give the model's last layer ${largest(values) + 1} units`;
		throw new UsageError(
			`the label of example ${exampleOf(labels, at)} is ${label}, and ${classRange(classes)}; ${advice}`,
		);
	}
}

function checkProbabilities(labels: Tensor): void {
	const values = labels.dataSync();
	for (let at = 0; at < values.length; at++) {
		const label = values[at] ?? 0;
		if (!(label >= -TOLERANCE && label <= 1 + TOLERANCE))
			throw new UsageError(
				`the label of example ${exampleOf(labels, at)} is ${label}: binaryCrossentropy takes labels between 0 and 1; of two classes, call one 0 and the other 1`,
			);
	}
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
	else if (loss === "binaryCrossentropy") checkProbabilities(labels);
	// Rows of categoricalCrossentropy may be weighted, as by an advantage, or 0,
	// as by a mask. A loss of the user's own may know what NaN stands for.
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

/** Trains with a batch, or tests: inputs, then labels. */
type Step = (data: Tensor[]) => unknown;

/** What tfjs-layers has in a model, and calls on the way to a step: part of it is declared private. */
interface Model
	extends Pick<
		LayersModel,
		"inputs" | "outputs" | "outputNames" | "loss" | "stateful"
	> {
	standardizeUserDataXY(
		x: unknown,
		y: unknown,
		...rest: unknown[]
	): [Tensor[], Tensor[]];
	/** The shapes that labels of each output have; null where they may have any. */
	feedOutputShapes?: (readonly (number | null)[] | null)[];
	makeTrainFunction(): Step;
	/** Makes the other. */
	makeTestFunction(): void;
	testFunction: Step;
	fitDataset(...args: unknown[]): Promise<unknown>;
	evaluateDataset(...args: unknown[]): Promise<unknown>;
}

/** What a training on a data set is told about how long it takes. */
interface FitEpochs {
	readonly epochs: number;
	readonly initialEpoch?: number;
}

/** @throws UsageError for what no training can learn from */
function checkData(
	model: Model,
	inputs: readonly Tensor[],
	labels: readonly Tensor[],
): void {
	const dtypes = model.inputs.map(({ dtype }) => dtype as string);
	refuseComplex(inputs, "the inputs", dtypes);
	for (const one of inputs) checkInputs(one);
	for (const [output, one] of labels.entries()) {
		const loss = lossOption(model, output);
		if (typeof loss === "string") refuseComplex(one, "the labels");
		const classes = (model.outputs[output]?.shape.at(-1) ??
			Number.POSITIVE_INFINITY) as number;
		checkLabels(loss, one, classes);
	}
}

/** A batch of a data set: inputs, then labels. */
function checkBatch(model: Model, data: readonly Tensor[]): void {
	const [inputs, outputs] = [model.inputs.length, model.outputs.length];
	checkData(model, data.slice(0, inputs), data.slice(inputs, inputs + outputs));
}

/** A loss of the user's own takes labels of any shape; tfjs holds them to that of the output. */
function withOwnLosses<T>(model: Model, body: () => T): T {
	const shapes = model.feedOutputShapes;
	if (!shapes) return body();
	model.feedOutputShapes = shapes.map((shape, output) =>
		typeof lossOption(model, output) === "function" ? null : shape,
	);
	try {
		return body();
	} finally {
		model.feedOutputShapes = shapes;
	}
}

/** A stateful layer keeps a state for each example of a batch. @throws UsageError where batches have another size */
function checkStates(model: Model, inputs: unknown, batchSize: unknown): void {
	if (!model.stateful) return;
	const [first] = [inputs].flat();
	const [size] = model.inputs[0]?.shape ?? [];
	if (!(first instanceof Tensor) || !size) return;
	const examples = first.shape[0] as number;
	const given = (batchSize as number | undefined) ?? examples;
	if (given === size && examples % size === 0) return;
	throw new UsageError(
		`the model keeps the states of ${size} sequences, by its batchInputShape, and was given ${examples} in batches of ${given}: give batchSize: ${size} and a number of sequences that is a multiple of it, or build the model with another batchInputShape`,
	);
}

/**
 * Makes `fit`, `evaluate`, `trainOnBatch` and `fitDataset` look at inputs and
 * labels before they compute with them: all at once, those of a data set batch
 * by batch.
 */
export function installDataChecks(): void {
	const prototype = LayersModel.prototype as unknown as Model;
	const {
		standardizeUserDataXY,
		makeTrainFunction,
		makeTestFunction,
		fitDataset,
		evaluateDataset,
	} = prototype;
	/** Batches seen, of models that are being fitted to a data set. */
	const batches = new WeakMap<object, number>();
	/** Models that are being evaluated with a data set. */
	const evaluated = new WeakSet<object>();

	prototype.standardizeUserDataXY = function (this: Model, ...args) {
		checkStates(this, args[0], args[3]);
		const standard = withOwnLosses(this, () =>
			standardizeUserDataXY.apply(this, args),
		);
		checkData(this, ...standard);
		return standard;
	};
	prototype.makeTrainFunction = function (this: Model) {
		const train = makeTrainFunction.call(this);
		if (!batches.has(this)) return train;
		return (data) => {
			checkBatch(this, data);
			batches.set(this, (batches.get(this) ?? 0) + 1);
			return train(data);
		};
	};
	prototype.makeTestFunction = function (this: Model) {
		makeTestFunction.call(this);
		if (!evaluated.has(this)) return;
		const test = this.testFunction;
		this.testFunction = (data) => {
			checkBatch(this, data);
			return test(data);
		};
	};
	prototype.evaluateDataset = async function (this: Model, ...args) {
		evaluated.add(this);
		try {
			const values = await evaluateDataset.apply(this, args);
			if ([values].flat().length === 0)
				throw new UsageError(
					"the data set gave no batch, so there is nothing to evaluate; look at how it is read, or call .batch() on it",
				);
			return values;
		} finally {
			evaluated.delete(this);
		}
	};
	prototype.fitDataset = async function (this: Model, ...args) {
		batches.set(this, 0);
		try {
			const history = await fitDataset.apply(this, args);
			const { epochs, initialEpoch } = args[1] as FitEpochs;
			if (batches.get(this) === 0 && (initialEpoch ?? 0) < epochs)
				throw new UsageError(
					"the data set gave no batch, so nothing was trained; look at how it is read, or call .batch() and .repeat() on it",
				);
			return history;
		} finally {
			batches.delete(this);
		}
	};
}
