import assert from "node:assert/strict";
import { test } from "node:test";
import type { ComparedRow } from "../../experiment/record/store/comparison.ts";
import { runComparison } from "./run-comparison.ts";

const row = (
	section: ComparedRow["section"],
	name: string,
	...values: ComparedRow["values"]
): ComparedRow => ({
	section,
	name,
	values,
	differs: values.some((value) => value !== values[0]),
});

test("runs stand side by side, with what differs marked and what is the same counted", () => {
	assert.equal(
		runComparison(
			["aa", "bb"],
			[
				row("parameters", "lr", 0.1, 0.2),
				row("parameters", "set", "xor", "xor"),
				row("metrics", "loss", 1 / 3, undefined),
				row("code", "commit", "c1", "c1"),
				row(
					"code",
					"cell.ts",
					`sha256:${"a".repeat(64)}`,
					`sha256:${"b".repeat(64)}`,
				),
				row("environment", "node", "24", "24"),
			],
		),
		[
			"2 runs, ≠: differs",
			"",
			"                        aa             bb",
			"──────────  ───────  ─  ─────────────  ─────────────",
			"parameters  lr       ≠  0.1            0.2",
			"            set         xor            xor",
			"metrics     loss     ≠  0.333333       –",
			"code        cell.ts  ≠  aaaaaaaaaaaa…  bbbbbbbbbbbb…",
			"",
			"code: 1 of 2 the same · environment: 1 of 1 the same",
		].join("\n"),
	);
});

test("more than five runs come in several tables", () => {
	const ids = ["r1", "r2", "r3", "r4", "r5", "r6", "r7"];
	const text = runComparison(ids, [row("metrics", "loss", ...ids)]);
	const heads = text.split("\n").filter((line) => /^ .*r\d/.test(line));
	assert.deepEqual(
		heads.map((line) => line.trim().split(/\s+/)),
		[
			["r1", "r2", "r3", "r4", "r5"],
			["r6", "r7"],
		],
	);
});

test("a run alone is shown, and nothing is called the same or different", () => {
	assert.equal(
		runComparison(
			["aa"],
			[row("parameters", "lr", 0.1), row("environment", "node", "24")],
		),
		[
			"1 run; name another one to compare it with",
			"",
			"                  aa",
			"──────────  ──    ───",
			"parameters  lr    0.1",
		].join("\n"),
	);
});
