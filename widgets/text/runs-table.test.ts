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
			"lr   metric         n    mean      sd     95 % interval     min     max",
			"───  ────────  ──────  ──────  ──────  ────────────────  ──────  ──────",
			"0.1  accuracy       2  0.6250  0.1768  -0.9633 to 2.213  0.5000  0.7500",
			"0.3  accuracy  0 of 1       –       –                 –       –       –",
			"accuracy of lr=0.3: 1 of 1 value is NaN or infinite and in no mean: these runs diverged",
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
			"lr   metric         n    mean  sd  95 % interval     min     max",
			"───  ────────  ──────  ──────  ──  ─────────────  ──────  ──────",
			"0.1  accuracy  1 of 2  0.5000   –              –  0.5000  0.5000",
			"0.3  accuracy  0 of 1       –   –              –       –       –",
			"lr=0.1: n = 1: one run has no spread, so there is no interval; repeat it with -n",
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

test("groups of several runs are compared by validation, in pairs where they share seeds", () => {
	const group = (lr: number, values: readonly number[]) => ({
		params: { lr },
		runs: values.map((accuracy, i) => ({
			status: "finished",
			id: `${lr}-${i}`,
			seed: i,
			metrics: { accuracy: 1, val_accuracy: accuracy },
		})),
	});
	const text = runsTable([
		group(0.1, [0.61, 0.64, 0.6, 0.66, 0.62, 0.63]),
		group(0.2, [0.7, 0.71, 0.7, 0.73, 0.72, 0.7]),
		group(0.3, [0.69, 0.72, 0.7, 0.72, 0.73, 0.71]),
	]);
	const lines = text.split("\n");
	const head = lines.findIndex((line) => line.startsWith("val_accuracy, "));
	assert.deepEqual(lines.slice(head - 1, head + 8), [
		"",
		"val_accuracy, against lr=0.3: paired t test on shared seeds, p adjusted by Holm for 3 comparisons",
		"group   n  difference              interval         p    p Holm  p exact       g  P(higher)  verdict",
		"──────  ─  ──────────  ────────────────────  ────────  ────────  ───────  ──────  ─────────  ─────────",
		"lr=0.1  6    -0.08500   -0.1035 to -0.06652  < 0.0001  0.000152   0.0313   -4.06          0  different",
		"lr=0.2  6   -0.001667  -0.01198 to 0.008651     0.695     0.695        1  -0.143       0.42  refused",
		"lr=0.2: refused: n = 6 pairs with equal values: no p below 0.0625 is possible without assuming normal values, since ties leave few different arrangements",
		"lr=0.2: 1 of 6 pairs has equal values, which count half in the probability of improvement",
		"lr=0.3 was chosen by these values as the best, so p is adjusted for all 3 pairs of groups",
	]);
});

test("of many groups the first comparisons are shown, and how many more there are", () => {
	const groups = Array.from({ length: 15 }, (_, lr) => ({
		params: { lr },
		runs: [1, 2].map((seed) => ({
			...{ id: `${lr}-${seed}`, seed, status: "finished" },
			metrics: { loss: lr + Math.sin(lr * seed) },
		})),
	}));
	assert.match(
		runsTable(groups),
		/\n… and 2 comparisons more: dd\.reportMultirun has all\n/,
	);
});

test("a multirun's table compares with the baseline that was asked for", () => {
	const groups = [0.1, 0.2, 0.3].map((lr) => ({
		params: { lr },
		runs: [1, 2, 3].map((seed) => ({
			...{ status: "finished", id: `${lr}/${seed}`, seed },
			metrics: { accuracy: lr + seed / 100 },
		})),
	}));
	assert.match(runsTable(groups), /^accuracy, against lr=0\.3:/m);
	assert.equal(runsTable(groups, { baseline: "best" }), runsTable(groups));
	assert.match(
		runsTable(groups, { baseline: "first" }),
		/^accuracy, against lr=0\.1:/m,
	);
	assert.match(
		runsTable(groups, { baseline: "lr=0.2" }),
		/^accuracy, against lr=0\.2:/m,
	);
	assert.match(
		runsTable(groups, { baseline: "pairs" }),
		/^accuracy, each pair:/m,
	);
	// Parameters that are secret are shown as others, and their groups have no such name.
	const impossible = runsTable(groups, { baseline: "lr=0.4" });
	assert.match(impossible, /^accuracy, against lr=0\.3:/m);
	assert.match(impossible, /^--baseline lr=0\.4: there is no group "lr=0\.4"/m);
});
