import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, smallestFlipP, smallestSplitP } from "./permutation.ts";
import { detectableEffect, runsNeeded } from "./power.ts";

test("the effects that few runs can show, to three digits, for groups and for pairs", () => {
	for (const [n, groups, pairs] of [
		[3, 3.071, 3.264],
		[4, 2.381, 2.128],
		[5, 2.024, 1.682],
		[6, 1.796, 1.435],
		[8, 1.507, 1.156],
		[10, 1.325, 0.996],
		[15, 1.06, 0.778],
		[20, 0.909, 0.66],
		[30, 0.736, 0.529],
		[50, 0.566, 0.404],
	] as const) {
		assert.equal(detectableEffect(n).toFixed(3), groups.toFixed(3));
		assert.equal(
			detectableEffect(n, { paired: true }).toFixed(3),
			pairs.toFixed(3),
		);
	}
});

test("the runs per group that an effect needs are those of the tables", () => {
	const needed = [0.5, 0.8, 1, 1.5, 2, 3].map((effect) => runsNeeded(effect));
	assert.deepEqual(needed, [64, 26, 17, 9, 6, 4]);
	assert.equal(runsNeeded(-0.8), 26);
	assert.equal(runsNeeded(100), 2);
	const n = runsNeeded(0.7, { power: 0.95, alpha: 0.01, paired: true });
	const shown = (runs: number) =>
		detectableEffect(runs, { power: 0.95, alpha: 0.01, paired: true });
	assert.ok(shown(n) <= 0.7 && shown(n - 1) > 0.7);
});

test("what cannot be planned is refused, with what to ask for instead", () => {
	assert.throws(() => detectableEffect(1), /at least 2 runs, a whole number/);
	assert.throws(
		() => detectableEffect([4, 5], { paired: true }),
		/as many runs/,
	);
	assert.throws(() => runsNeeded(0), /other than 0, for example 0\.8/);
	assert.throws(() => runsNeeded(1e-5), /more than ten million runs/);
	assert.throws(() => runsNeeded(1, { power: 80 }), /a share between 0 and 1/);
	assert.throws(() => runsNeeded(1, { power: 0.01 }), /no more than alpha/);
});

test("no p is below what the number of arrangements allows", () => {
	const rounded = (p: number) => Number(p.toPrecision(3));
	assert.deepEqual(
		[3, 4, 5].map((n) => rounded(smallestSplitP(n, n))),
		[0.1, 0.0286, 0.00794],
	);
	assert.equal(smallestSplitP(2, 4), 1 / 15);
	assert.deepEqual([4, 5, 6].map(smallestFlipP), [0.125, 0.0625, 0.03125]);
	assert.equal(choose(20, 10), 184756);
});
