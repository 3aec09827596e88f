import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { CHECKPOINT_FILE, resumePoint } from "./checkpoint.ts";
import type { RunLookup } from "./store/experiment-runs.ts";
import { readRun, type StoredRun } from "./store/store.ts";
import { openTestSession, recordRun } from "./test-record.ts";

/** Runs that were interrupted, by id, each with the one that it says it had resumed. */
async function interrupted(
	resumed: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<string, StoredRun>> {
	openTestSession();
	const { directory } = await recordRun(() => undefined);
	const { record } = readRun(directory);
	return new Map(
		Object.entries(resumed).map(([id, before]) => [
			id,
			{
				directory: temporaryFolder(),
				record: {
					...record,
					id,
					status: "interrupted",
					...(before === undefined ? {} : { resumed: before }),
				},
			},
		]),
	);
}

const lookup = (runs: ReadonlyMap<string, StoredRun>): RunLookup => ({
	runsOf: () => [...runs.values()],
	runWithId: (id) => runs.get(id),
	refresh: () => undefined,
});

test("a run without a checkpoint is resumed from that of the one it had resumed", async () => {
	const runs = await interrupted({ a: undefined, b: "a", c: "b" });
	const [a, , c] = [...runs.values()];
	assert.ok(a && c);
	assert.equal(resumePoint(c, lookup(runs)), undefined);
	writeFileSync(join(a.directory, CHECKPOINT_FILE), "");
	assert.equal(resumePoint(c, lookup(runs)), a);
});

test("records that name each other as resumed lead nowhere", async () => {
	const runs = await interrupted({ a: "b", b: "a" });
	const [a] = [...runs.values()];
	assert.ok(a);
	assert.equal(resumePoint(a, lookup(runs)), undefined);
});
