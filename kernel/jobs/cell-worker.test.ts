import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestSession } from "../../experiment/record/test-record.ts";
import { session } from "../../experiment/session.ts";
import type { StartWorker } from "../../experiment/sweep/workers.ts";
import { cellWorkers } from "./cell-worker.ts";

/** Why a worker ended that was hired where no cell is known. */
function reasonOf(hire: StartWorker): Promise<string> {
	const nothing = () => undefined;
	return new Promise((resolve) => {
		hire(
			{ earlierCells: 0, multirun: "several", occurrence: 0 },
			{
				idle: nothing,
				started: nothing,
				event: nothing,
				ended: nothing,
				broke: nothing,
				taken: nothing,
				output: nothing,
				gone: resolve,
			},
		);
	});
}

test("a worker executes the cell that asked for workers, wherever it is hired", async () => {
	openTestSession();
	const running = session();
	running.source = { kind: "cell", text: 'throw new Error("found");' };
	const hire = cellWorkers(process.env, () => undefined);
	running.source = undefined;
	assert.match(await reasonOf(hire), /^cell 1 of 1 failed in it:\n.*found/s);
});
