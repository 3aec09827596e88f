import assert from "node:assert/strict";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeFiles } from "../../base/test-folder.ts";
import { writeBag } from "../data/exchange/bag.ts";
import { writeCroissant } from "../data/exchange/croissant.ts";
import { verifyData } from "../data/verify.ts";
import { withMark } from "../record/check/written-mark.ts";
import { exportRuns } from "../record/export/export.ts";
import { Claim, claimMember } from "../record/lease/claim.ts";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { snapshotCode } from "./git-snapshot.ts";
import { codeState } from "./git-state.ts";
import { executedMark } from "./own-files.ts";
import { git, makeRepository } from "./test-repository.ts";

/** A project with code that is committed, and nothing that git is told to ignore. */
function openProject(): string {
	const project = join(openTestSession(), "..");
	makeRepository(project, { "code.ts": "1\n", "data/x.txt": "1\n" });
	return project;
}

const changedIn = async (project: string) =>
	(await codeState(project, []))?.changes.map(({ path }) => path).sort();

test("manifests, runs in any folder, exports and certificates make no code dirty, and need no .gitignore", async () => {
	const project = openProject();
	const verified = await recordRun(() => undefined, { data: ["data"] });
	const statement = (text: string) =>
		`{"payload":"${Buffer.from(text).toString("base64")}"}\n`;
	writeFiles(project, {
		"paper/run.intoto.jsonl": `${statement("pkg:npm/deepdiva#run/v1")}${statement('"deepdiva_replay"')}`,
	});
	const claim = claimMember({
		identity: "sha256:1",
		rootSeed: "1",
		runsDirectory: join(project, "runs"),
	});
	assert.ok(claim instanceof Claim);
	await exportRuns([verified], join(project, "sent", "run.zip"));
	await exportRuns([verified], join(project, "sent", "run"));
	renameSync(join(project, "runs"), join(project, "old runs"));
	assert.deepEqual(await changedIn(project), []);
	const next = await recordRun(() => undefined, { git: "require" });
	assert.ok(next.record.git && next.record.git.mode !== "ignore");
	assert.equal(next.record.git.dirty, false);
	// Also where they were committed, and became others since.
	git(project, "add", "-A");
	git(project, "commit", "-q", "-m", "all of it");
	writeFiles(project, {
		"data.manifest-sha256.txt": "other",
		"data.manifest-sha256.stat.json": "{}",
	});
	assert.deepEqual(await changedIn(project), []);
	git(project, "add", "-A");
	assert.deepEqual(await changedIn(project), []);
});

const notebook = (source: string, executed?: string) =>
	JSON.stringify({
		cells: [{ cell_type: "code", metadata: {}, outputs: [], source }],
		metadata: executed === undefined ? {} : { deepdiva: { executed } },
		nbformat: 4,
		nbformat_minor: 5,
	});

test("an executed copy of a notebook makes no code dirty, until somebody changes a cell", async () => {
	const project = openProject();
	const executed = executedMark(notebook("1"));
	assert.ok(executed);
	writeFiles(project, { "out.ipynb": notebook("1", executed) });
	assert.deepEqual(await changedIn(project), []);
	for (const text of [notebook("2", executed), notebook("1"), "{}", "{"]) {
		writeFiles(project, { "out.ipynb": text });
		assert.deepEqual(await changedIn(project), ["out.ipynb"]);
	}
});

test("a bag and a Croissant file of data make no code dirty", async () => {
	const project = openProject();
	const folder = join(project, "data");
	const verification = await verifyData(folder);
	writeCroissant(verification, {
		license: "https://spdx.org/licenses/CC-BY-4.0",
		url: "https://example.org/x",
		description: "one",
		creator: "A",
		datePublished: "2026-01-31",
	});
	await writeBag(verification, join(project, "sent", "bag"));
	assert.ok(existsSync(join(project, "data.croissant.json")));
	assert.ok(existsSync(join(project, "sent", "bag", "data", "x.txt")));
	assert.deepEqual(await changedIn(project), []);
	const others = {
		"other.croissant.json": "{}",
		"their bag/bag-info.txt": "Bag-Software-Agent: bagit.py v1\n",
		"their bag/data/x.txt": "1\n",
	};
	writeFiles(project, others);
	assert.deepEqual(await changedIn(project), Object.keys(others).sort());
});

test("a page or a checklist that this package wrote makes no code dirty under any name, until somebody changes it", async () => {
	const project = openProject();
	const text = "# Checklist\n\n- [ ] ours";
	const paths = ["c.json", "checklist.md", "docs/n.html", "plain"];
	const write = (content: string) => {
		for (const path of paths) writeFiles(project, { [path]: content });
	};
	write(withMark(text));
	assert.deepEqual(await changedIn(project), []);
	for (const changed of [
		withMark(text).replace("[ ]", "[x]"),
		`${withMark(text)}mine\n`,
		text,
	]) {
		write(changed);
		assert.deepEqual(await changedIn(project), paths);
	}
});

test("what the user wrote is a change, whatever it is called", async () => {
	const project = openProject();
	const files = {
		"manifest-sha256.txt": "",
		"notes.intoto.jsonl": '{"payload":"e30="}\n',
		"mine.zip": "deepdiva",
		"runs/notes.md": "",
		"runs/toy/code.ts": "",
		"20260101T000000Z-0123abcd.ts": "",
		"export/deepdiva.json": "{}",
	};
	writeFiles(project, files);
	assert.deepEqual(await changedIn(project), Object.keys(files).sort());
});

test("a snapshot has none of our own files, even where the user staged them", async () => {
	const project = openProject();
	writeFiles(project, {
		"code.ts": "2\n",
		"data.manifest-sha256.txt": "m",
		"other/a/20260101T000000Z-0123abcd/run.json": "{}",
	});
	git(project, "add", "-A");
	const state = await codeState(project, []);
	assert.ok(state);
	const taken = await snapshotCode(state);
	assert.equal(
		git(project, "ls-tree", "-r", "--name-only", taken?.commit ?? ""),
		"code.ts\ndata/x.txt\n",
	);
});
