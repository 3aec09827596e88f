import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { git } from "../../code/test-repository.ts";
import { openTestSession, recordRun } from "../test-record.ts";
import { exportRuns } from "./export.ts";

test("an export warns of secret files that go along: in the code, in what it followed, in a run's folder and in a lock file", async () => {
	const project = join(openTestSession(), "..");
	writeFiles(project, {
		"package.json": "{}",
		"package-lock.json":
			'{"packages": {"a": {"resolved": "https://ann:hunter2@a.org/a.tgz"}}}',
	});
	const inside = await recordRun((run) => {
		writeFileSync(join(run.info.directory, "credentials.json"), "{}");
	});
	git(project, "init", "-q", "-b", "main");
	writeFiles(project, { ".env": "A=1\n", "sub/kaggle.json": "{}", "a.ts": "" });
	git(project, "add", "-f", ".env", "sub", "a.ts");
	git(project, "commit", "-q", "-m", "first");
	git(project, "rm", "-q", ".env");
	writeFiles(project, { ".env.example": "A=\n", ".npmrc": "token\n" });
	const code = await recordRun(() => undefined);
	const told: string[] = [];
	await exportRuns([inside, code], join(temporaryFolder(), "out.zip"), {
		onWarning: (text) => told.push(text),
	});
	const [folder, lock, skipped, files, ...others] = told;
	assert.match(
		folder ?? "",
		/^the folder of run \w+ has files that are secret by name, and they are exported: credentials\.json; look at them/,
	);
	assert.match(
		lock ?? "",
		/^the lock file of run \w+ looks as if it had a token/,
	);
	assert.match(skipped ?? "", /were not kept are not exported: \.npmrc$/);
	assert.match(
		files ?? "",
		/^the code of run \w+ has files that are secret by name, and they are exported: sub\/kaggle\.json, \.env; look at them/,
	);
	assert.deepEqual(others, []);
});

test("an export of a run without secrets warns of none", async () => {
	const project = join(openTestSession(), "..");
	git(project, "init", "-q", "-b", "main");
	writeFiles(project, { "a.ts": "", "id_rsa.pub": "", ".env.example": "" });
	git(project, "add", "a.ts");
	git(project, "commit", "-q", "-m", "first");
	const run = await recordRun(() => undefined);
	const told: string[] = [];
	await exportRuns([run], join(temporaryFolder(), "out"), {
		onWarning: (text) => told.push(text),
	});
	assert.deepEqual(told, []);
});
