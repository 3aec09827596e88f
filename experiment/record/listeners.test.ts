import assert from "node:assert/strict";
import { executionAsyncId } from "node:async_hooks";
import { test } from "node:test";
import { session } from "../session.ts";
import { openTestSession, recordRun } from "./test-record.ts";

test("a listener is called within the async resource of its run, which an interrupt may leave at any place", async () => {
	openTestSession();
	const heard: number[] = [];
	session().observers.add({ event: () => heard.push(executionAsyncId()) });
	let own = 0;
	await recordRun((run) => {
		own = executionAsyncId();
		run.log({ loss: 1 });
	});
	assert.deepEqual(heard, [own]);
});

test("a listener is told how far the work is, with what the run said of it and nothing else", async () => {
	openTestSession();
	const heard: unknown[] = [];
	session().observers.add({ event: (_, event) => heard.push(event) });
	await recordRun((run) => {
		run.progress({ done: 1, unit: "batch" });
		run.progress({
			done: 2,
			total: 3,
			unit: "batch",
			label: "epoch 1",
			values: { loss: 1 },
		});
	});
	assert.deepEqual(heard, [
		{ type: "progress", done: 1, unit: "batch" },
		{
			type: "progress",
			done: 2,
			total: 3,
			unit: "batch",
			label: "epoch 1",
			values: { loss: 1 },
		},
	]);
});
