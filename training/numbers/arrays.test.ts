import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";
import { arrays } from "./arrays/index.ts";
import { testFamily } from "./family.ts";
import { testLeaks } from "./test-leaks.ts";

testFamily(arrays);
testLeaks(arrays);

const numbers = (x: tf.Tensor) => [...x.dataSync()];

test("texts pass through what arranges them", () => {
	const x = tf.tensor2d([
		["a", "b", "c"],
		["d", "e", "f"],
	]) as tf.Tensor;
	const texts: readonly (readonly [tf.Tensor, readonly string[]])[] = [
		[tf.reshape(x, [6]), ["a", "b", "c", "d", "e", "f"]],
		[tf.slice(x, [0, 1], [2, 1]), ["b", "e"]],
		[tf.stridedSlice(x, [1, 2], [2, -4], [1, -2]), ["f", "d"]],
		[tf.tile(tf.slice(x, [0, 0], [1, 2]), [2, 1]), ["a", "b", "a", "b"]],
		[tf.concat([x, x], 1).slice([0, 2], [1, 3]), ["c", "a", "b"]],
		[tf.stack([x, x], 2).slice([0, 0, 0], [1, 1, 2]), ["a", "a"]],
		[tf.unstack(x, 1)[2] as tf.Tensor, ["c", "f"]],
		[tf.gatherND(x, tf.tensor2d([[1, 0]], [1, 2], "int32")), ["d"]],
		[tf.unique(tf.tensor1d(["x", "y", "x"])).values, ["x", "y"]],
		[tf.expandDims(tf.squeeze(tf.reshape(x, [1, 6]))).slice([0, 5]), ["f"]],
	];
	for (const [actual, expected] of texts)
		assert.deepEqual(actual.dataSync() as unknown, expected);
});

test("tensors of several types are joined as the type that holds them all", () => {
	const [whole, float, truth] = [
		tf.tensor1d([1, 2], "int32"),
		tf.tensor1d([0.5]),
		tf.tensor1d([true]),
	] as const;
	const joined = tf.concat([whole, float, truth] as tf.Tensor[]);
	assert.equal(joined.dtype, "float32");
	assert.deepEqual(numbers(joined), [1, 2, 0.5, 1]);
	assert.deepEqual(numbers(whole.concat(float as never)), [1, 2, 0.5]);
	assert.equal(tf.stack([truth, tf.tensor1d([7], "int32")]).dtype, "int32");
	assert.throws(
		() => tf.concat([tf.tensor1d(["a"]), float] as tf.Tensor[]),
		/string and float32, have no type together/,
	);
});

test("what is asked for by a mask, or is left of a list, comes with its places", async () => {
	const x = tf.tensor2d([
		[1, 2, 3],
		[4, 5, 6],
	]);
	const mask = tf.tensor1d([1, 0, 1], "bool");
	for (const axis of [1, -1]) {
		const kept = await tf.booleanMaskAsync(x, mask, axis);
		assert.deepEqual(kept.arraySync(), [
			[1, 3],
			[4, 6],
		]);
	}
	const cells = tf.tensor2d([1, 0, 0, 0, 1, 1], [2, 3], "bool");
	assert.deepEqual(numbers(await tf.booleanMaskAsync(x, cells)), [1, 5, 6]);
	const none = tf.zeros([2], "bool") as tf.Tensor1D;
	assert.deepEqual((await tf.booleanMaskAsync(x, none)).shape, [0, 3]);
	for (const dtype of ["float32", "int32"] as const) {
		const [values, places] = (await tf.setdiff1dAsync(
			tf.tensor1d([1, 2, 3, 4, 2], dtype),
			tf.tensor1d([2, 4], dtype),
		)) as [tf.Tensor, tf.Tensor];
		assert.equal(values.dtype, dtype);
		assert.deepEqual(
			[numbers(values), numbers(places)],
			[
				[1, 3],
				[0, 2],
			],
		);
	}
});

test("a buffer holds what is set, and gives it to a tensor", () => {
	for (const dtype of ["float32", "int32", "bool"] as const) {
		const buffer = tf.buffer([2, 3], dtype);
		buffer.set(1, 1, 2);
		assert.equal(buffer.get(1, 2), 1);
		assert.deepEqual(buffer.indexToLoc(4), [1, 1]);
		const tensor = buffer.toTensor();
		assert.equal(tensor.dtype, dtype);
		assert.deepEqual(numbers(tensor), [0, 0, 0, 0, 0, 1]);
		assert.deepEqual(tensor.bufferSync().values.length, 6);
	}
});

