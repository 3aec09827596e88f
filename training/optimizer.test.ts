import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../experiment/random/stream.ts";
import { useBackend } from "./backend/backend.ts";
import * as tf from "./backend/tf.ts";
import { Steps } from "./executor/steps.ts";
import { createOptimizer } from "./optimizer.ts";
import { optimizerNames } from "./optimizer-names.ts";

const reference = {
	adam: () => tf.train.adam(0.05),
	sgd: () => tf.train.sgd(0.05),
	momentum: () => tf.train.momentum(0.05, 0.9),
};

for (const name of optimizerNames)
	test(`20 steps of ${name} end where tf.train.${name} ends`, async () => {
		await useBackend("wasm");
		const stream = openStream("optimizer", name);
		const start = tf.tensor2d(
			Array.from({ length: 12 }, () => stream.next() - 0.5),
			[3, 4],
		);
		const ours = tf.variable(start);
		const theirs = tf.variable(start);
		const own = new Steps([ours]);
		const updater = createOptimizer(name, 0.05, [ours], own);
		const optimizer = reference[name]();
		const before = tf.memory().numTensors;
		for (let step = 0; step < 20; step++)
			tf.tidy(() => {
				const loss = (w: tf.Variable) => () =>
					w.sub(1).square().mul(w.abs()).sum() as tf.Scalar;
				const tensor = tf.variableGrads(loss(ours), [ours]).grads[
					ours.name
				] as tf.Tensor;
				const values = tensor.dataSync() as Float32Array;
				updater.step([ours], [{ tensor, values }]);
				own.bringBack();
				const { grads } = tf.variableGrads(loss(theirs), [theirs]);
				optimizer.applyGradients([
					{ name: theirs.name, tensor: grads[theirs.name] as tf.Tensor },
				]);
			});
		const a = ours.dataSync();
		const b = theirs.dataSync();
		for (let i = 0; i < a.length; i++)
			assert.ok(
				Math.abs((a[i] as number) - (b[i] as number)) < 1e-5,
				`${a[i]} is not ${b[i]}`,
			);
		// Only tf.train keeps slots as tensors: at most two, and its counter.
		assert.ok(tf.memory().numTensors - before <= 3);
		updater.dispose();
		optimizer.dispose();
		tf.dispose([start, ours, theirs]);
	});

/** From 1, at learning rate 0.1, by the gradients 0.5 and -0.25. */
const steps: Record<(typeof optimizerNames)[number], [number, number]> = {
	sgd: [0.95, 0.975],
	// Velocities 0.5 and 0.9 · 0.5 - 0.25 = 0.2.
	momentum: [0.95, 0.93],
	// Means 0.5 and 0.02 / 0.19, of squares 0.25 and 0.00031225 / 0.001999.
	adam: [0.9, 0.9 - (0.1 * (0.02 / 0.19)) / Math.sqrt(0.00031225 / 0.001999)],
};

for (const name of optimizerNames)
	test(`the first two steps of ${name} are what arithmetic gives`, async () => {
		await useBackend("wasm");
		const variable = tf.variable(tf.tensor1d([1]));
		const own = new Steps([variable]);
		const updater = createOptimizer(name, 0.1, [variable], own);
		for (const [k, slope] of [0.5, -0.25].entries()) {
			updater.step([variable], [{ values: Float32Array.of(slope) }]);
			own.bringBack();
			const value = variable.dataSync()[0] as number;
			const expected = steps[name][k] as number;
			assert.ok(Math.abs(value - expected) < 1e-6, `${value} ≠ ${expected}`);
		}
		updater.dispose();
		variable.dispose();
	});
