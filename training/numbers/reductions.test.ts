import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";
import { testFamily } from "./family.ts";
import { assertRefused } from "./op-check.ts";
import { reductions } from "./reductions/index.ts";
import { testLeaks } from "./test-leaks.ts";

testFamily(reductions);
testLeaks(reductions);

const numberOf = (x: tf.Tensor) => x.dataSync()[0] as number;

test("a sum of a million values is off by no more than its own rounding", () => {
	const size = 1_000_000;
	for (const valueAt of [() => 0.1, (k: number) => Math.sin(k) + 1 / (k + 1)]) {
		const values = Float32Array.from({ length: size }, (_, k) => valueAt(k));
		const total = values.reduce((sum, value) => sum + value, 0);
		const list = tf.tensor1d(values);
		const columns = tf.stack([list, list, list, list, list], 1);
		const close = (actual: number, expected: number) =>
			assert.ok(
				Math.abs(actual - expected) <= Math.abs(expected) * 1e-7,
				`${actual}, not ${expected}`,
			);
		close(numberOf(tf.sum(list)), total);
		close(numberOf(tf.mean(list)), total / size);
		close(numberOf(tf.sum(columns, 0)), total);
		close(numberOf(tf.slice(tf.cumsum(list), size - 1)), total);
	}
});

test("sums of whole numbers are exact, and those of truth values count them", () => {
	const big = tf.fill([3, 1001], 2 ** 20 + 1, "int32");
	assert.deepEqual(
		[...tf.sum(big, 1).dataSync()],
		[0, 0, 0].map(() => 1001 * (2 ** 20 + 1)),
	);
	assert.equal(numberOf(tf.sum(tf.fill([70_000], 1, "bool"))), 70_000);
	assert.equal(
		numberOf(tf.mean(tf.tensor1d([1, 2, 4], "int32"))),
		Math.fround(7 / 3),
	);
});

test("softmax of any axis is what layers use, too", () => {
	const layer = tf.layers.softmax({ axis: 1 });
	const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
	const own = tf.softmax(x, 1);
	assert.deepEqual(
		[...(layer.apply(x) as tf.Tensor).dataSync()],
		[...own.dataSync()],
	);
	assert.deepEqual([...x.softmax(1).dataSync()], [...own.dataSync()]);
	for (const axis of [-1, 0, 1])
		assertRefused(
			() => tf.layers.softmax({ axis }).apply(tf.scalar(2)),
			/no axis -?\d/,
			`softmax of a single number along ${axis}`,
		);
	assertRefused(
		() => tf.layers.concatenate({ axis: -4 }).apply([x, x]),
		/there is no axis -4 in a tensor of 3 axes/,
		"a concatenation along an axis before the first",
	);
});

test("targets are in the top k by their rank, which equal predictions share", async () => {
	const rows = tf.tensor2d([
		[0.1, 0.7, 0.2],
		[0.5, 0.5, 0.1],
		[0.2, Number.NaN, 0.3],
		[0.2, 0.1, 0.3],
	]);
	const inTop = async (targets: number[], k: number) => [
		...(await (
			await tf.inTopKAsync(rows, tf.tensor1d(targets, "int32"), k)
		).data()),
	];
	assert.deepEqual(await inTop([1, 1, 1, 0], 1), [1, 1, 0, 0]);
	assert.deepEqual(await inTop([2, 2, 2, 5], 2), [1, 0, 1, 0]);
	await assert.rejects(
		tf.inTopKAsync(rows, tf.tensor1d([1], "int32")),
		/predictions of the shape \[batch, classes\]/,
	);
	await assert.rejects(
		tf.inTopKAsync(rows, tf.tensor1d([1, 1, 1, 1], "int32"), 4),
		/from 1 to the number of classes, 3/,
	);
});

test("the k largest of long lines are found as those of short ones", () => {
	const size = 5000;
	const values = Float32Array.from({ length: size }, (_, k) =>
		k % 7 === 3 ? -0 : Math.round(Math.sin(k * k) * 500),
	);
	values[1234] = Number.NaN;
	values[4321] = Number.NEGATIVE_INFINITY;
	values[17] = Number.POSITIVE_INFINITY;
	const order = Array.from(values, (_, at) => at).sort((a, b) => {
		const [x, y] = [values[a] as number, values[b] as number];
		if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? -1 : 1;
		return y > x ? 1 : y < x ? -1 : a - b;
	});
	for (const k of [1, 16, 17, 1000, size]) {
		const { indices } = tf.topk(tf.tensor1d(values), k);
		assert.deepEqual([...indices.dataSync()], order.slice(0, k));
	}
});

test("gradients of prod and cumprod know zeros, and their gradients, too", () => {
	const x = tf.tensor1d([2, 0, 3, 0]);
	const slope = tf.grad((x: tf.Tensor) => tf.cumprod(x));
	const bend = tf.grad((x: tf.Tensor) => slope(x).sum());
	// y = a + ab + abc + abcd
	assert.deepEqual([...slope(x).dataSync()], [1, 8, 0, 0]);
	assert.deepEqual([...bend(x).dataSync()], [4, 12, 2, 6]);
});

test("axes that are no whole numbers are refused, whatever JavaScript makes of them", () => {
	const x = tf.ones([2, 3, 4]);
	const truths = tf.ones([2, 3, 4], "bool");
	const index = tf.tensor1d([0], "int32");
	for (const given of [
		"1",
		true,
		[true],
		["1"],
		[0, "1"],
		[[1]],
		1.5,
		[null],
	]) {
		const axis = given as number;
		const calls: Readonly<Record<string, () => unknown>> = {
			sum: () => tf.sum(x, axis),
			mean: () => tf.mean(x, axis),
			max: () => tf.max(x, axis),
			min: () => tf.min(x, axis),
			prod: () => tf.prod(x, axis),
			any: () => tf.any(truths, axis),
			all: () => tf.all(truths, axis),
			argMax: () => tf.argMax(x, axis),
			argMin: () => tf.argMin(x, axis),
			cumsum: () => tf.cumsum(x, axis),
			cumprod: () => tf.cumprod(x, axis),
			logSumExp: () => tf.logSumExp(x, axis),
			moments: () => tf.moments(x, axis),
			norm: () => tf.norm(x, 2, axis),
			reverse: () => tf.reverse(x, axis),
			gather: () => tf.gather(x, index, axis),
			concat: () => tf.concat([x, x], axis),
			split: () => tf.split(x, 1, axis),
			transpose: () => tf.transpose(x, [axis, 0, 2]),
		};
		for (const [name, call] of Object.entries(calls))
			tf.tidy(() =>
				assertRefused(call, undefined, `${name} of ${JSON.stringify(given)}`),
			);
	}
	assert.deepEqual([...tf.sum(x, [-1, 0]).dataSync()], [8, 8, 8]);
	assert.deepEqual(tf.transpose(x).shape, [4, 3, 2]);
});
