import assert from "node:assert/strict";
import fs, { mkdirSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";
import { test } from "node:test";
import { openTestSession, recordRun } from "../test-record.ts";
import { ExperimentRuns } from "./experiment-runs.ts";

test("a run that gets its record while its folder is looked at is found by the next look", async () => {
	const runs = openTestSession();
	const { directory, record } = await recordRun(() => undefined);
	const text = fs.readFileSync(join(directory, "run.json"), "utf8");
	const other = join(runs, "other", basename(directory));
	mkdirSync(other, { recursive: true });
	const path = join(other, "run.json");
	const { openSync } = fs;
	// Another process writes the record just after it was missed.
	fs.openSync = ((...given: Parameters<typeof openSync>) => {
		try {
			return openSync(...given);
		} catch (error) {
			if (given[0] === path) writeFileSync(path, text);
			throw error;
		}
	}) as typeof openSync;
	syncBuiltinESMExports();
	const found = new ExperimentRuns(runs, "other");
	fs.openSync = openSync;
	syncBuiltinESMExports();
	writeFileSync(path, text);
	found.refresh();
	assert.equal(found.runsOf(record.identity, record.seed.root).length, 1);
	assert.equal(found.runWithId(record.id)?.directory, other);
});

test("of a run that had not ended the record is read again, and damaged ones are left out", async () => {
	const runs = openTestSession();
	let during: string | undefined;
	let found: ExperimentRuns | undefined;
	const ended = await recordRun((run) => {
		found = new ExperimentRuns(runs, "test");
		during = found.runWithId(run.info.id)?.record.status;
	});
	assert.equal(during, "running");
	mkdirSync(join(runs, "test", "damaged"));
	writeFileSync(join(runs, "test", "damaged", "run.json"), "{");
	found?.refresh();
	const { identity, seed } = ended.record;
	assert.deepEqual(
		found?.runsOf(identity, seed.root).map(({ record }) => record.status),
		["finished"],
	);
});
