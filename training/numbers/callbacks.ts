import assert from "node:assert/strict";
import * as tf from "../backend/tf.ts";
import type { Row } from "./row.ts";

/*
 * When callbacks are called, and what early stopping does with given losses.
 */

/** A model with one weight that is 1 higher after each batch, and whose losses are given. */
function scripted() {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({
				units: 1,
				inputShape: [1],
				useBias: false,
				kernelInitializer: "zeros",
			}),
		],
	});
	model.compile({
		optimizer: tf.train.sgd(1),
		loss: (_: tf.Tensor, output: tf.Tensor) => output.neg(),
	});
	return model;
}

const weightOf = (model: tf.LayersModel) =>
	model.getWeights()[0]?.dataSync()[0] as number;

/** Puts given values in the place of a logged quantity: what a validation might have found. */
class Script extends tf.Callback {
	readonly #name: string;
	readonly #values: readonly number[];

	constructor(name: string, values: readonly number[]) {
		super();
		this.#name = name;
		this.#values = values;
	}

	override async onEpochEnd(epoch: number, logs?: tf.Logs): Promise<void> {
		if (logs) logs[this.#name] = this.#values[epoch] as number;
	}
}

export interface Stop {
	readonly what: string;
	readonly args: tf.EarlyStoppingCallbackArgs;
	readonly values: readonly number[];
	/** How many epochs are trained. */
	readonly epochs: number;
	/** The epoch whose weights the model has afterwards, counted from 1. */
	readonly weights: number;
}

const stop = (
	what: string,
	args: tf.EarlyStoppingCallbackArgs,
	values: readonly number[],
	epochs: number,
	weights = epochs,
): Stop => ({ what, args, values, epochs, weights });

const restore = { restoreBestWeights: true } as const;

export const STOPS: readonly Stop[] = [
	stop("at once without patience", {}, [3, 2, 2, 1], 3),
	stop("after the patience", { patience: 2 }, [3, 2, 2, 2.5, 1], 4),
	stop(
		"not before the patience is at an end",
		{ patience: 2 },
		[3, 4, 2, 3, 1],
		5,
	),
	stop("for less than minDelta", { minDelta: 0.5 }, [3, 2, 1.6, 1], 3),
	stop("by the size of minDelta", { minDelta: -0.5 }, [3, 2, 1.6, 1], 3),
	stop("upwards by name", { monitor: "val_acc" }, [1, 2, 3, 3, 4], 4),
	stop(
		"upwards for precision",
		{ monitor: "val_precision" },
		[1, 2, 3, 2, 4],
		4,
	),
	stop("upwards by mode", { mode: "max" }, [1, 2, 3, 3, 4], 4),
	stop("downwards by mode", { monitor: "val_acc", mode: "min" }, [3, 2, 2], 3),
	stop(
		"at a baseline that is never met",
		{ baseline: 1, patience: 2 },
		[3, 2.5, 2, 1.5],
		2,
	),
	stop(
		"not at a baseline that is met",
		{ baseline: 2, patience: 2 },
		[3, 1, 0.5, 0.25],
		4,
	),
	stop("for NaN", { patience: 1 }, [2, Number.NaN, 1], 2),
	stop(
		"with the best weights",
		{ patience: 2, ...restore },
		[3, 1, 2, 2, 0],
		4,
		2,
	),
	stop("with the best weights at the end", restore, [3, 2, 1], 3, 3),
	stop(
		"with the best weights, not stopped",
		{ patience: 9, ...restore },
		[3, 1, 2, 2],
		4,
		2,
	),
	stop(
		"with the best weights of a baseline not met",
		{ baseline: 0, patience: 3, ...restore },
		[3, 1, 2],
		3,
		2,
	),
	stop(
		"with the first of equal weights",
		{ patience: 2, ...restore },
		[2, 2, 2],
		3,
		1,
	),
	stop(
		"with the best weights upwards",
		{ mode: "max", patience: 1, ...restore },
		[1, 3, 2],
		3,
		2,
	),
];

/** Trains with the values as what is monitored, by fit and by fitDataset. */
export async function checkStop({
	what,
	args,
	values,
	epochs,
	weights,
}: Stop): Promise<void> {
	const x = tf.ones([2, 1]);
	const callback = tf.callbacks.earlyStopping(args);
	const common = {
		epochs: values.length,
		verbose: 0,
		callbacks: [new Script(args.monitor ?? "val_loss", values), callback],
	} as const;
	const data = tf.data.array([{ xs: [1], ys: [1] }]).batch(1);
	const ways: Record<string, (model: tf.Sequential) => Promise<tf.History>> = {
		fit: (model) =>
			model.fit(x, x, { ...common, callbacks: [...common.callbacks] }),
		// The same instance again.
		fitDataset: (model) =>
			model.fitDataset(data as never, {
				...common,
				callbacks: [...common.callbacks],
			}),
	};
	for (const [way, train] of Object.entries(ways)) {
		const model = scripted();
		const before = tf.memory().numTensors;
		const { history } = await train(model);
		assert.equal(history.loss?.length, epochs, `stops ${what}, ${way}: epochs`);
		assert.equal(weightOf(model), weights, `stops ${what}, ${way}: weights`);
		assert.ok(
			tf.memory().numTensors <= before,
			`stops ${what}, ${way}: tensors`,
		);
		model.dispose();
	}
	x.dispose();
}

/** The calls of a training of two epochs with two batches, the second of them shorter. */
export const CALLS = [
	"onTrainBegin",
	...[0, 1].flatMap((epoch) => [
		`onEpochBegin ${epoch}`,
		"onBatchBegin 0 (2)",
		"onBatchEnd 0 (2)",
		"onBatchBegin 1 (1)",
		"onBatchEnd 1 (1)",
		`onEpochEnd ${epoch}`,
	]),
	"onTrainEnd",
];

/** Notes each call, some time after it was made: what follows must wait. */
export function listener(calls: string[]): tf.CustomCallbackArgs {
	const note = async (call: string) => {
		await new Promise((resolve) => setImmediate(resolve));
		calls.push(call);
	};
	return {
		onTrainBegin: () => note("onTrainBegin"),
		onTrainEnd: () => note("onTrainEnd"),
		onEpochBegin: (epoch) => note(`onEpochBegin ${epoch}`),
		onEpochEnd: (epoch) => note(`onEpochEnd ${epoch}`),
		onBatchBegin: (batch, logs) =>
			note(`onBatchBegin ${batch} (${logs?.size ?? (batch === 0 ? 2 : 1)})`),
		onBatchEnd: (batch, logs) => note(`onBatchEnd ${batch} (${logs?.size})`),
	};
}

export const fitScripted = (options: tf.ModelFitArgs, model = scripted()) => {
	const x = tf.ones([3, 1]);
	return model
		.fit(x, x, { batchSize: 2, epochs: 2, verbose: 0, ...options })
		.then(({ history, epoch }) => ({
			history,
			epoch,
			weight: weightOf(model),
		}));
};

export const streamScripted = (
	options: Partial<tf.ModelFitDatasetArgs<tf.TensorContainer>>,
	model = scripted(),
) =>
	model
		.fitDataset(
			tf.data
				.array([1, 1, 1].map((one) => ({ xs: [one], ys: [one] })))
				.batch(2) as never,
			{ epochs: 2, verbose: 0, ...options },
		)
		.then(({ history, epoch }) => ({
			history,
			epoch,
			weight: weightOf(model),
		}));

export async function checkCalls(): Promise<void> {
	for (const train of [fitScripted, streamScripted])
		for (const wrap of [
			(one: tf.CustomCallbackArgs) => one,
			(one: tf.CustomCallbackArgs) => [one],
			(one: tf.CustomCallbackArgs) => new tf.CustomCallback(one),
			(one: tf.CustomCallbackArgs) => [
				tf.callbacks.earlyStopping({ monitor: "loss", patience: 9 }),
				one,
			],
		]) {
			const calls: string[] = [];
			await train({
				callbacks: wrap(listener(calls)) as tf.CustomCallbackArgs,
			});
			assert.deepEqual(calls, CALLS);
		}
}

/** One row of the table for each callback. */
export async function rows(): Promise<Row[]> {
	for (const one of STOPS) await checkStop(one);
	await checkCalls();
	return ["tf.callbacks.earlyStopping", "tf.CustomCallback"].map((name) => ({
		kind: "callback",
		name,
		dtypes: ["float32"],
		forward: "right",
		gradient: "none",
		second: "none",
		oracles: ["given values"],
		worst: { forward: 0 },
	}));
}
