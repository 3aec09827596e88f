import assert from "node:assert/strict";
import { test } from "node:test";
import { summarise } from "./statistics.ts";

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
