import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import * as tf from "./tf.ts";

const made = (list: unknown, dtype?: tf.DataType) =>
	tf.tensor(list as number[], undefined, dtype);

const refused: readonly [unknown, RegExp][] = [
	[[[1, 2], [3], [4, 5, 6]], /row at \[1\] has 1 values, and the first has 2/],
	[[[1], [2, 3]], /row at \[1\] has 2 values, and the first has 1/],
	[[["a"], ["b", "c"]], /row at \[1\] has 2 values/],
	[
		[
			[[1, 2]],
			[
				[1, 2],
				[3, 4],
			],
		],
		/row at \[1\] has 2 values/,
	],
	[[[[1, 2]], [[1]]], /row at \[1\]\[0\] has 1 values/],
	[[[], [1]], /row at \[1\] has 1 values, and the first has 0/],
	[[1, [2, 3]], /at \[1\] is a list of 2 where others have one value/],
	[[[1, 2], 3], /row at \[1\] is 3, and the first is a list of 2/],
	[[new Float32Array(2), new Float32Array(3)], /row at \[1\] has 3 values/],
	[[new Float64Array(2)], /at \[0\] is a Float64Array.*Array\.from/],
	[[1, undefined], /the list has undefined at \[1\]: .* NaN/],
	[[1, null], /the list has null at \[1\]/],
	[Array(3), /the list has undefined at \[0\]/],
	[[1, "a"], /at \[1\] is the text "a", and the first is 1/],
	[["a", 1], /at \[1\] is 1, and the first is the text "a"/],
	[[1n], /the bigint 1 at \[0\]: give Number/],
	[[{}], /a Object at \[0\]/],
	[[Promise.resolve(1)], /a Promise at \[0\]: write await/],
];

test("lists that have no shape are refused by a sentence that names the row", () => {
	for (const [list, message] of refused)
		for (const dtype of [undefined, "int32"] as const) {
			// That texts are no numbers is said first.
			if (dtype && typeof [list].flat(3)[0] === "string") continue;
			assert.throws(
				() => made(list, dtype),
				(error) => error instanceof UsageError && message.test(error.message),
				String(message),
			);
		}
	assert.throws(
		() => made([tf.scalar(1), tf.scalar(2)]),
		/holds a tensor at \[0\]: join tensors with tf\.stack/,
	);
});

test("operations, variables and tensors of a rank refuse them, too", () => {
	const ragged = [[1], [2, 3]] as unknown as number[][];
	const message = /row at \[1\] has 2 values/;
	assert.throws(() => tf.add(1, ragged), message);
	assert.throws(() => tf.tensor2d(ragged), message);
	assert.throws(() => tf.ones([2]).mul(ragged), message);
	assert.throws(() => tf.concat([ragged, [[1]]]), message);
	assert.throws(() => tf.variable(tf.tensor2d(ragged)), message);
});

test("lists that have a shape keep their values", async () => {
	const kept: readonly [unknown, number[], unknown][] = [
		[[], [0], []],
		[
			[[], []],
			[2, 0],
			[[], []],
		],
		[[true, 1], [2], [1, 1]],
		[
			[new Float32Array([1, 2]), [3, 4]],
			[2, 2],
			[
				[1, 2],
				[3, 4],
			],
		],
		[
			[[["a"]], [["b"]]],
			[2, 1, 1],
			[[["a"]], [["b"]]],
		],
		[new Int32Array([1, 2]), [2], [1, 2]],
	];
	for (const [list, shape, values] of kept) {
		const tensor = made(list);
		assert.deepEqual(tensor.shape, shape);
		if (tensor.size) assert.deepEqual(await tensor.array(), values);
	}
	const bytes = [new Uint8Array([65]), new Uint8Array([66, 67])];
	assert.deepEqual(await made(bytes, "string").array(), ["A", "BC"]);
	const numerals = tf.tensor(["1", "2"], [2], "float32");
	assert.deepEqual(await numerals.array(), [1, 2]);
});
