import assert from "node:assert/strict";
import { test } from "node:test";
import { runsTable } from "./runs-table.ts";

test("a multirun ends with a table of its groups and one of its runs", () => {
	const text = runsTable([
		{
			params: { lr: 0.1 },
			runs: [
				{ status: "finished", id: "a1", seed: 11, metrics: { accuracy: 0.5 } },
				{ status: "finished", id: "a2", seed: 12, metrics: { accuracy: 0.75 } },
			],
		},
		{
			params: { lr: 0.3 },
			runs: [
				{
					status: "finished",
					id: "b1",
					seed: 13,
					metrics: { accuracy: Number.NaN },
				},
			],
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
				{
					status: "finished",
					id: "a1",
					seed: 1,
					metrics: { constructor: 0.5, "a\nb": 1 },
				},
				{ status: "finished", id: "a2", seed: 2, metrics: { toString: 0.25 } },
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

test("what failed in a multirun is counted, named, and in no mean", () => {
	const group = (lr: number, ...failed: boolean[]) => ({
		params: { lr },
		runs: failed.map((one, index) => ({
			id: `r${index}`,
			seed: index,
			metrics: { accuracy: one ? 0 : 0.5 },
			status: one ? "failed" : "finished",
		})),
	});
	assert.equal(
		runsTable([group(0.1, false, true), group(0.3, true)]),
		[
			"1 of 3 runs in 2 groups finished, sd: sample (n−1); 2 failed, and are in no mean",
			"lr   metric         n    mean  sd     min     max",
			"───  ────────  ──────  ──────  ──  ──────  ──────",
			"0.1  accuracy  1 of 2  0.5000   –  0.5000  0.5000",
			"0.3  accuracy  0 of 1       –   –       –       –",
			"",
			"run  lr   status    seed  accuracy",
			"───  ───  ────────  ────  ────────",
			"r0   0.1  finished     0    0.5000",
			"r1   0.1  failed       1         –",
			"r0   0.3  failed       0         –",
		].join("\n"),
	);
	assert.match(
		runsTable([group(0.1, true)]),
		/^0 of 1 run finished, .*; 1 failed, and is in no mean\n\nrun +lr +status +seed\n/,
	);
});