test("methods of tensors are the operations", () => {
	const x = tf.tensor2d([
		[1, 2, 3],
		[4, 5, 6],
	]);
	const pairs: readonly (readonly [tf.Tensor, tf.Tensor])[] = [
		[x.gather([1, 0]), tf.gather(x, [1, 0])],
		[x.cumsum(-1), tf.cumsum(x, -1)],
		[x.cumprod(-2), tf.cumprod(x, -2)],
		[x.logSoftmax(0), tf.logSoftmax(x, 0)],
		[x.broadcastTo([2, 2, 3]), tf.broadcastTo(x, [2, 2, 3])],
		[x.split([-1, 1], 1)[0] as tf.Tensor, tf.slice(x, [0, 0], [2, 2])],
		[x.reverse(-1), tf.reverse(x, 1)],
	];
	for (const [actual, expected] of pairs)
		assert.deepEqual(actual.arraySync(), expected.arraySync());
});

test("operations leave nothing behind outside of a tidy, either", async () => {
	const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
	const indices = tf.tensor1d([0, 1], "int32");
	const mask = tf.tensor1d([1, 0], "bool");
	const operations: readonly (() => unknown)[] = [
		() => tf.meshgrid(indices, [3, 4]),
		() => tf.softmax(x, 0),
		() => tf.logSumExp(x, 0),
		() => tf.searchSorted([1, 2], [0, 3]),
		() => tf.math.confusionMatrix(indices, indices, 2),
		() => tf.split(x, [-1, 1]),
		() => tf.broadcastTo(x, [2, 2, 2]),
		() => tf.eye(2, 2, [2]),
		() => tf.oneHot(indices, 1),
		() => tf.cumprod(x, -1),
		() => tf.booleanMaskAsync(x, mask),
		() => tf.inTopKAsync(x, indices, 1),
		() => tf.setdiff1dAsync(indices, indices),
	];
	const counts = [];
	for (const operation of operations) {
		const before = tf.memory().numTensors;
		const result = await operation();
		const given = [result].flat().length;
		counts.push(tf.memory().numTensors - before - given);
		tf.dispose(result as tf.Tensor);
	}
	assert.deepEqual(
		counts,
		operations.map(() => 0),
	);
});

test("a list of sizes stays as it is when a tensor is split by it", () => {
	const sizes = [-1, 2];
	const [first] = tf.split(tf.tensor1d([1, 2, 3, 4, 5]), sizes);
	assert.deepEqual(numbers(first as tf.Tensor), [1, 2, 3]);
	assert.deepEqual(sizes, [-1, 2]);
});

test("an embedding learns each row by all that looked it up", () => {
	const layer = tf.layers.embedding({ inputDim: 4, outputDim: 2 });
	const ids = tf.tensor2d([1, 3, 1, 0, 1, 3], [2, 3]);
	layer.build([2, 3]);
	const { grads } = tf.variableGrads(
		() => tf.sum(layer.apply(ids) as tf.Tensor) as tf.Scalar,
	);
	assert.deepEqual(
		numbers(Object.values(grads)[0] as tf.Tensor),
		[1, 1, 3, 3, 0, 0, 2, 2],
	);
});

test("of many values that come to few places none is lost", () => {
	const size = 300_000;
	const values = tf.fill([size, 2], 0.1);
	const ids = tf.fill([size], 1, "int32") as tf.Tensor1D;
	const total = size * Math.fround(0.1);
	for (const sums of [
		tf.unsortedSegmentSum(values, ids, 3),
		tf.scatterND(ids.expandDims(1), values, [3, 2]),
		tf.grad((x: tf.Tensor) => tf.gather(x, ids))(tf.zeros([3, 2]), values),
	])
		assert.deepEqual(
			numbers(sums as tf.Tensor),
			[0, 0, total, total, 0, 0].map(Math.fround),
		);
});

test("dropout keeps the mean: what stays is divided by its share", () => {
	const x = tf.tensor1d([1, -2, 3, 4, 5, 6, 7, 8]);
	const dropped = () => tf.dropout(x, 0.5, [8], 7);
	for (const [at, value] of numbers(dropped()).entries())
		assert.ok(value === 0 || value === 2 * (x.dataSync()[at] as number));
	const slope = tf.grad((x: tf.Tensor) => tf.dropout(x, 0.5, [8], 7));
	for (const value of numbers(slope(x))) assert.ok(value === 0 || value === 2);
	assert.deepEqual(numbers(tf.dropout(x, 0)), numbers(x));
	assert.throws(() => tf.dropout(x.toInt(), 0.5), /float/);
});
