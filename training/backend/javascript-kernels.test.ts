import assert from "node:assert/strict";
import { after, test } from "node:test";
import { useBackend } from "./backend.ts";
import * as tf from "./tf.ts";

after(() => useBackend("wasm"));

const complex = (shape: number[], from: number) => {
	const real = tf.range(from, from + tf.util.sizeFromShape(shape));
	return tf.complex(tf.reshape(real, shape), tf.reshape(real.neg(), shape));
};

test("complex numbers of all shapes broadcast on the backend in JavaScript", async () => {
	await useBackend("cpu");
	const values = (x: tf.Tensor) => [...x.dataSync()];
	const two = tf.complex([1, 2], [0, 0]);
	assert.deepEqual(values(tf.mul(two, 4)), [4, 0, 8, 0]);
	assert.deepEqual(values(tf.div(two, 4)), [0.25, 0, 0.5, 0]);
	assert.deepEqual(values(tf.add(4, two)), [5, 0, 6, 0]);
	assert.deepEqual(values(tf.sub(two, tf.complex([1], [1]))), [0, -1, 1, -1]);
	// Compared with one place at a time.
	const pairs = [
		[[2, 3], [3]],
		[[3], [2, 3]],
		[
			[2, 1],
			[1, 3],
		],
		[[2, 3], []],
		[[], [2, 2, 2]],
		[
			[2, 1, 2],
			[3, 1],
		],
		[[0, 3], [1]],
	] as const;
	for (const [a, b] of pairs) {
		const [x, y] = [complex([...a], 1), complex([...b], 3)];
		const shape = tf.broadcast_util.assertAndGetBroadcastShape([...a], [...b]);
		const part = (z: tf.Tensor, take: typeof tf.real) =>
			tf.broadcastTo(take(z), shape);
		const [c, d, e, f] = [
			part(x, tf.real),
			part(x, tf.imag),
			part(y, tf.real),
			part(y, tf.imag),
		] as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
		const product = tf.mul(x, y);
		assert.deepEqual(product.shape, shape);
		assert.deepEqual(
			values(product),
			values(tf.complex(c.mul(e).sub(d.mul(f)), c.mul(f).add(d.mul(e)))),
		);
		assert.deepEqual(
			values(tf.sub(x, y)),
			values(tf.complex(c.sub(e), d.sub(f))),
		);
		assert.deepEqual(
			values(tf.add(x, y)),
			values(tf.complex(c.add(e), d.add(f))),
		);
	}
});

test("parts with a stride, and blocks with the channels first, are those of the default backend", async () => {
	const results = async (name: "cpu" | "wasm") => {
		await useBackend(name);
		const x = tf.range(0, 60).reshape([3, 4, 5]);
		const all: tf.Tensor[] = [
			tf.stridedSlice(x, [1, 0, 0], [2, 4, 5], [2, 1, 2], 0, 0, 0, 0, 1),
			tf.stridedSlice(x, [0, 1, 4], [3, 2, 0], [2, 3, -2], 0, 0, 0, 0, 2),
			tf.stridedSlice(x, [-1, -1], [-3, 9], [-1, 2], 0, 0, 0, 0, 2),
			tf.stridedSlice(x, [2], [2], [1]),
			tf.stridedSlice(x.toInt(), [0, 3], [3, 0], [2, -2]),
			tf.stridedSlice(x.greater(20), [0, 3], [3, 0], [2, -2]),
			tf.stridedSlice(tf.tensor(["a", "b", "c", "d"]), [3], [0], [-2]),
			tf.depthToSpace(tf.range(0, 96).reshape([2, 8, 2, 3]), 2, "NCHW"),
			tf.depthToSpace(tf.range(0, 36).reshape([1, 9, 1, 4]), 3, "NCHW"),
			tf.depthToSpace(tf.zeros([0, 4, 1, 2]), 2, "NCHW"),
		];
		return all.map((one) => [one.dtype, one.shape, [...one.dataSync()]]);
	};
	assert.deepEqual(await results("cpu"), await results("wasm"));
});

test("kernels in JavaScript leave no tensors behind", async () => {
	await useBackend("cpu");
	const x = complex([2, 3], 0);
	const before = tf.memory();
	tf.tidy(() => {
		tf.mul(x, 4);
		tf.stridedSlice(tf.real(x), [0, 0], [2, 3], [1, 2]);
	});
	const { numTensors, numDataBuffers } = tf.memory();
	assert.deepEqual(
		{ numTensors, numDataBuffers },
		{
			numTensors: before.numTensors,
			numDataBuffers: before.numDataBuffers,
		},
	);
});
