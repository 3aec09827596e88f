import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { RecordingError } from "./recording-error.ts";
import { listRuns } from "./store/store.ts";
import { openTestSession, recordRun } from "./test-record.ts";

/** What the person reads, by the system's word for it. */
const refusals: [code: string, why: string, whatToDo: string][] = [
	["ENOSPC", "the disk is full", "Make room"],
	["EDQUOT", "your share of the disk is full", "Make room"],
	["EFBIG", "the file may grow no further", "Raise the limit (ulimit -f)"],
	["EROFS", "the disk is read-only", "Mount it for writing"],
	["EACCES", "it may not be written", "Let your user write there"],
	["EPERM", "it may not be written", "Let your user write there"],
	["EMFILE", "too many files are open", "Close what the code opens"],
	["ENOENT", "its folder is gone", "Leave a run's folder alone"],
	["ENAMETOOLONG", "the path is longer", "Use shorter names"],
	["EIO", "the disk failed", "Check the disk"],
	["EUNKNOWN", "what the system said", "Mend that"],
];

for (const [code, why, whatToDo] of refusals)
	test(`a folder that cannot be written says why and what to do: ${code}`, () => {
		const cause = Object.assign(new Error("what the system said"), { code });
		const { message } = new RecordingError("runs/a", cause);
		assert.ok(message.startsWith(`runs/a cannot be written: ${why}`), message);
		assert.ok(
			message.includes(
				`(${code}); what was recorded before is kept. ${whatToDo}`,
			),
		);
		assert.ok(message.endsWith(", and run again"));
		assert.equal(message.includes("Make room"), /NOSPC|DQUOT/.test(code));
	});

for (const code of ["ENOENT", "ENOTDIR", "EISDIR", "EEXIST"])
	test(`a folder that cannot be made is not called gone, and another can be named: ${code}`, () => {
		const cause = Object.assign(new Error("what the system said"), { code });
		const { message } = new RecordingError("runs/a", cause, false);
		assert.match(
			message,
			/^runs\/a cannot be written: no folder can be made there, .*; nothing was recorded\. Put a folder in that place, or record elsewhere \(DEEPDIVA_RUNS=DIR\), and run again$/,
		);
		assert.doesNotMatch(message, /gone|Leave a run/);
	});

test("a run that cannot begin leaves nothing behind, and says that nothing was recorded", async () => {
	const root = openTestSession();
	mkdirSync(dirname(root), { recursive: true });
	// Where the folder is to be, there is a file.
	mkdirSync(root);
	writeFileSync(join(root, "test"), "");
	await assert.rejects(
		recordRun((run) => run.log({ loss: 1 })),
		{
			name: "RecordingError",
			message: /no folder can be made there, .* nothing was recorded/,
		},
	);
	assert.deepEqual(listRuns(root), { runs: [], damaged: [] });
});
