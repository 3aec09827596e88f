import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../../base/errors.ts";
import * as tf from "../tf.ts";

type Loss = (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;

const refusedBy = (says: RegExp) => (error: unknown) =>
	error instanceof UsageError && says.test(error.message);

function modelOf(loss: string | Loss, metrics: unknown = []) {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({
				units: 6,
				inputShape: [2],
				kernelInitializer: "ones",
			}),
		],
	});
	model.compile({ optimizer: "sgd", loss, metrics: metrics as string[] });
	return model;
}

const inputs = tf.tensor2d([
	[1, 2],
	[3, -1],
]);

test("a loss of the user's own takes labels of any shape", async () => {
	const shapes: number[][] = [];
	/** As of triplets: labels are not looked at. */
	const squares: Loss = (labels, predictions) => {
		shapes.push(labels.shape);
		return tf.sum(tf.square(predictions), 1);
	};
	for (const shape of [[2, 1], [2], [2, 3, 4], [2, 6]]) {
		const model = modelOf(squares);
		const labels = tf.zeros(shape);
		const { history } = await model.fit(inputs, labels, { verbose: 0 });
		// (6 · 3² + 6 · 2²) / 2
		assert.deepEqual(history.loss, [39]);
		assert.ok(model.evaluate(inputs, labels));
		await model.trainOnBatch(inputs, labels);
	}
	assert.deepEqual(shapes[0], [2, 1]);
	assert.deepEqual(shapes.at(-1), [2, 6]);
	assert.ok(shapes.some((shape) => shape.length === 3));
});

test("losses and metrics by name hold labels to the shape of the output", async () => {
	const own: Loss = (_, predictions) => tf.sum(predictions, 1);
	for (const metric of ["mse", "accuracy"])
		await assert.rejects(
			modelOf(own, [metric]).fit(inputs, tf.zeros([2, 1]), { verbose: 0 }),
			refusedBy(/labels have the shape \[2,1\] and predictions \[2,6\]/),
		);
	await assert.rejects(
		modelOf("meanSquaredError").fit(inputs, tf.zeros([2, 1]), { verbose: 0 }),
		/the labels are one number each, and the model gives 6 numbers/,
	);
});

test("with weights of examples, a loss of the user's own gives one number for each example", async () => {
	const weights = tf.tensor1d([1, 3]);
	const labels = tf.zeros([2, 6]);
	const each: Loss = (y, p) => tf.mean(tf.abs(tf.sub(p, y)), -1);
	const lossOf = async (loss: Loss) => {
		const { history } = await modelOf(loss).fit(inputs, labels, {
			sampleWeight: weights,
			verbose: 0,
		} as tf.ModelFitArgs);
		return history.loss;
	};
	// Both rows of the inputs sum up to 3 and 2, which is what each unit gives.
	assert.deepEqual(await lossOf(each), [(1 * 3 + 3 * 2) / 2]);
	await assert.rejects(
		lossOf((y, p) => tf.mean(each(y, p))),
		refusedBy(
			/the loss has the shape \[\]: it must give one number for each of the 2 examples/,
		),
	);
});

test("metrics that have no name of their own are told apart by numbers", async () => {
	const off: Loss = (labels, predictions) =>
		tf.mean(tf.abs(tf.sub(predictions, labels)));
	const loss: Loss = (labels, predictions) => off(labels, predictions);
	const labels = tf.zeros([2, 6]);
	for (const [metrics, names] of [
		[
			[(y, p) => off(y, p), "mse", (y, p) => off(y, p)] as (Loss | string)[],
			["loss", "metric_1", "mse", "metric_2"],
		],
		[[off], ["loss", "off"]],
		[[loss], ["loss", "metric_1"]],
	] as const) {
		const model = modelOf("meanSquaredError", metrics);
		const { history } = await model.fit(inputs, labels, { verbose: 0 });
		assert.deepEqual(Object.keys(history), names);
		assert.deepEqual(history[names[1] as string], [2.5]);
	}
});

test("a model that keeps states says of which size its batches are", async () => {
	const model = tf.sequential({
		layers: [
			tf.layers.lstm({
				units: 2,
				stateful: true,
				batchInputShape: [4, 3, 2],
			}),
			tf.layers.dense({ units: 1 }),
		],
	});
	model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
	const says = refusedBy(/keeps the states of 4 sequences.*batchSize: 4/);
	const [six, eight] = [
		[tf.zeros([6, 3, 2]), tf.zeros([6, 1])],
		[tf.zeros([8, 3, 2]), tf.zeros([8, 1])],
	] as const;
	await assert.rejects(model.fit(...six, { verbose: 0 }), says);
	await assert.rejects(model.fit(...six, { batchSize: 4, verbose: 0 }), says);
	await assert.rejects(model.fit(...eight, { verbose: 0 }), says);
	await assert.rejects(model.trainOnBatch(...six), says);
	assert.throws(() => model.evaluate(...six), says);
	await model.fit(...eight, { batchSize: 4, verbose: 0 });
});
