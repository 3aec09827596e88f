import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../base/test-folder.ts";
import { contradictions } from "../../experiment/record/check/contradictions.ts";
import { listRuns, verifyFiles } from "../../experiment/record/store/store.ts";
import { answerHere } from "../command-line.ts";

// Recorded by the last version that wrote format 1.
const project = temporaryFolder();
cpSync(fileURLToPath(new URL("format-1/", import.meta.url)), project, {
	recursive: true,
});
const { runs, damaged } = listRuns(join(project, "runs"));

function deepdiva(...args: string[]) {
	const { DEEPDIVA_RUNS: _, ...env } = process.env;
	return answerHere(args, { cwd: project, env });
}

const ofExperiment = (name: string) => {
	const found = runs.find(({ record }) => record.experiment === name);
	assert.ok(found);
	return found.record;
};

test("runs of format 1 are read and verified", () => {
	assert.deepEqual(damaged, []);
	assert.deepEqual(
		runs.map(({ record }) => [record.format, record.experiment]),
		[
			[1, "old"],
			[1, "swept"],
		],
	);
	for (const stored of runs) {
		assert.deepEqual(verifyFiles(stored), []);
		assert.deepEqual(contradictions(stored), []);
	}
});

/**
 * Weights of dense layers had .88 of the deviation that their initializer promises: what is
 * drawn is what it was, what is made of it is not.
 */
const OTHER_NUMBERS = /^NOT identical: artifact\/kernel \(different\)$/m;

test("the run swept of format 1 is replayed by its own rules, to the bit", async () => {
	const { id } = ofExperiment("swept");
	const { status, stdout, stderr } = await deepdiva("replay", id);
	assert.equal(status, 0, stdout + stderr);
	assert.match(stdout, /^identical: all \d+ parts/m);
});

test("the run old of format 1 is replayed by its own rules, and what other numerics make of its draws is named", async () => {
	const { status, stdout, stderr } = await deepdiva(
		"replay",
		ofExperiment("old").id,
	);
	assert.equal(status, 1, stdout + stderr);
	assert.match(stdout, /^other numerics: not on record → /m);
	assert.match(stdout, /^draws\s.*identical$/m);
	assert.match(stdout, OTHER_NUMBERS);
});

test("a script exported from a run of format 1 says so, and comes out the same", async () => {
	const exported = await deepdiva("export", "87745698", "-o", "old.ts");
	assert.equal(exported.status, 0, exported.stderr);
	assert.match(
		readFileSync(join(project, "old.ts"), "utf8"),
		/^dd\.seed\("\d+", \{ recordFormat: 1 \}\);$/m,
	);
	const { status, stdout, stderr } = await deepdiva("replay", "old.ts");
	assert.equal(status, 1, stdout + stderr);
	assert.match(stdout, OTHER_NUMBERS);
});
