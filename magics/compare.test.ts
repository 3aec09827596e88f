import assert from "node:assert/strict";
import { test } from "node:test";
import { removeRun } from "../experiment/record/remove.ts";
import {
	openTestSession,
	recordRun,
} from "../experiment/record/test-record.ts";
import { printed } from "./test-magic.ts";

const record = (lr: number) =>
	recordRun((run) => run.log({ loss: lr }), { params: { lr } });

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
