// Expected values are float64 arithmetic on plain arrays, written here once more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { installRandom } from "../experiment/random/install.ts";
import { withStreams } from "../experiment/random/scope.ts";
import { openStream, StreamSet } from "../experiment/random/stream.ts";
import * as tf from "./backend/tf.ts";
import { type Examples, evaluate, features, train } from "./loop.ts";
import type { OptimizerName } from "./optimizer-names.ts";

const { signal } = new AbortController();

/** Seven examples of two values, in three classes. Their losses differ much, so each must count once. */
const rows = [
	[0, 0],
	[3, -1],
	[-2, 2],
	[0.5, 4],
	[-3, -3],
	[1, 1],
	[6, -5],
];
const labels = [0, 1, 2, 1, 0, 2, 2];
const examples: Examples = {
	inputs: Float32Array.from(rows.flat()),
	shape: [2],
	labels: Uint16Array.from(labels),
};

/** `[2, 3]` and `[3]`. */
const kernel = [
	[0.5, -1, 0.25],
	[1, 0.5, -0.75],
];
const bias = [0.1, -0.2, 0.3];

/** The softmax of `x · kernel + bias`. */
function linear(): tf.LayersModel {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({ name: "logits", units: 3, inputShape: [2] }),
			tf.layers.softmax({ name: "probabilities" }),
		],
	});
	model.setWeights([tf.tensor2d(kernel), tf.tensor1d(bias)]);
	return model;
}

/** The same weights as one list: kernel row by row, then bias. */
const start = [...kernel.flat(), ...bias];

function scoresOf(weights: readonly number[], row: readonly number[]) {
	return [0, 1, 2].map(
		(c) =>
			(row[0] as number) * (weights[c] as number) +
			(row[1] as number) * (weights[3 + c] as number) +
			(weights[6 + c] as number),
	);
}

function probabilitiesOf(scores: readonly number[]): number[] {
	const powers = scores.map(Math.exp);
	const sum = powers.reduce((a, b) => a + b);
	return powers.map((power) => power / sum);
}

/** The cross-entropy of example `index`, whether its class is the likeliest, and the loss's gradient. */
function example(weights: readonly number[], index: number) {
	const row = rows[index] as number[];
	const label = labels[index] as number;
	const p = probabilitiesOf(scoresOf(weights, row));
	const slope = p.map((value, c) => value - (c === label ? 1 : 0));
	return {
		loss: -Math.log(p[label] as number),
		right: p.indexOf(Math.max(...p)) === label,
		gradient: [...row, 1].flatMap((x) => slope.map((s) => s * x)),
	};
}

const mean = (values: readonly number[]) =>
	values.reduce((a, b) => a + b) / values.length;

function assertNear(
	actual: ArrayLike<number>,
	expected: readonly number[],
	by: number,
): void {
	assert.equal(actual.length, expected.length);
	for (const [i, value] of expected.entries())
		assert.ok(
			Math.abs((actual[i] as number) - value) <= by,
			`value ${i} is ${actual[i]}, not ${value}`,
		);
}

/** By the formulas of the papers, on one list of weights. */
const optimizers: Record<
	OptimizerName,
	(lr: number) => (weights: number[], gradient: number[]) => number[]
> = {
	sgd: (lr) => (weights, gradient) =>
		weights.map((w, i) => w - lr * (gradient[i] as number)),
	momentum: (lr) => {
		const velocity = start.map(() => 0);
		return (weights, gradient) =>
			weights.map((w, i) => {
				velocity[i] = 0.9 * (velocity[i] as number) + (gradient[i] as number);
				return w - lr * (velocity[i] as number);
			});
	},
	adam: (lr) => {
		const first = start.map(() => 0);
		const second = start.map(() => 0);
		let t = 0;
		return (weights, gradient) => {
			t++;
			return weights.map((w, i) => {
				const g = gradient[i] as number;
				first[i] = 0.9 * (first[i] as number) + 0.1 * g;
				second[i] = 0.999 * (second[i] as number) + 0.001 * g ** 2;
				const m = (first[i] as number) / (1 - 0.9 ** t);
				const v = (second[i] as number) / (1 - 0.999 ** t);
				return w - (lr * m) / (Math.sqrt(v) + 1e-7);
			});
		};
	},
};

/** A Fisher–Yates shuffle from the end, by the same numbers. */
function shuffled(order: readonly number[], draw: () => number): number[] {
	const rest = [...order];
	const result: number[] = [];
	while (rest.length > 1) {
		const j = Math.floor(draw() * rest.length);
		const taken = rest[j] as number;
		rest[j] = rest.at(-1) as number;
		rest.pop();
		result.unshift(taken);
	}
	return [...rest, ...result];
}

const draws = () => {
	const stream = openStream("loop", "order");
	return () => stream.next();
};

