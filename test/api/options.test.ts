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
