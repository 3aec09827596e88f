import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import { cases, checkMetric } from "./metrics.ts";

for (const name of new Set(cases.map(({ metric }) => metric)))
	test(`${name} is that of Keras, over batches of any size, by fit, evaluate and data sets`, async () => {
		for (const one of cases) if (one.metric === name) await checkMetric(one);
	});

const number = (value: tf.Tensor) => value.dataSync()[0] as number;

test("labels may have any type, and an axis of size 1 that predictions lack", () => {
	const guess = tf.tensor2d([[0.9], [0.2], [0.6], [0.4]]);
	const labels = [1, 0, 0, 1];
	for (const dtype of ["float32", "int32", "bool"] as const) {
		const one = tf.tensor1d(labels, dtype);
		const other = tf.tensor2d(labels, [4, 1], dtype);
		for (const [y, p] of [
			[one, guess],
			[other, guess],
			[other, guess.reshape([4])],
			[one, guess.reshape([4])],
		] as [tf.Tensor, tf.Tensor][]) {
			assert.equal(number(tf.metrics.binaryAccuracy(y, p).mean()), 0.5);
			assert.equal(number(tf.metrics.precision(y, p)), 0.5);
			assert.equal(number(tf.metrics.recall(y, p)), 0.5);
		}
	}
	assert.throws(
		() => tf.metrics.binaryAccuracy(tf.zeros([3]), guess),
		(error) =>
			error instanceof UsageError &&
			/labels have the shape \[3\] and predictions \[4,1\]/.test(error.message),
	);
	assert.throws(
		() => tf.metrics.sparseCategoricalAccuracy(tf.zeros([3]), guess),
		UsageError,
	);
	assert.throws(() => tf.metrics.precision([1] as never, guess), UsageError);
});

test("what is shared among none is 0: precision without a yes, recall of no yes", () => {
	const [no, yes] = [tf.zeros([3]), tf.ones([3])];
	assert.equal(number(tf.metrics.precision(yes, no)), 0);
	assert.equal(number(tf.metrics.recall(no, yes)), 0);
	assert.equal(number(tf.metrics.r2Score(yes, yes)), 1);
	assert.equal(number(tf.metrics.r2Score(yes, no)), 0);
});

test("logs name metrics as they were given, and tell outputs apart", async () => {
	const made = (metrics: tf.ModelCompileArgs["metrics"], loss: string) => {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({ units: 2, inputShape: [2], activation: "softmax" }),
			],
		});
		model.compile({ optimizer: "sgd", loss, metrics });
		return model;
	};
	const name = (
		metrics: tf.ModelCompileArgs["metrics"],
		loss = "categoricalCrossentropy",
	) => made(metrics, loss).metricsNames.slice(1);
	assert.deepEqual(name(["accuracy"]), ["acc"]);
	assert.deepEqual(name("acc", "sparseCategoricalCrossentropy"), ["acc"]);
	assert.deepEqual(name(["crossentropy", "ce"]), ["ce", "ce"]);
	assert.deepEqual(name(["precision", "recall", "mse", "meanSquaredError"]), [
		"precision",
		"recall",
		"mse",
		"meanSquaredError",
	]);
	assert.deepEqual(name([tf.metrics.recall, tf.metrics.precision]), [
		"recall",
		"precision",
	]);
	assert.deepEqual(
		name([
			function half(labels: tf.Tensor) {
				return tf.zerosLike(labels).add(0.5);
			},
		]),
		["half"],
	);
	const model = made(["accuracy", "accuracy"], "binaryCrossentropy");
	const { history } = await model.fit(tf.ones([4, 2]), tf.ones([4, 2]), {
		verbose: 0,
	});
	assert.deepEqual(Object.keys(history).sort(), ["acc_0", "acc_1", "loss"]);
});

test("a model that is saved knows its metrics again", async () => {
	const model = tf.sequential({
		layers: [tf.layers.dense({ units: 1, inputShape: [1] })],
	});
	model.compile({
		optimizer: tf.train.adam(0.01),
		loss: "meanSquaredError",
		metrics: ["precision", "mae", "r2Score", "meanSquaredLogarithmicError"],
	});
	let saved: tf.io.ModelArtifacts | undefined;
	await model.save(
		tf.io.withSaveHandler(async (artifacts) => {
			saved = artifacts;
			return {
				modelArtifactsInfo: {
					dateSaved: new Date(0),
					modelTopologyType: "JSON",
				},
			};
		}),
		{ includeOptimizer: true },
	);
	const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
	assert.deepEqual(loaded.metricsNames, model.metricsNames);
});
