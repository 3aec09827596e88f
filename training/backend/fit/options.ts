import { mul, reshape, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { LayersModel } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { lossAt } from "./compile.ts";

type Options = Readonly<Record<string, unknown>>;
type Problem = (options: Options) => string | undefined;

const isGiven = (value: unknown) => value !== undefined && value !== null;

/** Refuses an option in this sentence, where it is given. */
const without =
	(name: string, sentence: string): Problem =>
	(options) =>
		isGiven(options[name]) ? `${name}: ${sentence}` : undefined;

const epochsProblem: Problem = ({ epochs, initialEpoch = 0 }) =>
	epochs === undefined || (Number.isInteger(epochs) && Number(epochs) >= 0)
		? Number.isInteger(initialEpoch) && Number(initialEpoch) >= 0
			? undefined
			: `initialEpoch is ${initialEpoch}: give the number of epochs that are done, a whole number`
		: `epochs is ${epochs}: give a whole number, how often all examples are learned from`;

const sizeProblem =
	(name: string): Problem =>
	(options) => {
		const size = options[name];
		return !isGiven(size) || (Number.isInteger(size) && Number(size) > 0)
			? undefined
			: `${name} is ${size}: give a whole number above 0`;
	};

const validationProblem: Problem = ({ validationData, validationSplit }) => {
	if (isGiven(validationData)) {
		const count = Array.isArray(validationData) ? validationData.length : 2;
		if (count === 3)
			return "validationData has three parts, and TensorFlow.js does not weigh examples of a validation: give [inputs, labels]";
		return Array.isArray(validationData) && count !== 2
			? `validationData has ${count} parts: give [inputs, labels]`
			: undefined;
	}
	return isGiven(validationSplit) &&
		!(Number(validationSplit) >= 0 && Number(validationSplit) < 1)
		? `validationSplit is ${validationSplit}: give the share of the examples that are held back, such as 0.2`
		: undefined;
};

const PROBLEMS: Readonly<Record<string, readonly Problem[]>> = {
	fit: [
		epochsProblem,
		sizeProblem("batchSize"),
		validationProblem,
		without(
			"stepsPerEpoch",
			"fit learns from all of its examples in each epoch; for a number of batches call fitDataset with batchesPerEpoch",
		),
		without(
			"validationSteps",
			"fit validates with all of validationData; for a number of batches call fitDataset with validationBatches",
		),
		({ shuffle }) =>
			shuffle === "batch"
				? 'shuffle: "batch" is not known to TensorFlow.js: give true or false, or call fitDataset with a data set that is shuffled after .batch()'
				: undefined,
	],
	fitDataset: [
		({ epochs }) =>
			isGiven(epochs)
				? undefined
				: "epochs is missing: give a whole number, how often the data set is learned from",
		epochsProblem,
		sizeProblem("batchesPerEpoch"),
		sizeProblem("validationBatches"),
		validationProblem,
		without(
			"validationSplit",
			"a data set is not divided; give another one as validationData, such as made by take and skip",
		),
		without(
			"sampleWeight",
			"fitDataset does not weigh examples; call fit with tensors, or give classWeight",
		),
		without("stepsPerEpoch", "in fitDataset this is called batchesPerEpoch"),
	],
	evaluate: [
		sizeProblem("batchSize"),
		without("steps", "evaluate takes all examples; give fewer of them"),
		without(
			"sampleWeight",
			"evaluate does not weigh examples; compute with model.predict and tf.losses, which take weights",
		),
		({ verbose }) =>
			Number(verbose) > 0
				? "verbose: evaluate prints nothing; print what it gives"
				: undefined,
	],
	evaluateDataset: [
		sizeProblem("batches"),
		({ verbose }) =>
			Number(verbose) > 0
				? "verbose: evaluateDataset prints nothing; print what it gives"
				: undefined,
	],
};

/** How many examples there are, where that can be told. */
function examplesOf(inputs: unknown): number {
	const one =
		typeof inputs === "object" && inputs !== null && !("shape" in inputs)
			? Object.values(inputs)[0]
			: inputs;
	const { shape } = Object(one) as { readonly shape?: readonly number[] };
	return shape?.[0] ?? Number.POSITIVE_INFINITY;
}

/** tfjs trains with what a share leaves, be it nothing. */
function splitProblem(
	examples: number,
	{ validationData, validationSplit }: Options,
): string | undefined {
	if (isGiven(validationData) || !validationSplit || examples === 0)
		return undefined;
	const left = Math.floor(examples * (1 - Number(validationSplit)));
	return left > 0 && left < examples
		? undefined
		: `validationSplit is ${validationSplit}: of ${examples} examples nothing is left to ${left === 0 ? "learn from" : "validate with"}; give another share, or validationData`;
}

/** Where options stand among the arguments of a method. */
export const OPTIONS_AT: Readonly<Record<string, number>> = {
	fit: 2,
	fitDataset: 1,
	evaluate: 2,
	evaluateDataset: 1,
};

/** @throws UsageError where the options make no sense, or tfjs would pass over one of them */
export function checkOptions(method: string, args: readonly unknown[]): void {
	const options = Object(args[OPTIONS_AT[method] ?? 0]) as Options;
	for (const problem of PROBLEMS[method] ?? []) {
		const found = problem(options);
		if (found !== undefined) throw new UsageError(`model.${method}: ${found}`);
	}
	const split =
		method === "fit" ? splitProblem(examplesOf(args[0]), options) : undefined;
	if (split !== undefined) throw new UsageError(`model.fit: ${split}`);
}

interface Internals {
	readonly outputNames: readonly string[];
	readonly outputs: readonly { readonly shape: readonly (number | null)[] }[];
	standardizeUserDataXY(x: unknown, y: unknown, ...rest: unknown[]): unknown;
	standardizeUserData(
		x: unknown,
		y: unknown,
		sampleWeight: unknown,
		classWeight: unknown,
		...rest: unknown[]
	): Promise<[Tensor[], Tensor[], (Tensor | null)[] | null]>;
}

type Weights = Tensor | readonly number[] | null | undefined;

/** Of each output. */
function weightsOf(
	given: Weights | readonly Weights[] | Readonly<Record<string, Weights>>,
	{ outputNames }: Internals,
): Weights[] {
	if (outputNames.length === 1 && !Array.isArray(given)) {
		const named = (given as Record<string, Weights>)[outputNames[0] as string];
		return [named ?? (given as Weights)];
	}
	if (Array.isArray(given)) {
		const isOfNumbers = typeof given[0] === "number";
		if (outputNames.length === 1)
			return [isOfNumbers ? (given as number[]) : (given[0] as Weights)];
		if (given.length === outputNames.length && !isOfNumbers)
			return given as Weights[];
	} else if (
		Object.keys(Object(given)).some((name) => outputNames.includes(name))
	)
		return outputNames.map((name) => (given as Record<string, Weights>)[name]);
	throw new UsageError(
		`sampleWeight: the model has the outputs ${outputNames.join(", ")}: give an object of a tensor for each of them`,
	);
}

/** The weight of each example, as a tensor that fit may dispose. */
function exampleWeights(given: Weights, examples: number): Tensor | null {
	if (given === undefined || given === null) return null;
	const values = Array.isArray(given)
		? (given as number[])
		: Array.from((given as Tensor).dataSync() as Float32Array);
	if (values.length !== examples)
		throw new UsageError(
			`sampleWeight has ${values.length} numbers, and there are ${examples} examples: give one for each`,
		);
	return tensor1d(values as number[], "float32");
}

/** Class indices of sequences lack the axis of size 1 that tfjs asks for. */
function withAxis(model: Internals, y: unknown): unknown {
	const one = (labels: Tensor, output: number) => {
		const rank = model.outputs[output]?.shape.length ?? 0;
		return lossAt(model, output).isSparse &&
			rank > 2 &&
			labels?.rank === rank - 1
			? reshape(labels, [...labels.shape, 1])
			: labels;
	};
	if (Array.isArray(y)) return y.map(one);
	if (typeof y !== "object" || y === null) return y;
	return "dataId" in y
		? one(y as Tensor, 0)
		: Object.fromEntries(
				model.outputNames.flatMap((name, at) => {
					const labels = (y as Record<string, Tensor>)[name];
					return labels ? [[name, one(labels, at)]] : [];
				}),
			);
}

/** Makes `fit` take weights of examples, and labels of sequences as indices; and options that have no meaning be refused. */
export function installOptions(): void {
	const prototype = LayersModel.prototype as unknown as Internals;
	const { standardizeUserDataXY, standardizeUserData } = prototype;
	prototype.standardizeUserDataXY = function (this: Internals, x, y, ...rest) {
		return standardizeUserDataXY.call(this, x, withAxis(this, y), ...rest);
	};
	prototype.standardizeUserData = async function (
		this: Internals,
		x,
		y,
		sampleWeight,
		classWeight,
		...rest
	) {
		const [inputs, labels, ofClasses] = await standardizeUserData.call(
			this,
			x,
			y,
			null,
			classWeight,
			...rest,
		);
		if (!isGiven(sampleWeight)) return [inputs, labels, ofClasses];
		const examples = inputs[0]?.shape[0] ?? 0;
		const weights = weightsOf(sampleWeight as Weights, this).map(
			(given, at) => {
				const own = exampleWeights(given, examples);
				const other = ofClasses?.[at];
				if (!own || !other) return own ?? other ?? null;
				const both = mul(own, other);
				for (const one of [own, other]) one.dispose();
				return both;
			},
		);
		return [inputs, labels, weights];
	};
}
