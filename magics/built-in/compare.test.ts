import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { removeRun } from "../../experiment/record/store/remove.ts";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { printed } from "../test-magic.ts";

const record = (lr: number) =>
	recordRun((run) => run.log({ loss: lr }), { params: { lr } });

test("a replay, which records nothing, leaves out the magics that show or write what is on record", async () => {
	const root = openTestSession({
		replay: {
			identity: "b",
			occurrence: 0,
			format: 2,
			earlierCells: 4,
			directory: temporaryFolder(),
		},
	});
	const mine = join(root, "..", "mine.ts");
	writeFileSync(mine, "");
	for (const line of [
		"compare",
		"compare last 3fa2",
		"checklist",
		"export mine.ts",
		"export mine.ts --run last",
	])
		assert.equal(await printed(line), "", line);
	assert.equal(readFileSync(mine, "utf8"), "");
	// What asks for help depends on no record.
	assert.match(await printed("compare --help"), /side by side/);
});

test("%dd compare shows this session's runs side by side, or those that are named", async () => {
	openTestSession();
	await assert.rejects(printed("compare"), {
		name: "UsageError",
		message: /^nothing was recorded in this session yet; name runs/,
	});
	const first = await record(0.1);
	const second = await record(0.2);
	const all = await printed("compare");
	assert.match(all, new RegExp(`${first.run.id} +${second.run.id}`));
	assert.match(all, /parameters +lr +≠ +0\.1 +0\.2/);
	assert.match(all, /metrics +loss +≠ +0\.100000 +0\.200000/);
	const named = await printed(`compare ${second.run.id} last`);
	assert.match(named, new RegExp(`${second.run.id} +${second.run.id}`));
	assert.doesNotMatch(named, new RegExp(first.run.id));
	await removeRun(first.directory, first.record);
	assert.doesNotMatch(await printed("compare"), new RegExp(first.run.id));
});
