import assert from "node:assert/strict";
import { test } from "node:test";
import { runsTable } from "./runs-table.ts";

test("a multirun ends with a table of its groups and one of its runs", () => {
	const text = runsTable([
		{
			params: { lr: 0.1 },
			runs: [
				{ id: "a1", seed: 11, metrics: { accuracy: 0.5 } },
				{ id: "a2", seed: 12, metrics: { accuracy: 0.75 } },
			],
		},
		{
			params: { lr: 0.3 },
			runs: [{ id: "b1", seed: 13, metrics: { accuracy: Number.NaN } }],
		},
	]);
	assert.equal(
		text,
		[
			"3 runs in 2 groups, sd: sample (n−1)",
			"lr   metric         n    mean      sd     min     max",
			"───  ────────  ──────  ──────  ──────  ──────  ──────",
			"0.1  accuracy       2  0.6250  0.1768  0.5000  0.7500",
			"0.3  accuracy  0 of 1       –       –       –       –",
			"",
			"run  lr   seed  accuracy",
			"───  ───  ────  ────────",
			"a1   0.1    11    0.5000",
			"a2   0.1    12    0.7500",
			"b1   0.3    13       NaN",
		].join("\n"),
	);
	assert.equal(runsTable([]), "no runs");
});

test("a metric that only some runs have is missing from the others, whatever it is called", () => {
	const text = runsTable([
		{
			params: {},
			runs: [
				{ id: "a1", seed: 1, metrics: { constructor: 0.5, "a\nb": 1 } },
				{ id: "a2", seed: 2, metrics: { toString: 0.25 } },
			],
		},
	]);
	const rows = text.split("\n").map((line) => line.split(/ {2,}/));
	assert.deepEqual(rows.slice(-2), [
		["a1", "1", "0.5000", "1", "–"],
		["a2", "2", "–", "–", "0.2500"],
	]);
	assert.ok(rows.some(([name]) => name === "a\\nb"));
});
