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

test("%dd compare sums up runs under several seeds, and compares groups with the baseline that is asked for", async () => {
	openTestSession();
	const { multirun } = await import("../../training/run.ts");
	await assert.rejects(printed("compare --baseline first"), /nothing was rec/);
	await multirun(
		{ name: "m", n: 6, params: { lr: [0.1, 0.2] } },
		({ lr }, run) => run.log({ val_loss: lr * (1 + Math.random() / 10) }),
	);
	const text = await printed("compare");
	assert.match(text, /^12 runs in 2 groups, sd: sample \(n−1\), interval: /m);
	assert.match(
		text,
		/^val_loss, against lr=0\.1: paired t test on shared seeds/m,
	);
	assert.match(text, /^lr=0\.2 +6 +0\.1\d+ .* different$/m);
	const against = await printed("compare --baseline lr=0.2");
	assert.match(against, /^lr=0\.1 +6 +-0\.1\d+ .* different$/m);
	assert.match(against, /^m, sizes of the differences$/m);
	assert.match(against, /^lr=0\.1 .*●.* ┊ +g = -\d+.*: different$/m);
	assert.ok(!text.includes("sizes of the differences"));
	await assert.rejects(printed("compare --baseline lr=0.3"), {
		name: "UsageError",
		message: /^there is no group "lr=0\.3" to compare with/,
	});
});

test("%dd compare of runs with parameters of their own has no statistics", async () => {
	openTestSession();
	await record(0.1);
	await record(0.2);
	assert.doesNotMatch(await printed("compare"), /interval/);
	await assert.rejects(printed("compare --baseline first"), {
		name: "UsageError",
		message: /each of these runs has parameters of its own/,
	});
});
