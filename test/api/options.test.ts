import assert from "node:assert/strict";
import { test } from "node:test";
import { setReplay } from "../../experiment/given-options.ts";
import { openTestSession } from "../../experiment/record/test-record.ts";
import * as dd from "../../index.ts";

openTestSession();
const exported: Readonly<Record<string, unknown>> = dd;

const members = [1, 2, 3].map((seed) => ({ seed }));

/** What comes before the options of each function that takes some last. */
const IN_RUN = {
	log: [{ loss: 1 }],
	load: ["classifier"],
	confusion: [
		[0, 1],
		[0, 1],
	],
	boundary: [() => undefined, []],
	embedding: [
		[
			[0, 1],
			[1, 0],
		],
		["a", "b"],
	],
	show: ["confusion", "val", { classes: ["a"], matrix: [[1]] }],
} as const;
const ANYWHERE = {
	seed: [1],
	rng: ["shuffle"],
	getData: ["digits", "data/digits"],
	getDigits: ["data/digits"],
	splitData: ["scans", "data/scans"],
	analyzeData: ["data/pets"],
	verifyData: ["data/pets"],
	writeBag: [{}, "bag"],
	writeCroissant: [{}],
	swhid: ["data/pets"],
	scatter: [{ points: [] }],
	summarise: [[1, 2, 3]],
	reportMultirun: [
		members.map(({ seed }) => ({
			experiment: "e",
			params: {},
			repeat: seed,
			metrics: { x: seed },
			status: "finished",
		})),
	],
	formatReport: [{}, "text"],
	compareGroups: [
		[1, 2],
		[3, 4],
	],
	detectableEffect: [5],
	runsNeeded: [0.8],
} as const;

async function refuses(
	name: string,
	before: readonly unknown[],
): Promise<void> {
	for (const [given, shown] of [
		[3, "3"],
		["quick", '"quick"'],
		[null, "null"],
		[[3], "a list"],
	] as const)
		await assert.rejects(
			async () =>
				Reflect.apply(exported[name] as () => unknown, undefined, [
					...before,
					given,
				]),
			(error: Error) => {
				assert.ok(error instanceof dd.UsageError, `${name}: ${error.stack}`);
				const [, ...parts] =
					/^(?:dd\.)?(\w+) takes its options as an object, for example (dd\.(\w+)\(.*\{ .* \}\)), not (.*)$/.exec(
						error.message,
					) ?? [];
				assert.deepEqual([parts[0], parts[2], parts[3]], [name, name, shown]);
				return true;
			},
		);
}

for (const [name, before] of Object.entries(ANYWHERE))
	test(`dd.${name} says how options are given where it got a number, a text or a list`, () =>
		refuses(name, before));

const noPoints = [] as const;
/** Arguments by whose values alone, not their types, each function is given something wrong. */
const WRONG: readonly (readonly [name: string, ...given: unknown[]])[] = [
	["accuracy", [0, 1], [0]],
	["accuracy", [0, 1], ["0", "1"]],
	["confusionMatrix", [0, 1], [0]],
	["confusionMatrix", [0, 1], ["0", "1"]],
	["confusionMatrix", [0], [2], ["a", "b"]],
	["mcnemar", [], [], []],
	["mcnemar", [0, 1], ["0", "1"], [0, 1]],
	["pointSet", "spirals", 100, Math.random],
	["pointSet", "xor", 10, Math.random],
	["architecture", "MPL"],
	["summarise", []],
	["compareGroups", [], [2]],
	["detectableEffect", 1],
	["runsNeeded", 0],
	["holm", [2]],
	["stratifiedSplit", noPoints, Math.random, { train: 2, val: 0, test: 0 }],
	["openGenerator", "mersenne", "1"],
	["seed", "\n"],
	["useCommandLine", { jobs: 0 }],
	["findRun", "nothing"],
	["reportMultirun", []],
];
/** The same of functions that record. */
const WRONG_IN_RUN: typeof WRONG = [
	["log", { loss: "low" }],
	["confusion", [0, 1], [0]],
	["confusion", [0, 1], ["0", "1"]],
	["boundary", () => undefined, noPoints],
	["embedding", [[0, Number.NaN]], ["a"]],
	["embedding", [[0, 1]], ["a", "b"]],
];

const isRefused = ([name, ...given]: (typeof WRONG)[number]) =>
	assert.rejects(
		async () =>
			Reflect.apply(exported[name] as () => unknown, undefined, given),
		(error: Error) => {
			assert.ok(error instanceof dd.UsageError, `${name}: ${error.stack}`);
			return true;
		},
		name,
	);

for (const call of WRONG)
	test(`dd.${call[0]}(${call
		.slice(1)
		.map((one) => JSON.stringify(one) ?? "…")
		.join(", ")}) is an error of use`, () => isRefused(call));

test("what is recorded of wrong values is an error of use", async () => {
	await dd.run({ name: "wrong" }, async () => {
		for (const call of WRONG_IN_RUN) await isRefused(call);
	});
});

test("functions of a run do so, too, and record nothing of such a call", async () => {
	const result = await dd.run({ name: "options" }, async () => {
		for (const [name, before] of Object.entries(IN_RUN))
			await refuses(name, before);
		dd.log({ other: 2 }, { step: 4 });
	});
	assert.deepEqual(result?.outcome.metrics, { other: 2 });
});

test("a replay repeats what was recorded before there was this check", async () => {
	setReplay(true);
	try {
		const result = await dd.run({ name: "options" }, () =>
			Reflect.apply(dd.log, undefined, [{ loss: 1 }, 3]),
		);
		assert.deepEqual(result?.outcome.metrics, { loss: 1 });
	} finally {
		setReplay(false);
	}
});
