import assert from "node:assert/strict";
import { test } from "node:test";
import { summarise } from "./summary.ts";

test("the spread of runs is the sample standard deviation", () => {
	assert.deepEqual(summarise([2, 4, 4, 4, 5, 5, 7, 9]), {
		n: 8,
		mean: 5,
		sd: Math.sqrt(32 / 7),
		min: 2,
		max: 9,
	});
});

test("one run has a mean but no standard deviation", () => {
	assert.deepEqual(summarise([0.1]), { n: 1, mean: 0.1, min: 0.1, max: 0.1 });
	assert.throws(() => summarise([]), /no values were given/);
});

test("the mean of equal values is their value, whatever their sum is rounded to", () => {
	for (const [value, n] of [
		[0.1, 3],
		[0.1, 10],
		[0.7, 3],
		[0.3, 7],
		[1.1, 6],
	] as const) {
		const values = new Array<number>(n).fill(value);
		assert.deepEqual(summarise(values), {
			n,
			mean: value,
			sd: 0,
			min: value,
			max: value,
		});
	}
});
