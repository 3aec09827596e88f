import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compareRuns, measureDifferences } from "../replay/compare.ts";
import { readOutput } from "./output.ts";
import type { StoredRun } from "./store/store.ts";
import { openTestSession, recordRun } from "./test-record.ts";

/** What saves itself as a TensorFlow.js layers model does. */
function model(weights: readonly number[]) {
	return {
		save: (handler: { save(artifacts: object): Promise<unknown> }) =>
			handler.save({
				modelTopology: { layers: 1 },
				weightSpecs: [
					{ name: "kernel", shape: [weights.length], dtype: "float32" },
					{ name: "steps", shape: [], dtype: "int32" },
				],
				weightData: [
					Float32Array.from(weights).buffer,
					Int32Array.of(7).buffer,
				],
			}),
	};
}

/** A run with every kind of output; `shift` moves one number of each. */
function record(shift: number): Promise<StoredRun> {
	// The first of its kind in each session.
	openTestSession();
	return recordRun(async (run) => {
		run.log({ cost: 0.5 + shift, gap: Number.NaN, zero: -0 });
		run.log({ cost: Number.POSITIVE_INFINITY });
		await run.artifact("tensor", Float32Array.of(1 + shift, Number.NaN, -0));
		await run.artifact("model", model([1, 2 + shift]));
		await run.artifact("notes", "nothing moves here");
		await run.artifact("table", {
			a: [1 + shift, -0],
			b: Number.NaN,
			c: "@NaN",
		});
		run.confusion({
			name: "test",
			labels: ["a", "b"],
			counts: [
				[1, 0],
				[0, 1],
			],
		} as never);
		run.embedding({
			name: "points",
			embedding: {
				method: "pca",
				positions: Float32Array.of(1 + shift, 2),
				labels: [0],
			},
		} as never);
	});
}

const stored = await record(0);

test("what an output says is read back from its files: the digest is the recorded one", () => {
	const names = Object.keys(stored.record.outputs);
	assert.deepEqual(names, [
		"artifact/model",
		"artifact/notes",
		"artifact/table",
		"artifact/tensor",
		"confusion/test-1",
		"embedding/points-1",
		"metrics",
	]);
	for (const [name, output] of Object.entries(stored.record.outputs))
		assert.equal(
			readOutput(stored.directory, name, output).digest,
			output.digest,
			name,
		);
});

test("where numbers differ a comparison says by how much, in units of the type they are stored in", async () => {
	const shift = 2 ** -22;
	const other = await record(shift);
	const parts = measureDifferences(
		compareRuns(stored.record, other.record, []),
		stored,
		other,
	);
	assert.deepEqual(
		parts
			.filter(({ verdict }) => verdict === "different")
			.map(({ part, difference }) => [
				part,
				difference?.numbers,
				difference?.differing,
				difference?.maxUlps,
				difference?.maxAbsolute,
			]),
		[
			["artifact/model", 3, 1, 1, shift],
			["artifact/table", 3, 1, shift / Number.EPSILON, shift],
			["artifact/tensor", 3, 1, 2, shift],
			["embedding/points-1", 3, 1, 2, shift],
			["metrics", 4, 1, (2 * shift) / Number.EPSILON, shift],
		],
	);
});

test("what lies within the tolerance is told apart from what does not", async () => {
	const other = await record(2 ** -22);
	const verdicts = (tolerance: number) =>
		measureDifferences(
			compareRuns(stored.record, other.record, []),
			stored,
			other,
			tolerance,
		)
			.filter(({ verdict }) => verdict !== "identical")
			.map(({ part, verdict }) => `${part}: ${verdict}`);
	assert.deepEqual(verdicts(2 ** -22 / 1.5), [
		"artifact/model: within tolerance",
		"artifact/table: different",
		"artifact/tensor: different",
		"embedding/points-1: different",
		"metrics: different",
	]);
	assert.ok(verdicts(1e-6).every((line) => line.endsWith("within tolerance")));
});

test("outputs that say something else than numbers have no distance", async () => {
	const other = await recordRun(async (run) => {
		run.log({ accuracy: 0.5 });
		await run.artifact("notes", "something else");
		await run.artifact("tensor", Float32Array.of(1, 2));
	});
	const parts = measureDifferences(
		compareRuns(stored.record, other.record, []),
		stored,
		other,
		1,
	);
	for (const name of ["metrics", "artifact/notes", "artifact/tensor"]) {
		const part = parts.find((one) => one.part === name);
		assert.equal(part?.verdict, "different", name);
		assert.equal(part.difference, undefined, name);
	}
});

test("a recorded file that was damaged has no distance either", async () => {
	const other = await record(1);
	writeFileSync(join(other.directory, "metrics.jsonl"), "{");
	const metrics = measureDifferences(
		compareRuns(stored.record, other.record, []),
		stored,
		other,
		1,
	).find(({ part }) => part === "metrics");
	assert.equal(metrics?.verdict, "different");
	assert.equal(metrics.difference, undefined);
});

test("what only looks like packed floats is read as the JSON that it is", async () => {
	openTestSession();
	const { directory, record } = await recordRun(async (run) => {
		await run.artifact("short", { dtype: "float32", base64: "abc" });
		await run.artifact("more", {
			dtype: "float32",
			base64: "AACAPw==",
			unit: "m",
		});
	});
	for (const name of ["artifact/short", "artifact/more"]) {
		const output = record.outputs[name];
		assert.ok(output);
		assert.equal(readOutput(directory, name, output).digest, output.digest);
	}
	const more = record.outputs["artifact/more"];
	assert.ok(more);
	assert.match(readOutput(directory, "artifact/more", more).skeleton, /"m"/);
});
