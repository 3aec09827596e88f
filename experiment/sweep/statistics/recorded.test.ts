import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bcaInterval } from "./bootstrap.ts";
import { studentCdf, studentQuantile } from "./distributions.ts";
import {
	correctionFactor,
	type EffectSize,
	hedgesG,
	pairedHedgesG,
} from "./effect-size.ts";
import {
	type Improvement,
	pairedImprovement,
	probabilityOfImprovement,
} from "./improvement.ts";
import { discordantTest } from "./mcnemar.ts";
import { noncentralCdf } from "./noncentral-t.ts";
import { signFlipTest, splitTest } from "./permutation.ts";
import { detectableEffect } from "./power.ts";
import { summarise } from "./summary.ts";
import { pairedTest, type TTest, welchTest } from "./t-test.ts";

/** What scipy and mpmath computed; recorded/statistics.py writes it. */
interface Recorded {
	readonly student: readonly [t: number, df: number, p: number][];
	readonly studentQuantiles: readonly [p: number, df: number, t: number][];
	readonly noncentral: readonly [
		t: number,
		df: number,
		nc: number,
		p: number,
	][];
	readonly detectable: readonly [n: number, groups: number, pairs: number][];
	readonly correction: readonly [df: number, factor: number][];
	readonly comparisons: readonly Compared[];
	readonly summaries: readonly Summed[];
	readonly bca: readonly { values: number[]; interval: [number, number] }[];
	readonly mcnemar: readonly {
		readonly onlyA: number;
		readonly onlyB: number;
		readonly p: number;
		readonly midP: number;
	}[];
}

type Tested = [t: number, df: number, p: number, low: number, high: number];
type Sized = Record<"d" | "low" | "high", number> & { g: number | null };
type Shared = [share: number, low: number, high: number];

interface Compared {
	readonly a: number[];
	readonly b: number[];
	readonly welch: Tested;
	readonly splits: number;
	readonly effect: Sized;
	readonly improvement: Shared;
	/** Absent for groups of different sizes, as all that follows. */
	readonly paired?: Tested;
	readonly signs?: number;
	readonly pairedEffect?: Sized;
	readonly pairedImprovement?: Shared;
}

interface Summed {
	readonly values: number[];
	readonly mean: number;
	readonly sd: number;
	readonly median: number;
	readonly iqm: number;
	readonly interval: [number, number];
}

const recorded = JSON.parse(
	readFileSync(new URL("recorded/statistics.json", import.meta.url), "utf8"),
) as Recorded;

/** Equal to 1e-8, of large numbers relative to their size. */
function same(actual: number, expected: number, what: string): void {
	const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
	assert.ok(error <= 1e-8, `${what}: ${actual}, not ${expected}`);
}

test("Student's t has scipy's probabilities and quantiles", () => {
	for (const [t, df, p] of recorded.student)
		same(studentCdf(t, df), p, `P(T ≤ ${t}), df ${df}`);
	for (const [p, df, t] of recorded.studentQuantiles)
		same(studentQuantile(p, df), t, `quantile ${p}, df ${df}`);
});

test("the noncentral t has mpmath's probabilities, also where scipy gives none", () => {
	for (const [t, df, nc, p] of recorded.noncentral)
		same(noncentralCdf(t, df, nc), p, `P(T ≤ ${t}), df ${df}, ${nc}`);
});

test("the effect that n runs can show is mpmath's", () => {
	for (const [n, groups, pairs] of recorded.detectable) {
		same(detectableEffect(n), groups, `${n} per group`);
		same(detectableEffect(n, { paired: true }), pairs, `${n} pairs`);
	}
});

test("summaries are numpy's and scipy's, the interquartile mean with fractional weights", () => {
	for (const { values, interval, ...expected } of recorded.summaries) {
		const found = summarise(values);
		for (const [name, value] of Object.entries(expected))
			same(found[name as keyof typeof expected] ?? Number.NaN, value, name);
		same(found.interval?.low ?? Number.NaN, interval[0], "low");
		same(found.interval?.high ?? Number.NaN, interval[1], "high");
	}
});

function sameTest({ t, df, p, interval }: TTest, expected: Tested): void {
	for (const [i, value] of [t, df, p, interval.low, interval.high].entries())
		same(value, expected[i] as number, `t test, ${i}`);
}

function sameSize({ d, g, interval }: EffectSize, expected: Sized): void {
	same(d, expected.d, "d");
	if (expected.g === null) assert.equal(g, undefined);
	else same(g ?? Number.NaN, expected.g, "g");
	same(interval.low, expected.low, "low");
	same(interval.high, expected.high, "high");
}

function sameShare({ probability, interval }: Improvement, of: Shared): void {
	same(probability, of[0], "probability");
	same(interval.low, of[1], "low");
	same(interval.high, of[2], "high");
}

test("Welch's and the paired t test, permutation tests, effect sizes and probabilities of improvement are scipy's and mpmath's", () => {
	for (const { a, b, ...expected } of recorded.comparisons) {
		sameTest(welchTest(a, b), expected.welch);
		same(splitTest(a, b).p, expected.splits, `splits of ${a} and ${b}`);
		sameSize(hedgesG(a, b), expected.effect);
		sameShare(probabilityOfImprovement(a, b), expected.improvement);
		const differences = a.map((value, i) => value - (b[i] as number));
		if (expected.paired) sameTest(pairedTest(differences), expected.paired);
		if (expected.signs !== undefined)
			same(signFlipTest(differences).p, expected.signs, `signs of ${a}, ${b}`);
		if (expected.pairedEffect)
			sameSize(pairedHedgesG(differences), expected.pairedEffect);
		if (expected.pairedImprovement)
			sameShare(pairedImprovement(differences), expected.pairedImprovement);
	}
	for (const [df, factor] of recorded.correction)
		same(correctionFactor(df), factor, `J(${df})`);
});

test("McNemar's exact and mid-p values are scipy's", () => {
	for (const { onlyA, onlyB, p, midP } of recorded.mcnemar) {
		const found = discordantTest(onlyA, onlyB);
		same(found.p, p, `${onlyA} against ${onlyB}`);
		same(found.midP, midP, `${onlyA} against ${onlyB}, mid-p`);
	}
});

test("the BCa interval is scipy's, up to what other resamples change", () => {
	for (const { values, interval } of recorded.bca) {
		const { low, high } = bcaInterval(values, 0.95);
		// Limits of 9,999 resamples vary by some 2 % of the width.
		const slack = 0.06 * (interval[1] - interval[0]);
		assert.ok(Math.abs(low - interval[0]) < slack, `${low}, ${interval[0]}`);
		assert.ok(Math.abs(high - interval[1]) < slack, `${high}, ${interval[1]}`);
	}
});
