import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";
import { tensorText } from "./tensor-text.ts";
import * as tf from "./tf.ts";

/** A tensor by its values; complex ones exist on some backends only. */
const made = (
	dtype: string,
	shape: readonly number[],
	values: ArrayLike<unknown>,
) => ({ dtype, shape, dataSync: () => values });

suite("a tensor's rows stand below each other:", () => {
	for (const [name, tensor, expected] of [
		["a scalar", tf.scalar(5), "Tensor float32 []\n5"],
		["a vector", tf.tensor1d([1, 2.5, -3]), "Tensor float32 [3]\n[1, 2.5, -3]"],
		[
			"a matrix",
			tf.tensor2d([
				[1, 2],
				[3, 40],
			]),
			"Tensor float32 [2, 2]\n[[1, 2 ],\n [3, 40]]",
		],
		[
			"rank 3",
			tf.tensor3d([
				[[1], [2]],
				[[3], [4]],
			]),
			"Tensor float32 [2, 2, 1]\n[[[1],\n  [2]],\n\n [[3],\n  [4]]]",
		],
		[
			"rank 6",
			tf.zeros([1, 1, 1, 1, 2, 1]),
			"Tensor float32 [1, 1, 1, 1, 2, 1]\n[[[[[[0],\n     [0]]]]]]",
		],
		["nothing", tf.zeros([0, 2]), "Tensor float32 [0, 2]\n[]"],
		["no rows of nothing", tf.zeros([2, 0]), "Tensor float32 [2, 0]\n[]"],
		[
			"whole numbers",
			tf.tensor1d([1, 2_000_000_000], "int32"),
			"Tensor int32 [2]\n[1, 2000000000]",
		],
		[
			"numbers that are none, and small ones",
			tf.tensor1d([Number.NaN, Infinity, 1e-9, 0.1]),
			"Tensor float32 [4]\n[NaN, Infinity, 1e-9, 0.1]",
		],
		[
			"truth",
			tf.tensor([[true, false]], undefined, "bool"),
			"Tensor bool [1, 2]\n[[true, false]]",
		],
		[
			"texts with line breaks in them",
			tf.tensor([["a"], ["b\nb"]]),
			"Tensor string [2, 1]\n[['a'   ],\n ['b\\nb']]",
		],
		[
			"texts with wide letters in them",
			tf.tensor([
				["日本", "a"],
				["b", "c"],
			]),
			"Tensor string [2, 2]\n[['日本', 'a'],\n ['b'   , 'c']]",
		],
		[
			"complex numbers",
			made("complex64", [2], Float32Array.of(1, 2, 3, -4)),
			"Tensor complex64 [2]\n[1 + 2j, 3 + -4j]",
		],
		[
			"a long axis, by its edges",
			tf.range(0, 21),
			"Tensor float32 [21]\n[0, 1, 2, ..., 18, 19, 20]",
		],
	] as const)
		test(name, () => {
			assert.equal(tensorText(tensor), expected);
		});
});

test("of a large tensor the same few values are read, however large it is", () => {
	const reads = (side: number) => {
		let count = 0;
		const data = new Proxy(
			{ length: side ** 3 },
			{
				get: () => {
					count++;
					return 1;
				},
			},
		);
		const text = tensorText(made("float32", [side, side, side], data));
		return { count, lines: text.split("\n").length };
	};
	assert.deepEqual(reads(100), reads(1000));
	assert.ok(reads(100).count < 500);
});

test("a tensor is printed by its values, wherever it lies in what is printed", () => {
	const tensor = tf.tensor2d([
		[1, 2],
		[3, 4],
	]);
	assert.equal(inspect(tensor), "Tensor float32 [2, 2]\n[[1, 2],\n [3, 4]]");
	assert.equal(
		inspect({ w: tensor }),
		"{\n  w: Tensor float32 [2, 2]\n  [[1, 2],\n   [3, 4]]\n}",
	);
	assert.equal(inspect([[[[tensor]]]]), "[ [ [ [Array] ] ] ]");
	assert.equal(
		inspect({ a: { b: { c: tensor } } }),
		"{ a: { b: { c: [Tensor float32 [2, 2]] } } }",
	);
	assert.match(inspect(tf.variable(tensor)), /^Tensor float32 \[2, 2\]/);
	tensor.dispose();
	assert.equal(inspect(tensor), "Tensor float32 [2, 2], disposed");
});

test("print, a template and String give the text that a tensor is shown with", (t) => {
	const tensor = tf.tensor2d([[1, 2.5]]);
	const text = "Tensor float32 [1, 2]\n[[1, 2.5]]";
	assert.equal(String(tensor), text);
	assert.equal(`${tf.variable(tensor)}`, text);
	const log = t.mock.method(console, "log", () => undefined);
	tensor.print();
	tensor.print(true);
	tf.print(tensor);
	assert.deepEqual(
		log.mock.calls.map((call) => call.arguments),
		[[text], [text], [text]],
	);
	assert.equal(String(tf.scalar(3)), "Tensor float32 []\n3");
});
