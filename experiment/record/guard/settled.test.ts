import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestSession, recordDiverged, recordRun } from "../test-record.ts";
import { isSettled, settledResult } from "./settled.ts";

const multirun = {
	id: "0123456789abcdef",
	experiment: "test",
	total: 2,
	repeats: 2,
	varied: [],
	index: 1,
};

test("the result of a member that had come to its end is that which its run gave", async () => {
	openTestSession();
	const { run, outcome, directory, record } = await recordRun(
		(active) => active.log({ loss: 0.5 }),
		{ multirun, repeat: 1, params: { lr: 0.1, data: "a" } },
	);
	const again = settledResult({ directory, record }, multirun);
	assert.equal(isSettled({ directory, record }), true);
	assert.deepEqual({ ...again.run }, { ...run });
	const { error, ...rest } = outcome;
	assert.equal(error, undefined);
	// Nothing is to be done any more about what its code read.
	assert.deepEqual(again.outcome, { ...rest, onLeak: "ignore" });
	assert.equal(again.value, undefined);
});

test("a member that diverged is settled, one that failed is not", async () => {
	openTestSession();
	const diverged = await recordDiverged((active) =>
		active.log({ loss: Number.NaN }),
	);
	assert.equal(isSettled(diverged), true);
	assert.equal(settledResult(diverged, multirun).outcome.status, "diverged");
	const failed = { ...diverged.record, status: "failed" } as const;
	assert.equal(isSettled({ ...diverged, record: failed }), false);
});
