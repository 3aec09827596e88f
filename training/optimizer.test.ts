import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../experiment/random/stream.ts";
import { useBackend } from "./backend/backend.ts";
import * as tf from "./backend/tf.ts";
import { createOptimizer, optimizerNames } from "./optimizer.ts";

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
		const updater = createOptimizer(name, 0.05, [ours]);
		const optimizer = reference[name]();
		const before = tf.memory().numTensors;
		for (let step = 0; step < 20; step++)
			tf.tidy(() => {
				const loss = (w: tf.Variable) => () =>
					w.sub(1).square().mul(w.abs()).sum() as tf.Scalar;
				updater.step(tf.variableGrads(loss(ours), [ours]).grads);
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
