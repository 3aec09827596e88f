import assert from "node:assert/strict";
import { test } from "node:test";
import { openDraw } from "../../numbers/draw.ts";
import * as tf from "../tf.ts";

const draw = openDraw("mat-mul.test");

const matrix = (rows: number, columns: number): tf.Tensor2D =>
	tf.tensor2d(Float32Array.from(draw.values([rows, columns]).values), [
		rows,
		columns,
	]);

/** In the order in which the kernel sums, each product and sum rounded to 32 bits. */
function product(a: tf.Tensor2D, b: tf.Tensor2D): Float32Array {
	const [rows, inner] = a.shape;
	const columns = b.shape[1];
	const [x, y] = [a.dataSync(), b.dataSync()];
	return Float32Array.from({ length: rows * columns }, (_, at) => {
		const [row, column] = [Math.floor(at / columns), at % columns];
		let sum = 0;
		for (let k = 0; k < inner; k++)
			sum = Math.fround(
				sum +
					Math.fround(
						(x[row * inner + k] as number) *
							(y[k * columns + column] as number),
					),
			);
		return sum;
	});
}

const SIZES = [
	[1, 1, 1],
	[1, 7, 9],
	[5, 1, 8],
	[7, 13, 5],
	[9, 300, 17],
	[131, 257, 3],
	[133, 513, 11],
	[4, 256, 8],
] as const;

test("each sum is computed in one order, whatever the sizes and whatever is transposed", () => {
	for (const [rows, inner, columns] of SIZES)
		tf.tidy(() => {
			const [a, b] = [matrix(rows, inner), matrix(inner, columns)];
			const expected = product(a, b);
			const [at, bt] = [a.transpose(), b.transpose()];
			for (const actual of [
				tf.matMul(a, b),
				tf.matMul(at, b, true),
				tf.matMul(a, bt, false, true),
				tf.matMul(at, bt, true, true),
			])
				assert.deepEqual(actual.dataSync(), expected);
		});
});

test("a row has the same bits alone, and in any batch", () =>
	tf.tidy(() => {
		const [a, b] = [matrix(11, 300), matrix(300, 13)];
		const all = tf.matMul(a, b).arraySync() as number[][];
		for (let row = 0; row < 11; row++)
			assert.deepEqual(tf.matMul(a.slice(row, 1), b).arraySync(), [all[row]]);
		const batch = tf.matMul(a.slice(0, 10).reshape([2, 5, 300]), b);
		assert.deepEqual(batch.reshape([10, 13]).arraySync(), all.slice(0, 10));
	}));

test("a matrix that was multiplied by is another once it is reshaped, assigned or disposed", () =>
	tf.tidy(() => {
		const b = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
		assert.deepEqual([...tf.matMul([[1, 1]], b).dataSync()], [5, 7, 9]);
		const reshaped = b.reshape([3, 2]) as tf.Tensor2D;
		assert.deepEqual([...tf.matMul([[1, 1, 1]], reshaped).dataSync()], [9, 12]);
		const variable = tf.variable(b);
		variable.assign(b.mul(2));
		assert.deepEqual(
			[...tf.matMul([[1, 1]], variable).dataSync()],
			[10, 14, 18],
		);
		variable.dispose();
		for (let time = 0; time < 20; time++) {
			const next = tf.fill([2, 3], time) as tf.Tensor2D;
			const twice = 2 * time;
			assert.deepEqual(
				[...tf.matMul([[1, 1]], next).dataSync()],
				[twice, twice, twice],
			);
			next.dispose();
		}
		const own = tf.tensor2d([
			[1, 2],
			[3, 4],
		]);
		assert.deepEqual([...tf.matMul(own, own).dataSync()], [7, 10, 15, 22]);
		assert.deepEqual(
			[...tf.matMul(own, own, true).dataSync()],
			[10, 14, 14, 20],
		);
	}));

test("products of whole numbers are exact, and go round beyond 32 bits", () =>
	tf.tidy(() => {
		const a = tf.tensor2d(
			[
				[16777217, 3],
				[-65536, 65536],
			],
			[2, 2],
			"int32",
		);
		const b = tf.tensor2d([[1], [65536]], [2, 1], "int32");
		assert.deepEqual([...tf.matMul(a, b).dataSync()], [16973825, -65536]);
	}));
