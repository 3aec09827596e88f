import { now } from "../base/clock.ts";
import { DivergedError, divergenceAt } from "../experiment/divergence.ts";
import { nextTurn } from "../host/timers.ts";
import * as tf from "./backend/tf.ts";
import type { Restorable } from "./checkpoint.ts";
import { type Input, type Output, stepsOf } from "./executor/steps.ts";
import { forwardTo } from "./forward.ts";
import { createOptimizer } from "./optimizer.ts";
import type { OptimizerName } from "./optimizer-names.ts";

/** Labelled examples in memory. */
export interface Examples {
	/** `[size, …shape]`, row by row. */
	readonly inputs: Float32Array;
	/** Of one example, e.g. `[2]` or `[32, 32, 3]`. */
	readonly shape: readonly number[];
	/** Class index per example. */
	readonly labels: Uint16Array;
}

/** Measured on examples. */
export interface Score {
	/** Mean cross-entropy, in nats. */
	readonly loss: number;
	/** In [0, 1]. */
	readonly accuracy: number;
}

export interface Evaluation extends Score {
	/** Class index per example. */
	readonly predictions: Uint16Array;
	/** `[size, classes]`. */
	readonly probabilities: Float32Array;
}

/** How long the event loop may wait for interrupts and displays, in ms. */
const yieldAfter = 50;

/**
 * A function to await between batches: throws the signal's reason once it is
 * aborted, and lets the event loop run every 50 ms. Time decides only when to
 * pause, never what is computed.
 */
function breather(signal: AbortSignal): () => Promise<void> | undefined {
	let last = now();
	const pause = async () => {
		await nextTurn();
		last = now();
		signal.throwIfAborted();
	};
	return () => {
		signal.throwIfAborted();
		return now() - last > yieldAfter ? pause() : undefined;
	};
}

/** The variables behind a model's trainable weights. */
function variablesOf(model: tf.LayersModel): tf.Variable[] {
	return model.trainableWeights.map(
		(weight) => (weight as unknown as { val: tf.Variable }).val,
	);
}

/** The examples at `order[from … to)`, and their classes as rows of 0 and a 1. */
function batchOf(
	{ inputs, shape, labels }: Examples,
	order: ArrayLike<number>,
	from: number,
	to: number,
	classes: number,
): [x: Input, y: Input] {
	const size = shape.reduce((product, length) => product * length, 1);
	const values = new Float32Array((to - from) * size);
	const oneHot = new Float32Array((to - from) * classes);
	for (let i = from; i < to; i++) {
		const index = order[i] as number;
		values.set(
			inputs.subarray(index * size, (index + 1) * size),
			(i - from) * size,
		);
		oneHot[(i - from) * classes + (labels[index] as number)] = 1;
	}
	return [
		{ values, shape: [to - from, ...shape] },
		{ values: oneHot, shape: [to - from, classes] },
	];
}

function range(size: number): Uint32Array {
	return Uint32Array.from({ length: size }, (_, index) => index);
}

/** Fisher–Yates, in place. */
export function shuffle(order: Uint32Array, rng: () => number): void {
	for (let i = order.length - 1; i > 0; i--) {
		const j = Math.floor(rng() * (i + 1));
		const kept = order[i] as number;
		order[i] = order[j] as number;
		order[j] = kept;
	}
}

/** The index of the largest of `count` values from `at`; the first of equal ones. */
function argMax(values: Float32Array, at: number, count: number): number {
	let best = 0;
	for (let c = 1; c < count; c++)
		if ((values[at + c] as number) > (values[at + best] as number)) best = c;
	return best;
}

/** Of how many examples the largest score is that of their class. */
function rightOf(
	scores: Float32Array,
	labels: Uint16Array,
	indexes: Uint32Array,
	classes: number,
): number {
	let right = 0;
	for (const [row, index] of indexes.entries())
		if (argMax(scores, row * classes, classes) === labels[index]) right++;
	return right;
}

function classCount(model: tf.LayersModel): number {
	return (model.outputs[0] as tf.SymbolicTensor).shape.at(-1) as number;
}

export interface TrainOptions {
	readonly model: tf.LayersModel;
	readonly examples: Examples;
	readonly optimizer: OptimizerName;
	/** Learning rate. */
	readonly lr: number;
	readonly epochs: number;
	/** Examples per step. */
	readonly batch: number;
	readonly signal: AbortSignal;
	/** Shuffles the examples, anew before every epoch. */
	readonly order: () => number;
	/** Steps are computed operation by operation, for this reason. Called once. */
	onSlow?(reason: string): void;
	onBatch?(progress: {
		readonly epoch: number;
		readonly done: number;
		readonly total: number;
		readonly loss: number;
	}): void;
	/** Puts a training that stopped back to where it was; resolves to the epochs that were done. */
	restore?(state: Restorable): Promise<number>;
	/** An epoch is done, and reported: what the next ones depend on. */
	checkpoint?(epoch: number, state: Restorable): Promise<void>;
	/** `score` was measured during the epoch, on the weights as they changed. */
	onEpoch(epoch: number, score: Score): void | Promise<void>;
}

/**
 * Trains a model that ends in `logits` and `probabilities` by cross-entropy. Epochs count from 1. Equal
 * streams and options give equal bits.
 *
 * @throws the signal's reason when it is aborted, or a DivergedError when the loss is no longer finite
 */
