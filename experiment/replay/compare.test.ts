import assert from "node:assert/strict";
import { test } from "node:test";
import type { LeakReport } from "../leaks/report.ts";
import { type ComparableRun, compareRuns } from "./compare.ts";

const run = (more: Partial<ComparableRun>): ComparableRun => ({
	outputs: {},
	data: [],
	seed: { run: "a" },
	status: "finished",
	...more,
});

const differing = (a: Partial<ComparableRun>, b: Partial<ComparableRun>) =>
	compareRuns(run(a), run(b), [])
		.filter(({ verdict }) => verdict !== "identical")
		.map(({ part, verdict }) => `${part}: ${verdict}`);

const leaks = (
	lines: readonly number[],
	untraced: LeakReport["untraced"] = {},
): Partial<ComparableRun> => ({
	leaks: {
		leaks: lines.map((line) => ({
			kind: "clock",
			what: "Date.now",
			count: 1,
			place: "In [1]",
			line,
		})),
		packages: [],
		untraced,
	},
});

test("leaks are compared by their lines", () => {
	assert.deepEqual(differing(leaks([1, 2]), leaks([2, 1])), []);
	assert.deepEqual(differing(leaks([1, 2]), leaks([1])), [
		"leak Date.now in line 2: missing",
	]);
});

test("where a busy loop read more than is traced, a line that was traced by chance is no difference", () => {
	for (const [a, b] of [
		[leaks([1, 2], { "Date.now": 640 }), leaks([1], { "Date.now": 512 })],
		[leaks([1]), leaks([1, 2], { "Date.now": 1 })],
	] as const)
		assert.deepEqual(differing(a, b), []);
	assert.deepEqual(differing(leaks([], { "Date.now": 1 }), leaks([1])), [
		"leak Date.now: not recorded",
	]);
});

test("in a script, an error about leaks names other lines of the same code", () => {
	const error = (line: number) => ({
		status: "failed" as const,
		error: { name: "LeakError", message: `Date.now in line ${line}` },
	});
	assert.deepEqual(differing(error(2), error(18)), []);
	const recorded = {
		...error(2),
		format: 2 as const,
		source: { kind: "none" },
		files: {},
	};
	assert.deepEqual(differing(recorded, error(18)), ["error: different"]);
	assert.deepEqual(
		differing(error(2), {
			...error(2),
			error: { name: "TypeError", message: "" },
		}),
		["error: different"],
	);
});

test("names that every object has are names like any other", () => {
	assert.deepEqual(
		differing(
			{ metrics: { constructor: 1 } },
			{ metrics: { toString: 1 }, outputs: {} },
		),
		[
			"final metric constructor: missing",
			"final metric toString: not recorded",
		],
	);
});
