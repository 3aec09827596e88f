import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type BackendName, useBackend } from "../backend.ts";
import * as tf from "../tf.ts";

after(() => useBackend("wasm"));

test("our kernels give the same bits on the backend in JavaScript, and leave nothing behind", async () => {
	const results: unknown[] = [];
	for (const name of ["wasm", "cpu", "wasm"] satisfies BackendName[]) {
		await useBackend(name);
		const before = tf.backend().numDataIds();
		const result = tf.tidy(() => {
			const x = tf.tensor(
				Array.from({ length: 2 * 5 * 6 * 5 }, (_, at) => Math.sin(at) / 3),
				[2, 5, 6, 5],
			) as tf.Tensor4D;
			const turned = (x: tf.Tensor) =>
				tf.image.rotateWithOffset(x as tf.Tensor4D, 0.7, 1);
			const pooled = (x: tf.Tensor) =>
				tf.avgPool(x as tf.Tensor4D, [3, 2], 2, "same");
			const resized = (x: tf.Tensor) =>
				tf.image.resizeBilinear(x as tf.Tensor4D, [7, 4], false, true);
			return [turned, pooled, resized].flatMap((of) =>
				[of(x), tf.grad(of)(x)].map((tensor) => [...tensor.dataSync()]),
			);
		});
		results.push(result);
		assert.equal(tf.backend().numDataIds(), before);
	}
	assert.deepEqual(results[1], results[0]);
	assert.deepEqual(results[2], results[0]);
});

test("a tensor larger than what the backend in JavaScript gave before has room", async () => {
	await useBackend("cpu");
	tf.tidy(() => {
		const x = tf.ones([1, 400, 400, 4]) as tf.Tensor4D;
		assert.equal(tf.avgPool(x, 400, 1, "valid").dataSync()[3], 1);
	});
});
