import assert from "node:assert/strict";
import { after, test } from "node:test";
import { UsageError } from "../../../base/errors.ts";
import { type BackendName, useBackend } from "../backend.ts";
import * as tf from "../tf.ts";

after(() => useBackend("wasm"));

const example = () =>
	tf.complex(
		tf.tensor2d([
			[1, 2],
			[3, 4],
		]),
		tf.tensor2d([
			[5, -6],
			[7, 0],
		]),
	);

test("complex tensors are read, listed and shown, on wasm and cpu", async () => {
	for (const name of ["wasm", "cpu"] satisfies BackendName[]) {
		await useBackend(name);
		tf.tidy(() => {
			const z = example();
			assert.equal(z.dtype, "complex64");
			assert.deepEqual([...z.dataSync()], [1, 5, 2, -6, 3, 7, 4, 0]);
			assert.deepEqual(z.arraySync(), [
				[1, 5, 2, -6],
				[3, 7, 4, 0],
			]);
			assert.match(z.toString(), /1 \+ 5j/);
			assert.deepEqual([...tf.real(z.transpose()).dataSync()], [1, 3, 2, 4]);
		});
	}
});

test("complex tensors leave nothing behind, whatever is made of them and in whatever order it is disposed", async () => {
	await useBackend("wasm");
	const numDataIds = () => tf.backend().numDataIds();
	const before = [
		tf.memory().numTensors,
		tf.memory().numDataBuffers,
		numDataIds(),
	];
	const [x, y] = [tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([0, 1, 0, 1])];
	const z = tf.complex(x, y);
	tf.dispose([x, y]);
	const same = z.reshape([2, 2]);
	const sum = z.add(z);
	z.dispose();
	const real = tf.real(same);
	same.dispose();
	assert.deepEqual([...real.dataSync()], [1, 2, 3, 4]);
	tf.dispose([real, sum]);
	tf.tidy(() => {
		tf.grad((x: tf.Tensor) =>
			tf.abs(tf.spectral.rfft(x.reshape([2, 4]))).sum(),
		)(tf.range(0, 8));
		tf.spectral.irfft(tf.spectral.rfft(tf.range(0, 12)));
	});
	assert.deepEqual(
		[tf.memory().numTensors, tf.memory().numDataBuffers, numDataIds()],
		before,
	);
});

test("complex tensors go along to another backend, and back", async () => {
	await useBackend("wasm");
	const z = example();
	for (const name of ["cpu", "wasm"] satisfies BackendName[]) {
		await useBackend(name);
		assert.deepEqual([...tf.real(z).dataSync()], [1, 2, 3, 4]);
		assert.deepEqual([...z.dataSync()], [1, 5, 2, -6, 3, 7, 4, 0]);
	}
	z.dispose();
});

test("a complex number is true unless both of its parts are 0, and as another number it is its real part", async () => {
	// That of tfjs on the cpu takes the real part for bool, too.
	await useBackend("wasm");
	const z = tf.complex([0, 0, 2.5, -1], [0, 1, 0, 3]);
	for (const [dtype, values] of [
		["bool", [0, 1, 1, 1]],
		["int32", [0, 0, 2, -1]],
		["float32", [0, 0, 2.5, -1]],
	] as const)
		assert.deepEqual([...tf.cast(z, dtype).dataSync()], values, dtype);
});

test("what takes no complex numbers says what to do instead", async () => {
	await useBackend("wasm");
	for (const compute of [
		(z: tf.Tensor) => tf.exp(z),
		(z: tf.Tensor) => tf.matMul(z, z),
		(z: tf.Tensor) => tf.relu(z),
		(z: tf.Tensor) => tf.max(z),
		(z: tf.Tensor) =>
			tf.pad(
				z,
				[
					[0, 1],
					[0, 1],
				],
				2,
			),
	])
		assert.throws(
			() => tf.tidy(() => compute(example())),
			(error: Error) => {
				assert.ok(error instanceof UsageError);
				assert.match(error.message, /tf\.real\(x\)/);
				return true;
			},
		);
	assert.throws(
		() => tf.grad((x: tf.Tensor) => tf.complex(x, x))(tf.scalar(1)),
		/take a real number of it/,
	);
});
