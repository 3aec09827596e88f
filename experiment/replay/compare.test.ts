import assert from "node:assert/strict";
import { test } from "node:test";
import { SAID_BELOW } from "../../base/errors.ts";
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

test("a sentence that explains a library's error is no other error, and what the library said is compared", () => {
	const error = (message: string) => ({
		status: "failed" as const,
		error: { name: "Error", message },
	});
	const explained = (said: string) =>
		error(`dispose it later${SAID_BELOW}${said}`);
	assert.deepEqual(differing(error("disposed"), explained("disposed")), []);
	assert.deepEqual(differing(error("disposed"), explained("other")), [
		"error: different",
	]);
});

test("a run that an earlier version called finished is compared as diverged where its loss is not finite", () => {
	const lost = { metrics: { loss: "NaN" } };
	assert.deepEqual(
		differing(lost, { ...lost, status: "diverged" as const }),
		[],
	);
	const fine = { metrics: { loss: 1, precision: "NaN" } };
	assert.deepEqual(differing(fine, { ...fine, status: "diverged" as const }), [
		"status: different",
	]);
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

/** What a record says of a run, of which two may differ in one thing. */
const recordLike = {
	experiment: "moons",
	repeat: 0,
	occurrence: 0,
	multirun: {
		id: "m",
		total: 4,
		index: 1,
		repeats: 2,
		varied: ["lr"],
		grid: { lr: [1, 0.1] },
	},
	params: { lr: { value: 0.1, origin: "cell" } },
	metrics: { loss: 0.5 },
	overrides: { lr: "0.1" },
	seed: { run: "a", root: "42", boot: "42", streams: { main: 3, init: 1 } },
	data: [{ path: "d", root: "sha256:1", files: 2, bytes: 9 }],
} satisfies Partial<ComparableRun>;
const { seed, multirun } = recordLike;
const changes: [string, Partial<ComparableRun>, string][] = [
	["experiment", { experiment: "x" }, "identity experiment: different"],
	["task", { task: "points" }, "identity task: not recorded"],
	["repeat", { repeat: 1 }, "identity repeat: different"],
	["occurrence", { occurrence: 1 }, "identity occurrence: different"],
	[
		"parameter",
		{ params: { lr: { value: 0.2, origin: "cell" } } },
		"parameter lr: different",
	],
	[
		"origin of a parameter",
		{ params: { lr: { value: 0.1, origin: "override" } } },
		"origin of lr: different",
	],
	["metric", { metrics: { loss: 0.25 } }, "final metric loss: different"],
	["override", { overrides: {} }, "override lr: missing"],
	[
		"number of draws",
		{ seed: { ...seed, streams: { main: 4, init: 1 } } },
		"draws from main: different",
	],
	[
		"stream",
		{ seed: { ...seed, streams: { main: 3 } } },
		"draws from init: missing",
	],
	["root seed", { seed: { ...seed, root: "43" } }, "seed root: different"],
	[
		"seed of the start",
		{ seed: { ...seed, boot: "43" } },
		"seed boot: different",
	],
	["seed of the run", { seed: { ...seed, run: "b" } }, "seed: different"],
	[
		"data root",
		{ data: [{ path: "d", root: "sha256:2", files: 2, bytes: 9 }] },
		"data d: different",
	],
	[
		"size of the data",
		{ data: [{ path: "d", root: "sha256:1", files: 3, bytes: 9 }] },
		"size of d: different",
	],
	[
		"place among the members",
		{ multirun: { ...multirun, index: 2 } },
		"multirun index: different",
	],
	[
		"parameter that varies",
		{ multirun: { ...multirun, varied: [] } },
		"multirun varied: different",
	],
	[
		"value that another member has",
		{ multirun: { ...multirun, grid: { lr: [2, 0.1] } } },
		"values of lr: different",
	],
];
for (const [what, change, expected] of changes)
	test(`another ${what} is a difference that is named`, () => {
		assert.deepEqual(differing(recordLike, recordLike), []);
		assert.deepEqual(differing(recordLike, { ...recordLike, ...change }), [
			expected,
		]);
	});

test("another number of members is one, too", () => {
	const more = { multirun: { ...multirun, total: 6 } };
	assert.ok(
		differing(recordLike, { ...recordLike, ...more }).includes(
			"identity members: different",
		),
	);
});

test("what one side does not say is not compared", () => {
	const { occurrence, params, metrics, multirun: _, ...less } = recordLike;
	assert.deepEqual(differing(recordLike, less), []);
	assert.deepEqual(differing(less, recordLike), []);
	// A script knows values, not where they came from, and folders, not their sizes.
	assert.deepEqual(
		differing(recordLike, {
			...recordLike,
			params: { lr: { value: 0.1 } },
			seed: { run: "a" },
			data: [{ path: "d", root: "sha256:1" }],
		}),
		[],
	);
});

test("a resumed run is missed nothing that it read before its checkpoint, and lacks what came after", () => {
	const resumed = { ...leaks([1]), resumed: "abc" };
	assert.deepEqual(differing(resumed, leaks([1, 2])), []);
	assert.deepEqual(differing(resumed, leaks([])), [
		"leak Date.now in line 1: missing",
	]);
	assert.deepEqual(differing(leaks([1]), leaks([1, 2])), [
		"leak Date.now in line 2: not recorded",
	]);
});
