import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type BackendName, useBackend } from "../backend.ts";
import * as tf from "../tf.ts";

after(() => useBackend("wasm"));

const numbers = (tensor: tf.Tensor) => [...tensor.dataSync()];

async function onEach(body: () => void): Promise<void> {
	for (const name of ["wasm", "cpu"] satisfies BackendName[]) {
		await useBackend(name);
		tf.tidy(body);
	}
}

test("the gradient of maxPool keeps to dimRoundingMode, on wasm and cpu", () =>
	onEach(() => {
		const x = tf.range(-25, 0).reshape([1, 5, 5, 1]);
		const of = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, 0, "ceil");
		const gradient = numbers(tf.grad(of)(x));
		assert.deepEqual(
			gradient.flatMap((value, at) => (value === 0 ? [] : [[at, value]])),
			[6, 8, 9, 16, 18, 19, 21, 23, 24].map((at) => [at, 1]),
		);
	}));

test("values that share a maximum or minimum share its gradient evenly, on wasm and cpu", () =>
	onEach(() => {
		const x = tf.tensor3d([-4, -1, -1, -2, -4, -4], [1, 2, 3]);
		const half = 1 / 2;
		const table: [(x: tf.Tensor) => tf.Tensor, number[]][] = [
			[(x) => x.max(), [0, half, half, 0, 0, 0]],
			[(x) => x.max(1), [0, 1, 1, 1, 0, 0]],
			[(x) => x.max([0, 2], true), [0, half, half, 1, 0, 0]],
			[(x) => x.min(-1), [1, 0, 0, 0, half, half]],
		];
		for (const [of, gradient] of table)
			assert.deepEqual(numbers(tf.grad(of)(x)), gradient);
		const weighted = tf.grad((x: tf.Tensor) => x.max(2))(
			x,
			tf.tensor([[6, 8]]),
		);
		assert.deepEqual(numbers(weighted), [0, 3, 3, 8, 0, 0]);
	}));

test("the gradient of a maximum that is NaN is NaN, not nothing", () =>
	onEach(() => {
		const x = tf.tensor1d([1, Number.NaN]);
		for (const value of numbers(tf.grad((x: tf.Tensor) => x.max())(x)))
			assert.ok(Number.isNaN(value));
	}));