for (const optimizer of ["sgd", "momentum", "adam"] as const)
	for (const batch of [3, 4, 7, 10])
		test(`three epochs of ${optimizer} in batches of ${batch} of 7 examples are what arithmetic gives: losses, accuracies, weights`, async () => {
			const lr = 0.05;
			const model = linear();
			const epochs: { loss: number; accuracy: number }[] = [];
			const batches: [epoch: number, done: number, total: number][] = [];
			const losses: number[] = [];
			await train({
				model,
				examples,
				optimizer,
				lr,
				epochs: 3,
				batch,
				signal,
				order: draws(),
				onBatch: ({ epoch, done, total, loss }) => {
					batches.push([epoch, done, total]);
					losses.push(loss);
				},
				onEpoch: (epoch, score) => {
					assert.equal(epoch, epochs.length + 1);
					epochs.push(score);
				},
			});

			const step = optimizers[optimizer](lr);
			const draw = draws();
			const total = Math.ceil(7 / batch);
			let weights = start;
			let order = [0, 1, 2, 3, 4, 5, 6];
			const expectedLosses: number[] = [];
			for (const epoch of [1, 2, 3]) {
				order = shuffled(order, draw);
				const seen: ReturnType<typeof example>[] = [];
				for (let from = 0; from < 7; from += batch) {
					const part = order
						.slice(from, from + batch)
						.map((index) => example(weights, index));
					seen.push(...part);
					expectedLosses.push(mean(part.map(({ loss }) => loss)));
					weights = step(
						weights,
						weights.map((_, i) =>
							mean(part.map(({ gradient }) => gradient[i] as number)),
						),
					);
				}
				assert.equal(seen.length, 7);
				const { loss, accuracy } = epochs[epoch - 1] as (typeof epochs)[number];
				assertNear([loss], [mean(seen.map((one) => one.loss))], 2e-6);
				assert.equal(accuracy, seen.filter(({ right }) => right).length / 7);
			}
			assertNear(losses, expectedLosses, 2e-6);
			assertNear(
				model.getWeights().flatMap((weight) => [...weight.dataSync()]),
				weights,
				5e-6,
			);
			assert.deepEqual(
				batches,
				[1, 2, 3].flatMap((epoch) =>
					Array.from({ length: total }, (_, k) => [epoch, k + 1, total]),
				),
			);
			model.dispose();
		});

test("an evaluation is the mean over examples, in chunks of any size", async () => {
	const model = linear();
	const each = labels.map((_, index) => example(start, index));
	const expected = rows.map((row) => probabilitiesOf(scoresOf(start, row)));
	for (const chunk of [1, 2, 3, 4, 6, 7, 8, 256]) {
		const result = await evaluate(model, examples, signal, chunk);
		assertNear([result.loss], [mean(each.map(({ loss }) => loss))], 1e-6);
		assert.equal(result.accuracy, each.filter(({ right }) => right).length / 7);
		assertNear(result.probabilities, expected.flat(), 1e-6);
		assert.deepEqual(
			[...result.predictions],
			expected.map((p) => p.indexOf(Math.max(...p))),
		);
	}
	// Neither none nor all are right, and a mean over batches would be another.
	const right = each.filter((one) => one.right).length;
	assert.ok(right > 0 && right < 7);
	const last = each.at(-1)?.loss as number;
	const overBatches =
		(mean(each.slice(0, 6).map(({ loss }) => loss)) + last) / 2;
	assert.ok(Math.abs(overBatches - mean(each.map(({ loss }) => loss))) > 0.1);
	model.dispose();
});

test("of classes that are equally likely the first is predicted", async () => {
	const model = linear();
	model.setWeights([tf.zeros([2, 3]), tf.tensor1d([-1, 2, 2])]);
	const { predictions } = await evaluate(model, examples, signal);
	assert.deepEqual([...predictions], [1, 1, 1, 1, 1, 1, 1]);
	model.dispose();
});

test("features are those of the named layer, one row per example, in chunks of any size", async () => {
	const model = linear();
	for (const chunk of [1, 2, 3, 7, 8]) {
		const { values, dimensions } = await features(
			model,
			"logits",
			examples,
			signal,
			chunk,
		);
		assert.equal(dimensions, 3);
		assertNear(
			values,
			rows.flatMap((row) => scoresOf(start, row)),
			1e-5,
		);
	}
	model.dispose();
});

test("dropout acts in training and not in evaluation", async () => {
	const model = tf.sequential({
		layers: [
			tf.layers.dropout({ rate: 0.9, inputShape: [2] }),
			tf.layers.dense({ name: "logits", units: 3 }),
			tf.layers.softmax({ name: "probabilities" }),
		],
	});
	model.setWeights([tf.tensor2d(kernel), tf.tensor1d(bias)]);
	const expected = mean(labels.map((_, index) => example(start, index).loss));
	const { loss } = await evaluate(model, examples, signal);
	assertNear([loss], [expected], 1e-6);
	installRandom();
	await withStreams(new StreamSet("loop"), () =>
		train({
			model,
			examples,
			optimizer: "sgd",
			lr: 0,
			epochs: 1,
			batch: 3,
			signal,
			order: draws(),
			onEpoch: (_, score) =>
				assert.ok(Math.abs(score.loss - expected) > 0.1, `${score.loss}`),
		}),
	);
	model.dispose();
});
