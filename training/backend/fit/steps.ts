/*
 * What `fit`, `fitDataset`, `trainOnBatch`, `evaluate` and `evaluateDataset` compute of one
 * batch. It replaces that of tfjs, which
 *
 * - reports the loss of the first output as that of a model of several in evaluations, and
 *   adds up losses of outputs example by example, whatever their shapes;
 * - leaves penalties of weights out of evaluations, counts those of a shared layer as often
 *   as it is used, and those of recurrent cells never;
 * - takes the mean of batches for precision, recall and R², which are no means;
 * - sets labels of the shape [batch] off against predictions of the shape [batch, 1] each
 *   with each, where they come from a data set;
 * - counts steps that the mask of an output takes out, in losses and metrics;
 * - trains the weights that could be trained when the model was compiled, whatever was frozen
 *   or thawed since.
 */
import {
	add,
	div,
	expandDims,
	keep,
	maximum,
	mean,
	mul,
	type Optimizer,
	reshape,
	type Scalar,
	scalar,
	sum,
	Tensor,
	tidy,
	util,
	type Variable,
} from "@tensorflow/tfjs-core";
import {
	Callback,
	LayersModel,
	type Logs,
	registerCallbackConstructor,
	type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { countsOf, maskOf, whereCounts } from "../layers/masks.ts";
import { penaltiesOf } from "../layers/penalties.ts";
import { type Loss, lossAt } from "./compile.ts";
import { real } from "./losses.ts";
import type { Metric, Whole } from "./metrics.ts";

type Step = (data: Tensor[]) => Tensor[];

/** Parts of a model that tfjs-layers declares private. */
interface Internals {
	readonly inputs: SymbolicTensor[];
	readonly outputs: SymbolicTensor[];
	readonly outputNames: string[];
	/** With the place of the output that each is of. With several outputs, their losses come first. */
	readonly metricsTensors: readonly (readonly [Metric, number])[];
	readonly trainableWeights: readonly { read(): Variable }[];
	readonly weights: readonly unknown[];
	readonly optimizer_: Optimizer;
	call(inputs: Tensor[], options: object): Tensor | Tensor[];
	getDedupedMetricsNames(): string[];
	makeTrainFunction(): Step;
	checkTrainableWeightsConsistency(): void;
	makeTestFunction(): void;
	testFunction: Step;
	testLoop(...args: unknown[]): Tensor[];
	evaluateDataset(...args: unknown[]): Promise<Tensor | Tensor[]>;
}

/** What the batches of an epoch, or of an evaluation, add up to, by the place of the metric. */
type Tally = Map<number, Whole>;
const trained = new WeakMap<object, Tally>();
const tested = new WeakMap<object, Tally>();

/** Begins anew. */
function begin(tallies: WeakMap<object, Tally>, model: Internals): void {
	tallies.set(
		model,
		new Map(
			model.metricsTensors.flatMap(([{ whole }], place) =>
				whole ? [[place, whole()]] : [],
			),
		),
	);
}

/** tfjs gives a number for each example its own axis, except where it comes from a data set. */
const withAxis = (tensor: Tensor, { shape }: SymbolicTensor): Tensor =>
	tensor.rank === 1 && shape.length === 2 ? expandDims(tensor, 1) : tensor;

/** Labels in the shape of their output. @throws UsageError where they have none of it */
function labelsFor(
	labels: Tensor,
	{ shape }: Tensor,
	output: SymbolicTensor,
	{ name, isSparse }: Loss,
): Tensor {
	const outer = shape.slice(0, -1);
	const expected = isSparse ? [...outer, 1] : shape;
	if (isSparse && util.arraysEqual(labels.shape, outer))
		return reshape(labels, expected);
	const given = withAxis(labels, output);
	// A loss of the user's own may take labels of any shape.
	if (name === undefined || util.arraysEqual(given.shape, expected))
		return given;
	throw new UsageError(
		`labels have the shape [${labels.shape}], and the model gives [${shape}]: ${name} takes labels of the shape [${expected}]`,
	);
}

/** Losses of examples by their weights, which are of whole examples. */
function weighted(losses: Tensor, weights: Tensor | undefined | null): Tensor {
	if (!weights) return losses;
	const [examples] = weights.shape;
	if (losses.shape[0] !== examples)
		throw new UsageError(
			`examples have weights, and the loss has the shape [${losses.shape}]: it must give one number for each of the ${examples} examples`,
		);
	const axes = losses.shape.map((_, axis) =>
		axis === 0 ? (examples as number) : 1,
	);
	return mul(losses, reshape(weights, axes));
}

/**
 * What counts of losses, or of a metric's values, by the mask of their output: 1 or 0 for
 * each. One number for all is a function's own way to count.
 */
function countsFor(
	values: Tensor,
	mask: Tensor | null,
	what: string,
): Tensor | null {
	if (!mask || values.rank === 0) return null;
	if (!mask.shape.every((size, axis) => size === values.shape[axis]))
		throw new UsageError(
			`the model's output has a mask of the shape [${mask.shape}], and ${what} has the shape [${values.shape}]: give one number for each place of the mask, or one for all`,
		);
	return countsOf(mask, values);
}

/** The mean over what counts; 0 where nothing does, as in Keras. */
const meanWhere = (values: Tensor, counts: Tensor | null): Tensor =>
	counts
		? div(sum(whereCounts(counts, values)), maximum(sum(counts), 1))
		: mean(values);

/** A mean over what counts in all batches, which is not the mean of theirs. */
class MeanWhere implements Whole {
	#total = 0;
	#count = 0;
	/** Labels and predictions do not say what counts. */
	add(): void {}
	addWhere(values: Tensor, counts: Tensor): void {
		this.#total += sum(whereCounts(counts, values)).dataSync()[0] as number;
		this.#count += sum(counts).dataSync()[0] as number;
	}
	value(): number {
		return this.#total / Math.max(this.#count, 1);
	}
}

function addWhere(
	tally: Tally,
	place: number,
	values: Tensor,
	counts: Tensor,
): void {
	const known = tally.get(place);
	const whole = known instanceof MeanWhere ? known : new MeanWhere();
	tally.set(place, whole);
	tidy(() => whole.addWhere(values, counts));
}

interface Batch {
	readonly inputs: Tensor[];
	readonly labels: Tensor[];
	readonly weights: (Tensor | null)[];
}

function batchOf({ inputs, outputs }: Internals, data: Tensor[]): Batch {
	const [from, to] = [inputs.length, inputs.length + outputs.length];
	return {
		inputs: data
			.slice(0, from)
			.map((input, at) => withAxis(input, inputs[at] as SymbolicTensor)),
		labels: data.slice(from, to),
		weights: data.slice(to, to + outputs.length),
	};
}

/** The loss of a batch, and its metrics. */
function judged(
	model: Internals,
	data: Tensor[],
	training: boolean,
	tally: Tally | undefined,
): { readonly total: Tensor; readonly metrics: Tensor[] } {
	const { inputs, labels, weights } = batchOf(model, data);
	const outputs = [model.call(inputs, { training })].flat();
	const losses: Tensor[] = [];
	const truths = outputs.map((output, at) => {
		const loss = lossAt(model, at);
		const truth = labelsFor(
			labels[at] as Tensor,
			output,
			model.outputs[at] as SymbolicTensor,
			loss,
		);
		const values = loss.of(truth, output);
		const counts = countsFor(values, maskOf(output), "the loss");
		losses.push(meanWhere(real(weighted(values, weights[at])), counts));
		return truth;
	});
	const metrics = model.metricsTensors.map(([metric, of], place) => {
		if (outputs.length > 1 && place < outputs.length)
			return losses[place] as Tensor;
		const [truth, output] = [truths[of], outputs[of]] as [Tensor, Tensor];
		if (metric.whole) {
			tidy(() => tally?.get(place)?.add(truth, output));
			return mean(real(metric(truth, output)));
		}
		const values = real(metric(truth, output));
		const counts = countsFor(values, maskOf(output), `${metric.name} of it`);
		if (counts && tally) addWhere(tally, place, values, counts);
		return meanWhere(values, counts);
	});
	let total = losses.reduce((sum, loss) => add(sum, loss));
	for (const penalty of penaltiesOf(model)) total = add(total, penalty());
	return { total, metrics };
}

/** Puts what batches add up to in the place of means over them. */
function withWholes(outs: Tensor[], tally: Tally | undefined): Tensor[] {
	return outs.map((out, at) => {
		const whole = tally?.get(at - 1);
		if (!whole) return out;
		out.dispose();
		return scalar(whole.value());
	});
}

/** Runs in each training, behind what takes means over batches, and before the callbacks of the user. */
class WholeMetrics extends Callback {
	override async onEpochBegin(): Promise<void> {
		begin(trained, this.model as unknown as Internals);
	}

	override async onEpochEnd(_: number, logs?: Logs): Promise<void> {
		const model = this.model as unknown as Internals;
		const names = model.getDedupedMetricsNames();
		for (const [place, whole] of trained.get(model) ?? []) {
			const name = names[place + 1] as string;
			const before = logs?.[name] as number | Tensor | undefined;
			// No batch was trained with.
			if (before === undefined || !logs) continue;
			if (before instanceof Tensor) before.dispose();
			logs[name] = whole.value();
		}
	}
}

/** What a step trains. @throws UsageError where all of it is frozen */
function variablesOf({ trainableWeights, weights }: Internals): Variable[] {
	if (trainableWeights.length === 0)
		throw new UsageError(
			weights.length === 0
				? "the model has no weights, so there is nothing to train: give it a layer that has some, such as tf.layers.dense"
				: "all weights of the model are frozen, so there is nothing to train: set model.trainable = true, or trainable = true of the layers that are to learn, before training",
		);
	return trainableWeights.map((weight) => weight.read());
}

/** Puts them in the place of those of tfjs. */
export function installSteps(): void {
	const prototype = LayersModel.prototype as unknown as Internals;
	const { testLoop, evaluateDataset } = prototype;
	prototype.makeTrainFunction = function () {
		return (data) => {
			const variables = variablesOf(this);
			let metrics: Tensor[] = [];
			const cost = () => {
				const judgment = judged(this, data, true, trained.get(this));
				metrics = judgment.metrics.map((metric) => keep(metric));
				return judgment.total as Scalar;
			};
			const total = this.optimizer_.minimize(cost, true, variables);
			return [total as Scalar, ...metrics];
		};
	};
	// tfjs warns that what was frozen after `compile` had no effect.
	prototype.checkTrainableWeightsConsistency = () => undefined;
	prototype.makeTestFunction = function () {
		this.testFunction = (data) =>
			tidy(() => {
				const { total, metrics } = judged(this, data, false, tested.get(this));
				return [total, ...metrics];
			});
	};
	prototype.testLoop = function (...args) {
		begin(tested, this);
		return withWholes(testLoop.apply(this, args), tested.get(this));
	};
	prototype.evaluateDataset = async function (this: Internals, ...args) {
		begin(tested, this);
		const outs = await evaluateDataset.apply(this, args);
		const whole = withWholes([outs].flat(), tested.get(this));
		return Array.isArray(outs) ? whole : (whole[0] as Tensor);
	};
	registerCallbackConstructor(0, WholeMetrics);
}
