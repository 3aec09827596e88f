import assert from "node:assert/strict";
import { test } from "node:test";
import { byRuleOf } from "../replay/replay.ts";
import { contradictions } from "./check/contradictions.ts";
import { lastMetrics } from "./metric-lines.ts";
import { openTestSession, recordRun } from "./test-record.ts";

const lines: { step: number; metrics: Record<string, number> }[] = [
	{ step: 3, metrics: { loss: 0.1, lr: 1 } },
	{ step: 1, metrics: { loss: 0.9 } },
];

test("the last value of a metric on record is that of its highest step, as in its picture", async () => {
	openTestSession();
	const run = await recordRun((active) => {
		for (const { step, metrics } of lines) active.log(metrics, { step });
		assert.deepEqual(active.metrics, { loss: 0.1, lr: 1 });
	});
	assert.deepEqual(run.record.metrics, { loss: 0.1, lr: 1 });
	assert.deepEqual(run.outcome.metrics, { loss: 0.1, lr: 1 });
	assert.deepEqual(contradictions(run), []);
	// As an earlier version recorded it.
	const metrics = { loss: 0.9, lr: 1 };
	const former = { ...run, record: { ...run.record, metrics } };
	const found = contradictions(former).map(({ what }) => what);
	assert.ok(!found.some((what) => what.startsWith("final metric")), `${found}`);
	assert.deepEqual(byRuleOf(former.record, run).record.metrics, metrics);
	assert.deepEqual(
		byRuleOf(run.record, run).record.metrics,
		run.record.metrics,
	);
	const forged = { loss: 0.5, lr: 1 };
	assert.deepEqual(byRuleOf({ metrics: forged }, run).record, run.record);
});

test("last values that an earlier version took from the last lines follow from them, and no others do", () => {
	assert.deepEqual(lastMetrics(lines), { loss: 0.1, lr: 1 });
	assert.deepEqual(lastMetrics(lines, { loss: 0.9, lr: 1 }), {
		loss: 0.9,
		lr: 1,
	});
	assert.deepEqual(lastMetrics(lines, { loss: 0.5, lr: 1 }), {
		loss: 0.1,
		lr: 1,
	});
});