export async function train(options: TrainOptions): Promise<void> {
	const { model, examples, batch } = options;
	const size = examples.labels.length;
	const total = Math.ceil(size / batch);
	const classes = classCount(model);
	const logits = forwardTo(model, "logits");
	const variables = variablesOf(model);
	const steps = stepsOf(model);
	const optimizer = createOptimizer(
		options.optimizer,
		options.lr,
		variables,
		steps,
	);
	const breathe = breather(options.signal);
	const order = range(size);
	const state = (): Restorable => ({ model, order, ...optimizer.state() });
	const kind = `train ${variables.map(({ id }) => id).join()}`;
	const compute = ([x, y]: tf.Tensor[]) => {
		let scores: tf.Tensor | undefined;
		const { value, grads } = tf.variableGrads(() => {
			scores = tf.keep(logits(x as tf.Tensor, true));
			return tf.losses.softmaxCrossEntropy(y as tf.Tensor, scores) as tf.Scalar;
		}, variables);
		const gradients = Object.entries(grads).map(
			([name, gradient]) => [`gradient ${name}`, gradient] as const,
		);
		return {
			loss: value as tf.Tensor,
			scores: scores as tf.Tensor,
			...Object.fromEntries(gradients),
		};
	};
	/** Of one step: its loss, and the examples that it found the classes of. */
	const learn = (inputs: readonly Input[], indexes: Uint32Array) =>
		steps.run(kind, inputs, compute, (outputs) => {
			const { loss, scores } = outputs as Record<"loss" | "scores", Output>;
			const gradientOf = ({ name }: tf.Variable) => outputs[`gradient ${name}`];
			const trained = variables.filter(gradientOf);
			const result = {
				loss: loss.values[0] as number,
				right: rightOf(scores.values, examples.labels, indexes, classes),
			};
			optimizer.step(trained, trained.map(gradientOf) as Output[]);
			return result;
		});
	try {
		const done = (await options.restore?.(state())) ?? 0;
		for (let epoch = done + 1; epoch <= options.epochs; epoch++) {
			shuffle(order, options.order);
			let lossSum = 0;
			let right = 0;
			for (let step = 0; step < total; step++) {
				await breathe();
				const from = step * batch;
				const to = Math.min(from + batch, size);
				const inputs = batchOf(examples, order, from, to, classes);
				const { loss, right: found } = learn(inputs, order.subarray(from, to));
				if (!Number.isFinite(loss))
					throw new DivergedError(
						`${divergenceAt("loss", loss, `in epoch ${epoch}, batch ${step + 1}`)} Try a smaller learning rate than ${options.lr}.`,
					);
				lossSum += loss * (to - from);
				right += found;
				options.onBatch?.({ epoch, done: step + 1, total, loss });
			}
			steps.bringBack();
			if (epoch === done + 1 && steps.problem !== undefined)
				options.onSlow?.(steps.problem);
			await options.onEpoch(epoch, {
				loss: lossSum / size,
				accuracy: right / size,
			});
			if (epoch < options.epochs) await options.checkpoint?.(epoch, state());
		}
	} finally {
		steps.bringBack();
		optimizer.dispose();
	}
}

/** Loss, accuracy and predictions of such a model on `examples`. */
export async function evaluate(
	model: tf.LayersModel,
	examples: Examples,
	signal: AbortSignal,
	batch = 256,
): Promise<Evaluation> {
	const size = examples.labels.length;
	const classes = classCount(model);
	const logits = forwardTo(model, "logits");
	const steps = stepsOf(model);
	const compute = ([x, y]: tf.Tensor[]) => {
		const output = logits(x as tf.Tensor, false) as tf.Tensor2D;
		return {
			loss: tf.losses.softmaxCrossEntropy(y as tf.Tensor, output),
			shares: tf.softmax(output),
		};
	};
	const predictions = new Uint16Array(size);
	const probabilities = new Float32Array(size * classes);
	const breathe = breather(signal);
	const order = range(size);
	let lossSum = 0;
	let right = 0;
	for (let from = 0; from < size; from += batch) {
		await breathe();
		const to = Math.min(from + batch, size);
		const inputs = batchOf(examples, order, from, to, classes);
		steps.run("evaluate", inputs, compute, (outputs) => {
			const { loss, shares } = outputs as Record<"loss" | "shares", Output>;
			lossSum += (loss.values[0] as number) * (to - from);
			probabilities.set(shares.values, from * classes);
		});
		for (let i = from; i < to; i++) {
			predictions[i] = argMax(probabilities, i * classes, classes);
			if (predictions[i] === examples.labels[i]) right++;
		}
	}
	return {
		loss: lossSum / size,
		accuracy: right / size,
		predictions,
		probabilities,
	};
}

/** What the layer named `layer` gives for `examples`, row by row, and how many values each. */
export async function features(
	model: tf.LayersModel,
	layer: string,
	examples: Examples,
	signal: AbortSignal,
	batch = 256,
): Promise<{ values: Float32Array; dimensions: number }> {
	const size = examples.labels.length;
	const breathe = breather(signal);
	const order = range(size);
	const classes = classCount(model);
	const upTo = forwardTo(model, layer);
	const parts: Float32Array[] = [];
	for (let from = 0; from < size; from += batch) {
		await breathe();
		const to = Math.min(from + batch, size);
		tf.tidy(() => {
			const [{ values, shape }] = batchOf(examples, order, from, to, classes);
			const x = tf.tensor(values, [...shape]);
			parts.push(Float32Array.from(upTo(x, false).dataSync()));
		});
	}
	const values = new Float32Array(
		parts.reduce((sum, part) => sum + part.length, 0),
	);
	let at = 0;
	for (const part of parts) {
		values.set(part, at);
		at += part.length;
	}
	return { values, dimensions: size === 0 ? 0 : values.length / size };
}
