import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream } from "../../random/stream.ts";
import { bcaInterval } from "./bootstrap.ts";
import { normalQuantile } from "./distributions.ts";
import { hedgesG, pairedHedgesG } from "./effect-size.ts";
import { pairedImprovement, probabilityOfImprovement } from "./improvement.ts";
import type { Interval } from "./interval.ts";
import { splitTest } from "./permutation.ts";
import { summarise } from "./summary.ts";
import { pairedTest, welchTest } from "./t-test.ts";

/** Numbers of a seed of their own: what is counted below is the same in every execution. */
function source(name: string) {
	const { next } = openStream("coverage", name);
	const normal = () => normalQuantile(next() + 2 ** -54);
	const sample = (n: number, mean = 0, sd = 1) =>
		Array.from({ length: n }, () => mean + sd * normal());
	/** Beta(20, 1): accuracies near 1, with mean 20/21. */
	const shares = (n: number) =>
		Array.from({ length: n }, () => next() ** (1 / 20));
	return { sample, shares };
}

/** Asserts that of so many intervals the share between the two bounds holds the truth, up to four standard errors. */
function assertCoverage(
	repetitions: number,
	truth: number,
	[least, most]: readonly [number, number],
	interval: () => Interval,
): void {
	let held = 0;
	for (let i = 0; i < repetitions; i++) {
		const { low, high } = interval();
		if (low <= truth && truth <= high) held++;
	}
	const share = held / repetitions;
	const slack = 4 * Math.sqrt((0.95 * 0.05) / repetitions);
	assert.ok(
		share >= least - slack && share <= most + slack,
		`${share} of ${repetitions} hold the truth, not ${least} to ${most}`,
	);
}

const intervalOf = (values: readonly number[]): Interval => {
	const { interval } = summarise(values);
	assert.ok(interval);
	return interval;
};

test("of the t intervals of a mean, 95 % hold it where values are normal, fewer near an accuracy of 1", () => {
	const { sample, shares } = source("t");
	for (const n of [3, 5, 10, 20])
		assertCoverage(4000, 0, [0.95, 0.95], () => intervalOf(sample(n)));
	assertCoverage(4000, 20 / 21, [0.88, 0.89], () => intervalOf(shares(5)));
	assertCoverage(4000, 20 / 21, [0.91, 0.92], () => intervalOf(shares(10)));
});

test("of BCa intervals of 20 values some 92.5 % hold the mean; of 5, some 83 %, so there are none below 20", () => {
	const { sample, shares } = source("bca");
	const bca = (values: readonly number[]) => bcaInterval(values, 0.95, 999);
	assertCoverage(800, 0, [0.92, 0.93], () => bca(sample(20)));
	assertCoverage(800, 20 / 21, [0.92, 0.94], () => bca(shares(20)));
	assertCoverage(800, 0, [0.82, 0.84], () => bca(sample(5)));
	assert.throws(() => summarise(sample(19), { interval: "bca" }), {
		name: "UsageError",
		message: /^summarise: a BCa interval of 19 values would not hold/,
	});
	assert.equal(
		summarise(sample(20), { interval: "bca" }).interval?.level,
		0.95,
	);
});

test("of the intervals of differences 95 % hold them, in pairs and where variances differ", () => {
	const { sample } = source("differences");
	assertCoverage(
		4000,
		-1,
		[0.95, 0.95],
		() => pairedTest(sample(5, -1)).interval,
	);
	// Welch's degrees of freedom are an approximation.
	assertCoverage(
		4000,
		-1,
		[0.94, 0.96],
		() => welchTest(sample(5), sample(10, 1, 3)).interval,
	);
});

test("of the intervals of effect sizes 95 % hold them", () => {
	const { sample } = source("effect");
	assertCoverage(
		400,
		1,
		[0.95, 0.95],
		() => hedgesG(sample(4, 1), sample(6)).interval,
	);
	assertCoverage(
		400,
		2,
		[0.95, 0.95],
		() => pairedHedgesG(sample(5, 2)).interval,
	);
});

test("of the intervals of a probability of improvement some 95 % hold it", () => {
	const { sample } = source("improvement");
	// P(X > Y) of normal values one standard deviation apart: Φ(1/√2).
	const truth = 0.7602499389065233;
	for (const [a, b] of [
		[5, 5],
		[10, 6],
	] as const)
		assertCoverage(
			4000,
			truth,
			[0.93, 0.97],
			() => probabilityOfImprovement(sample(a, 1), sample(b)).interval,
		);
	assertCoverage(
		4000,
		truth,
		[0.92, 0.98],
		() => pairedImprovement(sample(10, Math.SQRT1_2)).interval,
	);
});

test("where there is no difference, the exact test claims one in at most 5 % of cases", () => {
	const { sample } = source("splits");
	const cases = Array.from({ length: 4000 }, () =>
		splitTest(sample(5), sample(5)),
	);
	const claims = cases.filter(({ p }) => p <= 0.05).length;
	// 12 of 252 splits have a p of at most .05: 4.8 %, up to four standard errors.
	assert.ok(Math.abs(claims / 4000 - 12 / 252) < 0.0135, `${claims}`);
});
