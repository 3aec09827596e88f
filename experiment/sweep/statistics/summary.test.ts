import assert from "node:assert/strict";
import { test } from "node:test";
import { spreadOf, summarise } from "./summary.ts";

test("the spread of runs is the sample standard deviation", () => {
	assert.deepEqual(spreadOf([2, 4, 4, 4, 5, 5, 7, 9]), {
		n: 8,
		mean: 5,
		sd: Math.sqrt(32 / 7),
		min: 2,
		max: 9,
	});
});

test("a summary has the median, the interquartile mean and a t interval too", () => {
	const { median, iqm, interval } = summarise([2, 4, 4, 4, 5, 5, 7, 9]);
	assert.deepEqual([median, iqm], [4.5, 4.5]);
	assert.equal(interval?.low.toFixed(4), "3.2125");
	assert.equal(interval?.high.toFixed(4), "6.7875");
	assert.equal(interval?.level, 0.95);
	// Of ten values the third and the eighth count half.
	assert.equal(summarise([0, 0, 1, 2, 2, 2, 2, 2, 9, 9]).iqm, 1.9);
	const wide = summarise([1, 2, 3], { level: 0.99 }).interval;
	assert.equal(wide?.level, 0.99);
	assert.ok((wide?.high ?? 0) > (summarise([1, 2, 3]).interval?.high ?? 9));
});

test("one run has a mean but no standard deviation, and no interval", () => {
	assert.deepEqual(summarise([0.1]), {
		n: 1,
		mean: 0.1,
		min: 0.1,
		max: 0.1,
		median: 0.1,
		iqm: 0.1,
	});
});

test("what has no mean is refused, with what to do", () => {
	assert.throws(() => summarise([]), /no values were given/);
	assert.throws(() => summarise([1, Number.NaN, 2]), {
		name: "UsageError",
		message:
			"summarise: 1 value of 3 is not finite (NaN), as of a run that diverged; leave such runs out, and say how many they were",
	});
	assert.throws(() => summarise([1, 2], { level: 95 }), /between 0 and 1/);
});

test("the mean of equal values is their value, whatever their sum is rounded to, and they have no interval", () => {
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
			median: value,
			iqm: value,
		});
	}
});
