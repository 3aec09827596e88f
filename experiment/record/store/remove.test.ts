import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { git, repository } from "../../code/test-repository.ts";
import { openTestSession, recordRun } from "../test-record.ts";
import { removeRun } from "./remove.ts";
import { listRuns, readRun } from "./store.ts";

const refs = () =>
	execFileSync("git", ["for-each-ref", "--format=%(refname)"], {
		encoding: "utf8",
	});

test("a removed run leaves neither its folder nor its snapshot", async () => {
	const root = openTestSession();
	execFileSync("git", ["init", "-q", "-b", "main"]);
	writeFiles(".", { "code.ts": "1\n" });
	const first = await recordRun(() => undefined);
	const second = await recordRun(() => undefined);
	await removeRun(first.directory, first.record);
	// One snapshot, of two runs.
	assert.match(refs(), /^refs\/deepdiva\/code\/[0-9a-f]{40}\n$/);
	assert.deepEqual(
		listRuns(root).runs.map(({ record }) => record.id),
		[second.record.id],
	);
	await removeRun(second.directory, second.record);
	assert.equal(refs(), "");
	assert.deepEqual(readdirSync(root), []);
});

test("a run that somebody else has removed is no error", async () => {
	openTestSession();
	const { directory, record } = await recordRun(() => undefined);
	assert.equal(await removeRun(directory, record), true);
	assert.equal(await removeRun(directory, record), false);
});

test("snapshots of submodules go with the run's", async () => {
	openTestSession();
	execFileSync("git", ["init", "-q", "-b", "main"]);
	const inner = repository({ "x.ts": "1\n" });
	git(
		process.cwd(),
		"-c",
		"protocol.file.allow=always",
		"submodule",
		"--quiet",
		"add",
		inner,
		"libs/one",
	);
	git(process.cwd(), "commit", "-q", "-m", "one");
	writeFiles(".", { "libs/one/x.ts": "2\n" });
	const { directory, record } = await recordRun(() => undefined);
	const kept = () =>
		git(join(process.cwd(), "libs/one"), "for-each-ref", "refs/deepdiva");
	assert.notEqual(kept(), "");
	assert.ok(record.git && record.git.mode !== "ignore");
	assert.deepEqual(record.git.snapshot?.submodules, ["libs/one"]);
	await removeRun(directory, record);
	assert.equal(kept(), "");
});

test("a run that is running is not removed", async () => {
	openTestSession();
	await recordRun(async (run) => {
		const stored = readRun(run.info.directory);
		await assert.rejects(removeRun(stored.directory, stored.record), {
			name: "UsageError",
			message: new RegExp(
				`^run ${run.info.id} is running \\(process ${process.pid} on .+\\); interrupt it first$`,
			),
		});
		assert.ok(existsSync(run.info.directory));
	});
});

test("a run that was moved out of its repository is removed all the same", async () => {
	openTestSession();
	execFileSync("git", ["init", "-q"]);
	writeFiles(".", { "code.ts": "1\n" });
	const { directory, record } = await recordRun(() => undefined);
	const elsewhere = join(temporaryFolder(), "moved");
	renameSync(directory, elsewhere);
	await removeRun(elsewhere, record);
	assert.equal(existsSync(elsewhere), false);
});

test("what is no run any more is removed as a folder", async () => {
	const root = openTestSession();
	writeFiles(root, { "toy/20200101T000000Z-deadbeef/run.json": "{" });
	await removeRun(join(root, "toy/20200101T000000Z-deadbeef"), undefined);
	assert.deepEqual(readdirSync(root), []);
});

test("a run of an earlier version takes the ref with it that was its own, and no branch", async () => {
	openTestSession();
	execFileSync("git", ["init", "-q", "-b", "main"]);
	writeFiles(".", { "code.ts": "1\n" });
	for (const ref of ["refs/deepdiva/0123abcd", "refs/heads/other"]) {
		const { directory, record } = await recordRun(() => undefined);
		assert.ok(
			record.git && record.git.mode !== "ignore" && record.git.snapshot,
		);
		const snapshot = { ...record.git.snapshot, ref };
		execFileSync("git", ["update-ref", ref, snapshot.commit]);
		await removeRun(directory, {
			...record,
			git: { ...record.git, snapshot },
		});
	}
	assert.equal(refs(), "refs/heads/other\n");
});

test("a damaged run lets go of its code too", async () => {
	openTestSession();
	execFileSync("git", ["init", "-q", "-b", "main"]);
	writeFiles(".", { "code.ts": "1\n" });
	const { directory } = await recordRun(() => undefined);
	assert.notEqual(refs(), "");
	await removeRun(directory, undefined);
	assert.equal(refs(), "");
});

test("runs that lie outside of their repository let go of their code there", async () => {
	openTestSession();
	const runs = join(temporaryFolder(), "runs");
	process.env.DEEPDIVA_RUNS = runs;
	execFileSync("git", ["init", "-q", "-b", "main"]);
	writeFiles(".", { "code.ts": "1\n" });
	const { directory, record } = await recordRun(() => undefined);
	assert.notEqual(refs(), "");
	await removeRun(directory, record);
	assert.equal(refs(), "");
});
