import assert from "node:assert/strict";
import { test } from "node:test";
import { expandGrid, pointAt, pointCount, variedParams } from "./grid.ts";

test("a grid has every combination, the last parameter varying fastest", () => {
	assert.deepEqual(expandGrid({ lr: [0.1, 0.01], set: "xor", units: [2, 4] }), [
		{ lr: 0.1, set: "xor", units: 2 },
		{ lr: 0.1, set: "xor", units: 4 },
		{ lr: 0.01, set: "xor", units: 2 },
		{ lr: 0.01, set: "xor", units: 4 },
	]);
	assert.deepEqual(expandGrid({}), [{}]);
	assert.deepEqual(variedParams({ lr: [0.1, 0.01], set: "xor", units: [2] }), [
		"lr",
	]);
});

test("a point of a grid is found by its place, without the others", () => {
	const grid = { lr: [0.1, 0.01], layers: [[32, 64], [16], [8]], set: ["xor"] };
	const points = expandGrid(grid);
	assert.equal(pointCount(grid), points.length);
	assert.deepEqual(
		points.map((_, place) => pointAt(grid, place)),
		points,
	);
	assert.deepEqual(pointAt({}, 0), {});
	assert.equal(pointCount({}), 1);
});

test("a grid refuses lists that would count a run twice, or never", () => {
	assert.throws(() => expandGrid({ lr: [] }), {
		name: "UsageError",
		message: "the list of values for lr is empty; give at least one",
	});
	assert.throws(() => expandGrid({ lr: [0.1, 0.2, 0.1] }), {
		name: "UsageError",
		message:
			"lr=0.1,0.2,0.1 lists 0.1 twice; leave one out, or repeat every run with -n",
	});
});

test("a grid that no machine could hold is refused before it is made", () => {
	const values = Array.from({ length: 1000 }, (_, i) => i);
	assert.throws(() => expandGrid({ a: values, b: values, c: values }), {
		name: "UsageError",
		message:
			"this grid has more than 100000 combinations, with the 1000 values of b; give fewer values, or vary fewer parameters",
	});
});
