import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../experiment/data/test-folder.ts";
import { contradictions } from "../../experiment/record/contradictions.ts";
import { listRuns, verifyFiles } from "../../experiment/record/store.ts";
import { runDeepdiva } from "../command-line.ts";

// Recorded by the last version that wrote format 1.
const project = temporaryFolder();
cpSync(fileURLToPath(new URL("format-1/", import.meta.url)), project, {
	recursive: true,
});
const { runs, damaged } = listRuns(join(project, "runs"));

function deepdiva(...args: string[]) {
	const { DEEPDIVA_RUNS: _, ...env } = process.env;
	return runDeepdiva(args, { cwd: project, env });
}

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

for (const { record } of runs)
	test(`the run ${record.experiment} of format 1 is replayed by its own rules, to the bit`, () => {
		const { status, stdout, stderr } = deepdiva("replay", record.id);
		assert.equal(status, 0, stdout + stderr);
		assert.match(stdout, /^identical: all \d+ parts/m);
	});

test("a script exported from a run of format 1 says so, and comes out the same", () => {
	const exported = deepdiva("export", "87745698", "-o", "old.ts");
	assert.equal(exported.status, 0, exported.stderr);
	assert.match(
		readFileSync(join(project, "old.ts"), "utf8"),
		/^dd\.seed\("\d+", \{ recordFormat: 1 \}\);$/m,
	);
	const { status, stdout, stderr } = deepdiva("replay", "old.ts");
	assert.equal(status, 0, stdout + stderr);
});
