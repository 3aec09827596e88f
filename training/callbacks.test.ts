import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "./backend/tf.ts";
import { fitCallbacks, type Reporter } from "./callbacks.ts";

function collector(signal = new AbortController().signal) {
	const logs: { values: Record<string, number>; step: number }[] = [];
	const progress: Parameters<Reporter["progress"]>[0][] = [];
	const reporter: Reporter = {
		signal,
		log: (values, { step }) => logs.push({ values, step }),
		progress: (event) => progress.push(event),
	};
	return { logs, progress, reporter };
}

function fit(callbacks: tf.ModelFitArgs["callbacks"], epochs = 3) {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({ units: 2, activation: "softmax", inputShape: [1] }),
		],
	});
	model.compile({
		optimizer: "sgd",
		loss: "categoricalCrossentropy",
		metrics: ["accuracy"],
	});
	const x = tf.tensor2d([0, 1, 2, 3], [4, 1]);
	const y = tf.oneHot(tf.tensor1d([0, 0, 1, 1], "int32"), 2);
	return model
		.fit(x, y, {
			epochs,
			batchSize: 2,
			validationData: [x, y],
			verbose: 0,
			callbacks,
		})
		.finally(() => {
			model.dispose();
			tf.dispose([x, y]);
		});
}

test("model.fit logs every epoch under the field's names, from step 1", async () => {
	const { logs, reporter } = collector();
	await fit(fitCallbacks(reporter));
	assert.deepEqual(
		logs.map(({ step }) => step),
		[1, 2, 3],
	);
	assert.deepEqual(Object.keys(logs[0]?.values ?? {}).sort(), [
		"accuracy",
		"loss",
		"val_accuracy",
		"val_loss",
	]);
});

test("model.fit reports every batch as progress, with epochs and totals", async () => {
	const { progress, reporter } = collector();
	await fit(fitCallbacks(reporter));
	assert.equal(progress.length, 6);
	const { values, ...third } = progress[2] as (typeof progress)[number];
	assert.deepEqual(third, {
		done: 1,
		total: 2,
		unit: "batch",
		label: "epoch 2/3",
	});
	assert.deepEqual(Object.keys(values ?? {}).sort(), ["accuracy", "loss"]);
});

test("the callback stands beside tfjs's own in one list", async () => {
	const { logs, reporter } = collector();
	await fit([fitCallbacks(reporter), tf.callbacks.earlyStopping()]);
	assert.equal(logs.length, 3);
});

test("another copy of tfjs can take the callback as a plain object", async () => {
	const { logs, reporter } = collector();
	const callback = fitCallbacks(reporter);
	const { onEpochBegin, onEpochEnd, onBatchEnd } = callback;
	await fit({ onEpochBegin, onEpochEnd, onBatchEnd });
	assert.equal(logs.length, 3);
});

test("an aborted signal ends model.fit with the signal's reason at the next batch", async () => {
	const controller = new AbortController();
	const { progress, reporter } = collector(controller.signal);
	const reason = new Error("interrupted");
	const stopping: Reporter = {
		...reporter,
		progress: (event) => {
			reporter.progress(event);
			if (progress.length === 3) controller.abort(reason);
		},
	};
	await assert.rejects(fit(fitCallbacks(stopping)), reason);
	assert.equal(progress.length, 3);
});
