import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArgumentSpec } from "./argument.ts";
import { parseArguments } from "./arguments.ts";
import {
	CONDITION_OPTIONS,
	MULTIRUN_OPTIONS,
	type MultirunArguments,
	RUN_ASSIGNMENTS,
	RUN_OPTIONS,
	RUN_POSITIONALS,
	type RunArguments,
	readConditions,
	readResumption,
	readRunArguments,
} from "./run-arguments.ts";

const run: ArgumentSpec = {
	name: "run",
	summary: "Runs.",
	positionals: RUN_POSITIONALS,
	options: RUN_OPTIONS,
	assignments: RUN_ASSIGNMENTS,
	examples: [],
};

function read(spec: ArgumentSpec, words: readonly string[]) {
	const parsed = parseArguments(spec, words, "%dd");
	assert.ok(parsed !== "help");
	return parsed;
}

test("a run is told what its line says, and nothing of what it leaves open", () => {
	assert.deepEqual(readRunArguments(read(run, []) as RunArguments), {
		params: {},
		overrides: {},
		data: [],
	});
	const words = [
		...["mine", "task=points", "epochs=3", "--param", "lr=0.1"],
		...["--data", "a", "--data", "b", "--git", "ignore", "--resume"],
	];
	assert.deepEqual(readRunArguments(read(run, words) as RunArguments), {
		name: "mine",
		task: "points",
		params: { epochs: "3" },
		overrides: { lr: "0.1" },
		data: ["a", "b"],
		git: "ignore",
		resume: true,
	});
});

test("conditions are those of the line: pictures are drawn unless it says no", () => {
	const conditionsOf = (...words: string[]) =>
		readConditions(
			read({ ...run, positionals: [], options: CONDITION_OPTIONS }, words)
				.values as Parameters<typeof readConditions>[0],
		);
	assert.deepEqual(conditionsOf(), {});
	assert.deepEqual(conditionsOf("--no-images", "--strict-math"), {
		images: false,
		strictMath: true,
	});
	assert.deepEqual(
		conditionsOf("--on-leak", "error", "--freeze-time", "2026-01-01"),
		{ onLeak: "error", freezeTime: "2026-01-01" },
	);
});

test("--code goes with --resume, and neither is lost", () => {
	const read = (values: Parameters<typeof readResumption>[0]) =>
		readResumption(values);
	assert.deepEqual(read({ resume: false, code: undefined }), {});
	assert.deepEqual(read({ resume: true, code: "redo" }), {
		resume: true,
		code: "redo",
	});
	assert.throws(
		() => read({ resume: false, code: "keep" }),
		/it goes with --resume \(resume: true\)/,
	);
});

test("a policy is read by the name that it had before, and shown by the one that it has", () => {
	const { values } = read({ ...run, options: MULTIRUN_OPTIONS }, [
		"--fail",
		"end",
	]) as MultirunArguments;
	assert.equal(values.fail, "continue");
	assert.throws(
		() => read({ ...run, options: MULTIRUN_OPTIONS }, ["--fail", "ends"]),
		/cannot be "ends"; there is: continue, fast/,
	);
});
