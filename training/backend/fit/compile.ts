import type { Tensor } from "@tensorflow/tfjs-core";
import { LayersModel, type ModelCompileArgs } from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { lossNamed, lossNames, type ModelLoss } from "./losses.ts";
import { type Metric, metricsByName } from "./metrics.ts";

/** The loss of one output. */
export interface Loss {
	/** As `model.compile` was given it; a function of the user's own has none. */
	readonly name?: string;
	/** Labels are indices of classes. */
	readonly isSparse: boolean;
	readonly of: ModelLoss;
}

type LossOption = ModelCompileArgs["loss"];

interface Compiled {
	readonly loss: LossOption;
	readonly outputNames: readonly string[];
}

/** What `model.compile` was told for the output of this place. */
export function lossOption(
	{ loss, outputNames }: Compiled,
	output: number,
): unknown {
	if (typeof loss !== "object" || loss === null) return loss;
	return Array.isArray(loss)
		? loss[output]
		: Object(loss)[outputNames[output] ?? ""];
}

export function lossAt(model: object, output: number): Loss {
	const option = lossOption(model as Compiled, output);
	const named = lossNamed(option);
	return named
		? {
				name: option as string,
				isSparse: option === "sparseCategoricalCrossentropy",
				of: named,
			}
		: {
				isSparse: false,
				of: option as (labels: Tensor, predictions: Tensor) => Tensor,
			};
}

const optimizerNames = [
	"sgd",
	"adam",
	"adamax",
	"adagrad",
	"adadelta",
	"rmsprop",
];

const listed = (names: readonly string[]) => names.join(", ");

const OPTIMIZERS = `give one of ${listed(optimizerNames)}, or make one, such as tf.train.momentum(0.01, 0.9)`;

function checkLoss(loss: unknown, what: string): void {
	if (typeof loss === "function" || lossNamed(loss)) return;
	const among = `give one of ${listed(lossNames)}, or a function of labels and predictions`;
	throw new UsageError(
		loss === undefined || loss === null
			? `${what} has no loss: ${among}`
			: `there is no loss ${JSON.stringify(loss)}: ${among}`,
	);
}

const SHORT = ["accuracy", "acc", "crossentropy", "ce"];

/** The metric that a name stands for; those that follow from the loss are left to tfjs. */
function metricKnown(metric: unknown): unknown {
	if (typeof metric !== "string" || SHORT.includes(metric)) return metric;
	if (Object.hasOwn(metricsByName, metric)) return metricsByName[metric];
	throw new UsageError(
		`there is no metric ${JSON.stringify(metric)}: give one of accuracy, ${listed(Object.keys(metricsByName))}, or a function of labels and predictions`,
	);
}

const isList = (value: unknown): value is readonly unknown[] =>
	Array.isArray(value);

/** In logs, functions that have no name are told apart by numbers; so are those that are called as the loss is. */
function withName(metric: unknown, number: () => number): unknown {
	if (typeof metric !== "function" || !["", "loss"].includes(metric.name))
		return metric;
	const own = metric as Metric;
	const named: ModelLoss = (labels, predictions) => own(labels, predictions);
	Object.defineProperty(named, "name", { value: `metric_${number()}` });
	return Object.assign(named, own.whole && { whole: own.whole });
}

/** The same list, object or single one, with functions for names, and names for functions. */
function metricsOf(metrics: unknown): unknown {
	let unnamed = 0;
	const metricOf = (metric: unknown) =>
		withName(metricKnown(metric), () => ++unnamed);
	if (isList(metrics)) return metrics.map(metricOf);
	if (typeof metrics === "object" && metrics !== null)
		return Object.fromEntries(
			Object.entries(metrics).map(([output, own]) => [
				output,
				isList(own) ? own.map(metricOf) : metricOf(own),
			]),
		);
	return metrics === undefined || metrics === null
		? metrics
		: [metricOf(metrics)];
}

/** Options of Keras that tfjs takes without a word, and passes over. */
const UNKNOWN: Readonly<Record<string, string>> = {
	lossWeights:
		"multiply the losses in functions of labels and predictions, such as { a: (y, p) => tf.metrics.meanSquaredError(y, p).mul(0.5) }",
	weightedMetrics: "compute them from model.predict",
	sampleWeightMode: "give weights of whole examples to fit",
	targetTensors: "give labels to fit",
};

/** What `compile` found out, and is declared private. */
interface Internals extends Compiled {
	metricsTensors: [Metric, number][];
}

/** An object has an entry for outputs of the model, and for nothing else. */
function checkOutputs(
	what: string,
	given: unknown,
	{ outputNames }: Compiled,
): void {
	if (typeof given !== "object" || given === null || Array.isArray(given))
		return;
	for (const name of Object.keys(given))
		if (!outputNames.includes(name))
			throw new UsageError(
				`${what} names ${JSON.stringify(name)}, which is no output of the model; it has ${listed(outputNames)}`,
			);
}

function checkArgs(args: ModelCompileArgs, model: Internals): void {
	if (typeof args !== "object" || args === null)
		throw new UsageError(
			'model.compile takes an object: { optimizer: "adam", loss: "…" }',
		);
	for (const [name, instead] of Object.entries(UNKNOWN))
		if ((args as unknown as Record<string, unknown>)[name] !== undefined)
			throw new UsageError(
				`model.compile of TensorFlow.js knows no ${name}: ${instead}`,
			);
	const { optimizer, loss, metrics } = args;
	const { outputNames } = model;
	if (optimizer === undefined || optimizer === null)
		throw new UsageError(`the model has no optimizer: ${OPTIMIZERS}`);
	for (const [what, given] of Object.entries({ loss, metrics }))
		checkOutputs(what, given, model);
	if (typeof optimizer === "string" && !isOptimizerName(optimizer))
		throw new UsageError(
			`there is no optimizer ${JSON.stringify(optimizer)}: ${OPTIMIZERS}`,
		);
	for (const [output, name] of outputNames.entries())
		checkLoss(
			lossOption({ loss, outputNames }, output),
			outputNames.length > 1 ? `the output ${name}` : "the model",
		);
}

/** As Keras writes them, too: "SGD", "RMSProp". */
const isOptimizerName = (name: string) =>
	optimizerNames.includes(name) ||
	["SGD", "Adam", "Adamax", "Adagrad", "Adadelta", "RMSProp"].includes(name);

/** Makes `model.compile` know every loss and metric there is by name, and refuse others. */
export function installCompilation(): void {
	const prototype = LayersModel.prototype as unknown as {
		compile(args: ModelCompileArgs): void;
	};
	const { compile } = prototype;
	prototype.compile = function (this: Internals, args) {
		checkArgs(args, this);
		const own = metricsOf(args.metrics) as ModelCompileArgs["metrics"];
		compile.call(this, { ...args, metrics: own });
		const given = new Set(Object.values(Object(own)).flat());
		// What tfjs chose for "accuracy", by the name of its function.
		this.metricsTensors = this.metricsTensors.map(([metric, output], place) => {
			const isLoss =
				this.outputNames.length > 1 && place < this.outputNames.length;
			// Bundles number functions of one name.
			const name = (metric?.name ?? "").replace(/\$\d+$/, "");
			const mended = metricsByName[name];
			return [
				!isLoss && !given.has(metric) && mended ? mended : metric,
				output,
			];
		});
	};
}
