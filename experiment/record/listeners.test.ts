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
