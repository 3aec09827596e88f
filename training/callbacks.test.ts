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

test("model.fit ends at the batch at which its loss is NaN, and the epoch has it on record", async () => {
	const { logs, progress, reporter } = collector();
	const model = counting();
	// Too large for 32 bits, once squared.
	const x = tf.tensor2d([1, 2, 3e38, 4], [4, 1]);
	await assert.rejects(
		model.fit(x, tf.zerosLike(x), {
			batchSize: 1,
			epochs: 2,
			shuffle: false,
			verbose: 0,
			callbacks: fitCallbacks(reporter),
		}),
		{
			name: "DivergedError",
			message: /^loss became Infinity in epoch 1, batch 3\. Likely causes: /,
		},
	);
	assert.equal(progress.length, 3);
	assert.deepEqual(logs, [
		{ values: { loss: Number.POSITIVE_INFINITY }, step: 1 },
	]);
});

test("model.fit ends after an epoch whose validation loss is NaN, not for another metric", async () => {
	const { logs, reporter } = collector();
	const fitted = (validation: number) =>
		counting().fit(tf.ones([2, 1]), tf.zeros([2, 1]), {
			validationData: [tf.fill([2, 1], validation), tf.zeros([2, 1])],
			verbose: 0,
			callbacks: fitCallbacks(reporter),
		});
	await assert.rejects(
		fitted(3e38),
		/^DivergedError: val_loss became Infinity in epoch 1/,
	);
	assert.equal(logs.length, 1);
	await fitted(3);
});

/** Weights that stay: the loss of x is x², its mean absolute error x, and it is right where x < 4. */
function counting(): tf.Sequential {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({
				inputShape: [1],
				units: 1,
				useBias: false,
				kernelInitializer: "ones",
			}),
		],
	});
	model.compile({
		optimizer: tf.train.sgd(0),
		loss: "meanSquaredError",
		metrics: [
			"mae",
			function accuracy(_: tf.Tensor, output: tf.Tensor) {
				return output.less(4).toFloat().mean();
			} as never,
		],
	});
	return model;
}

const seven = [1, 2, 3, 4, 5, 6, 7];
const expected = { loss: 20, mae: 4, accuracy: 3 / 7 };
const shown = ({ loss, mae, accuracy }: Record<string, number>) =>
	Object.fromEntries(
		Object.entries({ loss, mae, accuracy }).map(([name, value]) => [
			name,
			(value as number).toFixed(5),
		]),
	);
const validated = (values: Record<string, number>) =>
	Object.fromEntries(
		Object.entries(values).flatMap(([name, value]) =>
			name.startsWith("val_") ? [[name.slice(4), value]] : [],
		),
	);

for (const batchSize of [1, 2, 3, 4, 6, 7, 8])
	test(`model.fit and evaluate report the mean over examples in batches of ${batchSize} of 7, data sets too`, async () => {
		const model = counting();
		const x = tf.tensor2d(seven, [7, 1]);
		const y = tf.zeros([7, 1]);
		const { logs, reporter } = collector();
		const common = {
			epochs: 2,
			verbose: 0,
			callbacks: fitCallbacks(reporter),
		} as const;
		await model.fit(x, y, { ...common, batchSize, validationData: [x, y] });
		const source = tf.data
			.zip({
				xs: tf.data.array(seven.map((value) => [value])),
				ys: tf.data.array(seven.map(() => [0])),
			})
			.batch(batchSize);
		await model.fitDataset(source, { ...common, validationData: source });
		assert.equal(logs.length, 4);
		for (const { values } of logs) {
			assert.deepEqual(shown(values), shown(expected));
			assert.deepEqual(shown(validated(values)), shown(expected));
		}
		const evaluations = [
			model.evaluate(x, y, { batchSize, verbose: 0 }),
			await model.evaluateDataset(source as never, { verbose: 0 }),
		] as tf.Scalar[][];
		for (const scalars of evaluations) {
			const [loss, mae, accuracy] = scalars.map(
				(scalar) => scalar.dataSync()[0] as number,
			) as [number, number, number];
			assert.deepEqual(shown({ loss, mae, accuracy }), shown(expected));
		}
		model.dispose();
		tf.dispose([x, y, evaluations]);
	});

test("a batch's progress shows that batch's own values, of a shorter last one too", async () => {
	const model = counting();
	const { progress, reporter } = collector();
	const x = tf.tensor2d(seven, [7, 1]);
	const y = tf.zeros([7, 1]);
	await model.fit(x, y, {
		batchSize: 3,
		shuffle: false,
		verbose: 0,
		callbacks: fitCallbacks(reporter),
	});
	const shownBatches = progress.map(({ done, total, values }) => [
		done,
		total,
		shown(values as Record<string, number>),
	]);
	assert.deepEqual(shownBatches, [
		[1, 3, shown({ loss: 14 / 3, mae: 2, accuracy: 1 })],
		[2, 3, shown({ loss: 77 / 3, mae: 5, accuracy: 0 })],
		[3, 3, shown({ loss: 49, mae: 7, accuracy: 0 })],
	]);
	model.dispose();
	tf.dispose([x, y]);
});
