import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import {
	checkCalls,
	checkStop,
	fitScripted,
	STOPS,
	streamScripted,
} from "./callbacks.ts";

for (const one of STOPS)
	test(`early stopping stops ${one.what}`, () => checkStop(one));

test("early stopping says what it cannot tell, and when it stopped", async (context) => {
	for (const [args, says] of [
		[{ monitor: "val_magic" }, /whether val_magic is to rise or to fall/],
		[{ mode: "most" as never }, /no mode "most"/],
	] as const)
		assert.throws(
			() => tf.callbacks.earlyStopping(args),
			(error) => error instanceof UsageError && says.test(error.message),
		);
	const told = context.mock.method(console, "log", () => {});
	await fitScripted({
		epochs: 5,
		callbacks: tf.callbacks.earlyStopping({
			monitor: "loss",
			mode: "max",
			verbose: 1,
		}),
	});
	assert.deepEqual(
		told.mock.calls.map(({ arguments: [text] }) => text),
		["Epoch 2: early stopping."],
	);
});

test("early stopping restores weights bit for bit, constrained ones and moving averages too", async () => {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({
				units: 3,
				inputShape: [2],
				kernelConstraint: "unitNorm",
			}),
			tf.layers.batchNormalization(),
			tf.layers.dense({ units: 1 }),
		],
	});
	model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
	const x = tf.tensor2d([1, 2, -3, 4, 5, -6], [3, 2]);
	const y = tf.tensor2d([1, -1, 2], [3, 1]);
	const values = () =>
		model.getWeights().map((weight) => Array.from(weight.dataSync()));
	let best: number[][] = [];
	await model.fit(x, y, {
		epochs: 6,
		verbose: 0,
		callbacks: [
			{
				onEpochEnd: (epoch: number, logs?: tf.Logs) => {
					if (epoch === 2) best = values();
					Object.assign(logs ?? {}, { val_loss: Math.abs(epoch - 2) });
				},
			},
			tf.callbacks.earlyStopping({ patience: 2, restoreBestWeights: true }),
		],
	});
	assert.deepEqual(values(), best);
});

test(
	"callbacks are called in order, each awaited, by fit and fitDataset, in each way to give them",
	checkCalls,
);

test("onYield follows yieldEvery, and frames follow nothing else", async () => {
	for (const [yieldEvery, expected] of [
		["batch", 4],
		["epoch", 2],
		["never", 0],
		[1e9, 0],
	] as const) {
		let frames = 0;
		await fitScripted({
			yieldEvery,
			callbacks: {
				nextFrameFunc: async () => {
					frames++;
				},
			} as tf.CustomCallbackArgs,
		});
		assert.equal(frames, expected, String(yieldEvery));
	}
	let now = 0;
	const yields: string[] = [];
	await fitScripted({
		yieldEvery: 5,
		callbacks: {
			nowFunc: () => {
				now += 10;
				return now;
			},
			onYield: async (epoch, batch) => {
				yields.push(`${epoch} ${batch}`);
			},
		} as tf.CustomCallbackArgs,
	});
	assert.deepEqual(yields, ["0 0", "0 1", "1 0", "1 1"]);
});

test("a training counts epochs from initialEpoch, and its history has one value for each", async () => {
	for (const train of [fitScripted, streamScripted]) {
		const { history, epoch, weight } = await train({
			initialEpoch: 3,
			epochs: 5,
		});
		assert.deepEqual(epoch, [3, 4]);
		assert.equal(weight, 4);
		// Batches of 2 and of 1, at weights 0, 1, 2, 3: a loss is the mean over examples.
		assert.equal(history.loss?.length, 2);
		for (const [at, expected] of [-1 / 3, -7 / 3].entries())
			assert.ok(
				Math.abs((history.loss?.[at] as number) - expected) < 1e-6,
				`${history.loss}`,
			);
	}
});

test("stopTraining ends a training after the batch, by fit and fitDataset", async () => {
	for (const train of [fitScripted, streamScripted]) {
		let model: tf.LayersModel | undefined;
		class Stop extends tf.Callback {
			override async onBatchEnd(batch: number): Promise<void> {
				model = this.model;
				if (batch === 0) this.model.stopTraining = true;
			}
		}
		const { history, weight } = await train({ callbacks: [new Stop()] });
		assert.equal(weight, 1);
		assert.equal(history.loss?.length, 1);
		assert.equal(model?.stopTraining, true);
	}
});

test("the last share of the examples validates, before they are shuffled", async () => {
	const seen: number[][] = [];
	const model = tf.sequential({
		layers: [
			tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "ones" }),
		],
	});
	model.compile({
		optimizer: tf.train.sgd(0),
		loss: (labels: tf.Tensor, output: tf.Tensor) => {
			seen.push(Array.from(labels.dataSync()));
			return output.sub(labels).abs();
		},
	});
	const x = tf.zeros([7, 1]);
	const y = tf.tensor2d([1, 2, 3, 4, 5, 6, 7], [7, 1]);
	const { history } = await model.fit(x, y, {
		validationSplit: 0.3,
		batchSize: 3,
		epochs: 1,
		verbose: 0,
	});
	assert.deepEqual(seen[2], [5, 6, 7]);
	assert.deepEqual(
		[...(seen[0] ?? []), ...(seen[1] ?? [])].sort(),
		[1, 2, 3, 4],
	);
	assert.ok(Math.abs((history.loss?.[0] as number) - 2.5) < 1e-6);
	assert.equal(history.val_loss?.[0], 6);
	seen.length = 0;
	await model.fit(x, y, {
		shuffle: false,
		batchSize: 4,
		epochs: 1,
		verbose: 0,
	});
	assert.deepEqual(seen, [
		[1, 2, 3, 4],
		[5, 6, 7],
	]);
});

test("fitDataset goes on through its batches where an epoch has fewer", async () => {
	const seen: number[] = [];
	const model = tf.sequential({
		layers: [tf.layers.dense({ units: 1, inputShape: [1] })],
	});
	model.compile({
		optimizer: tf.train.sgd(0),
		loss: (labels: tf.Tensor, output: tf.Tensor) => {
			seen.push(...Array.from(labels.dataSync()));
			return output.sub(labels).abs();
		},
	});
	const data = tf.data
		.array([1, 2, 3, 4].map((one) => ({ xs: [0], ys: [one] })))
		.batch(1);
	await model.fitDataset(data as never, {
		epochs: 2,
		batchesPerEpoch: 2,
		verbose: 0,
	});
	assert.deepEqual(seen, [1, 2, 3, 4]);
});
