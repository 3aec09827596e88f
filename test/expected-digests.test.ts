import assert from "node:assert/strict";
import { test } from "node:test";
import { getDigits } from "../experiment/data/sets/digits.ts";
import { openTestSession } from "../experiment/record/test-record.ts";
import { multirun, run } from "../training/run.ts";
import { tasks } from "../training/tasks/index.ts";
import { assertExpected } from "./expected-digests.ts";

/** Runs of each task that take seconds; a task without one fails the test below. */
const SHORT: Readonly<
	Record<string, Readonly<Record<string, string | number>>>
> = {
	points: { epochs: 3 },
	"image-classification": { epochs: 1, limit: 150, data: "digits" },
};

test("each task computes what it computed before, to the bit", async () => {
	openTestSession();
	await getDigits("digits");
	const digests: Record<string, string> = {};
	for (const name of tasks.keys()) {
		const params = SHORT[name];
		assert.ok(params, `give task ${name} a short run in ${import.meta.url}`);
		const result = await run({ task: name, params });
		assert.equal(result?.outcome.status, "finished");
		digests[name] = result.outcome.digest;
	}
	assertExpected("tasks", digests);
});

test("each set of points, network and optimizer computes what it computed before", async () => {
	openTestSession();
	const results = await multirun({
		task: "points",
		n: 1,
		params: {
			epochs: 2,
			size: 200,
			set: tasks.get("points")?.params.fields.set?.choices ?? [],
			model: ["FC_simple", "MLP"],
		},
	});
	const optimizers = await multirun({
		task: "points",
		n: 2,
		params: {
			epochs: 2,
			size: 200,
			optimizer: tasks.get("points")?.params.fields.optimizer?.choices ?? [],
		},
	});
	assertExpected(
		"points",
		Object.fromEntries(
			[...results, ...optimizers].map(
				({ run: { params, repeat }, outcome }) => [
					`${params.set} ${params.model} ${params.optimizer} ${repeat}`,
					outcome.digest,
				],
			),
		),
	);
});

test("numbers of every stream of a run are what they were", async () => {
	openTestSession();
	const result = await run(
		{ name: "streams", params: { lr: 0.1 } },
		async (_, active) => {
			const first: Record<string, number[]> = {};
			for (const name of ["init", "order", "dropout", "augment", "data"]) {
				const next = active.rng(name);
				first[name] = [next(), next(), next()];
			}
			first.main = [Math.random(), Math.random(), Math.random()];
			await active.artifact("first", first);
		},
	);
	assert.ok(result);
	assertExpected("streams", {
		seed: result.run.seed,
		digest: result.outcome.digest,
	});
});
