import assert from "node:assert/strict";
import { test } from "node:test";
import type { BoundaryPoint } from "../experiment/events.ts";
import * as tf from "./backend/tf.ts";
import { decisionBoundary } from "./boundary.ts";
import { fcSimple } from "./models/index.ts";

const points: BoundaryPoint[] = [
	{ x: 0, y: 0, label: 0 },
	{ x: 10, y: 20, label: 1, split: "test" },
];

test("the probabilities of a boundary sum to 1 over the classes at every grid point", () => {
	const model = fcSimple.create(3);
	const before = tf.memory().numTensors;
	const { probabilities, columns, rows } = decisionBoundary(model, points);
	assert.equal(tf.memory().numTensors, before);
	assert.deepEqual([columns, rows, probabilities.length], [100, 100, 30_000]);
	for (let at = 0; at < probabilities.length; at += 3) {
		const [a, b, c] = probabilities.subarray(at, at + 3) as unknown as [
			number,
			number,
			number,
		];
		assert.ok(Math.abs(a + b + c - 1) < 1e-5);
	}
	model.dispose();
});

test("row 0 lies at the smallest y, and the rectangle has a margin around the points", () => {
	const { probabilities, xDomain, yDomain } = decisionBoundary(
		(xy) => xy.slice([0, 1], [-1, 1]).greater(10).toFloat(),
		points,
		{ columns: 2, rows: 3 },
	);
	assert.deepEqual(xDomain, [-1, 11]);
	assert.deepEqual(yDomain, [-2, 22]);
	// Two classes from one column; y is -2, 10 and 22.
	assert.deepEqual([...probabilities], [1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1]);
});

test("logits become probabilities, probabilities stay", () => {
	const fixed = (row: number[]) => (xy: tf.Tensor2D) =>
		tf.tile(tf.tensor2d([row]), [xy.shape[0], 1]);
	const table: [number[], number[]][] = [
		[
			[0, Math.log(3)],
			[0.25, 0.75],
		],
		[
			[0.25, 0.75],
			[0.25, 0.75],
		],
		[[Math.log(3)], [0.25, 0.75]],
		[[0.75], [0.25, 0.75]],
	];
	for (const [scores, expected] of table) {
		const { probabilities } = decisionBoundary(fixed(scores), points, {
			columns: 2,
			rows: 2,
		});
		for (const [index, value] of expected.entries())
			assert.ok(Math.abs((probabilities[index] as number) - value) < 1e-6);
	}
});

test("no points, wrong shapes and wrong names are told apart", () => {
	const two = (xy: tf.Tensor2D) => xy;
	assert.throws(() => decisionBoundary(two, []), /at least one point/);
	assert.throws(
		() => decisionBoundary((xy) => xy.flatten(), points),
		/\[10000, classes\].*not \[20000\]/,
	);
	assert.throws(
		() => decisionBoundary(two, points, { classes: ["a"] }),
		/2 classes.*1 are named/,
	);
});

test("the grid reaches from one side of the rectangle to the other, which has a width also where all points lie on a line", () => {
	let grid: number[][] = [];
	const { xDomain, yDomain } = decisionBoundary(
		(xy) => {
			grid = xy.arraySync();
			return xy.abs();
		},
		[
			{ x: 5, y: 0, label: 0 },
			{ x: 5, y: 10, label: 0 },
		],
		{ columns: 3, rows: 2, margin: 0.5 },
	);
	assert.deepEqual(
		[xDomain, yDomain],
		[
			[4, 6],
			[-5, 15],
		],
	);
	assert.deepEqual(
		grid,
		[-5, 15].flatMap((y) => [4, 5, 6].map((x) => [x, y])),
	);
});

test("scores that add up to 1 are no probabilities where one is below 0", () => {
	const { probabilities } = decisionBoundary(
		(xy) => tf.tile(tf.tensor2d([[-1, 2]]), [xy.shape[0], 1]),
		points,
		{ columns: 2, rows: 2 },
	);
	const [first = 0, second = 0] = probabilities;
	assert.ok(Math.abs(second / first - Math.exp(3)) < 1e-3);
	assert.ok(Math.abs(first + second - 1) < 1e-6);
});
