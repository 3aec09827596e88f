import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";

interface Epoch {
	readonly loss: number;
	readonly accuracy: number;
}

/** recorded/digits.py writes it. */
interface RecordedTraining {
	readonly train: number;
	readonly validate: number;
	readonly epochs: number;
	readonly batch: number;
	readonly rate: number;
	readonly filters: number;
	readonly size: number;
	readonly pool: number;
	readonly bias: number;
	readonly right: readonly Epoch[];
	readonly wrong: readonly Epoch[];
}

const recorded: RecordedTraining = JSON.parse(
	readFileSync(new URL("recorded/digits.json", import.meta.url), "utf8"),
);

/** Digit i % 10 is image i // 10 of its class. */
function readImages(count: number): tf.Tensor4D {
	const folder = dirname(
		createRequire(import.meta.url).resolve("mnist/package.json"),
	);
	const classes = Array.from({ length: 10 }, (_, digit): number[] => {
		const file = join(folder, "src/digits", `${digit}.json`);
		return JSON.parse(readFileSync(file, "utf8")).data;
	});
	const size = 28 * 28;
	const pixels = new Float32Array(count * size);
	for (let i = 0; i < count; i++) {
		const from = Math.floor(i / 10) * size;
		pixels.set(classes[i % 10]?.slice(from, from + size) ?? [], i * size);
	}
	return tf.tensor4d(pixels, [count, 28, 28, 1]);
}

const weights = (shape: number[], scale: number, phase: number): tf.Tensor =>
	tf.tensor(
		Float32Array.from(
			{ length: tf.util.sizeFromShape(shape) },
			(_, at) => Math.sin(at * 12.9898 + phase) * scale,
		),
		shape,
	);

function buildModel(): tf.Sequential {
	const { size, filters, pool, bias, rate } = recorded;
	const model = tf.sequential({
		layers: [
			tf.layers.conv2d({
				inputShape: [28, 28, 1],
				filters,
				kernelSize: size,
			}),
			tf.layers.maxPooling2d({ poolSize: pool }),
			tf.layers.activation({ activation: "tanh" }),
			tf.layers.flatten(),
			tf.layers.dense({ units: 10, activation: "softmax" }),
		],
	});
	const [kernel, , dense] = model.getWeights() as [
		tf.Tensor,
		tf.Tensor,
		tf.Tensor,
	];
	model.setWeights([
		weights(kernel.shape, 0.1, 1),
		tf.fill([filters], bias),
		weights(dense.shape, 0.05, 2),
		tf.zeros([10]),
	]);
	model.compile({
		optimizer: tf.train.sgd(rate),
		loss: "sparseCategoricalCrossentropy",
		metrics: ["accuracy"],
	});
	return model;
}

test("conv → maxPool → tanh learns digits as by PyTorch's gradients in float64, and better than by wrong ones", async () => {
	const { train, validate, epochs, batch, right, wrong } = recorded;
	const x = readImages(train + validate);
	const labels = tf.tensor1d(
		Array.from({ length: train + validate }, (_, i) => i % 10),
	);
	const held = (of: tf.Tensor) => of.slice(train);
	const { history } = await buildModel().fit(
		x.slice(0, train),
		labels.slice(0, train),
		{
			epochs,
			batchSize: batch,
			shuffle: false,
			verbose: 0,
			validationData: [held(x), held(labels)],
		},
	);
	const losses = history.loss as number[];
	const accuracies = history.val_acc as number[];
	for (const [epoch, expected] of right.entries()) {
		assert.ok(Math.abs((losses[epoch] as number) - expected.loss) < 1e-4);
		// At most two of 500 are decided by the last bits.
		assert.ok(
			Math.abs((accuracies[epoch] as number) - expected.accuracy) < 0.005,
			`${accuracies} is not ${right.map(({ accuracy }) => accuracy)}`,
		);
		assert.ok(
			(accuracies[epoch] as number) > (wrong[epoch] as Epoch).accuracy + 0.05,
		);
	}
});
