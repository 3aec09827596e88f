import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { codeRef, keepCode, letGoOfCode } from "./code-refs.ts";
import { git, repository } from "./test-repository.ts";

const refsOf = (folder: string) =>
	git(folder, "for-each-ref", "--format=%(refname)", "refs/deepdiva")
		.split("\n")
		.filter(Boolean);

const head = (folder: string) => git(folder, "rev-parse", "HEAD").trim();

/** A run's folder, as it lies in a folder of runs. */
function runIn(runs: string, id: string) {
	const directory = join(runs, "toy", `20260101T000000Z-${id}`);
	mkdirSync(directory, { recursive: true });
	return { id, directory };
}

const nobody = () => false;

test("many runs of one commit are one ref, which goes with the last of them", async () => {
	const folder = repository();
	const commit = head(folder);
	const runs = Array.from({ length: 3 }, (_, i) =>
		runIn(join(folder, "runs"), `0000000${i}`),
	);
	// Several processes at once.
	await Promise.all(runs.map((run) => keepCode(folder, commit, run)));
	assert.deepEqual(refsOf(folder), [codeRef(commit)]);
	for (const { id, directory } of runs) {
		assert.deepEqual(refsOf(folder), [codeRef(commit)]);
		rmSync(directory, { recursive: true });
		await letGoOfCode(folder, id, nobody);
	}
	assert.deepEqual(refsOf(folder), []);
	await letGoOfCode(folder, "00000000", nobody);
});

test("code outlives an amended commit, an expired reflog and garbage collection", async () => {
	const folder = repository();
	const commit = head(folder);
	await keepCode(folder, commit, runIn(join(folder, "runs"), "00000001"));
	writeFiles(folder, { "a.ts": "2\n" });
	git(folder, "commit", "-q", "-a", "--amend", "-m", "other");
	git(folder, "reflog", "expire", "--expire=now", "--all");
	git(folder, "gc", "-q", "--prune=now");
	assert.equal(git(folder, "show", `${commit}:a.ts`), "1\n");
	await letGoOfCode(folder, "00000001", nobody);
	git(folder, "gc", "-q", "--prune=now");
	assert.throws(() => git(folder, "cat-file", "-e", commit));
});

test("folders of runs share a repository, and a folder that is not there keeps its code", async () => {
	const folder = repository();
	const commit = head(folder);
	const [here, there] = [join(folder, "runs"), join(temporaryFolder(), "runs")];
	const first = runIn(here, "00000001");
	const second = runIn(there, "00000002");
	for (const run of [first, second]) await keepCode(folder, commit, run);
	rmSync(first.directory, { recursive: true });
	await letGoOfCode(folder, first.id, nobody);
	assert.deepEqual(refsOf(folder), [codeRef(commit)]);
	renameSync(there, `${there}-moved`);
	await letGoOfCode(folder, first.id, nobody);
	assert.deepEqual(refsOf(folder), [codeRef(commit)]);
	await letGoOfCode(folder, second.id, nobody);
	assert.deepEqual(refsOf(folder), []);
});

test("runs that were removed by hand keep nothing", async () => {
	const folder = repository();
	const commit = head(folder);
	const gone = runIn(join(folder, "runs"), "00000001");
	const last = runIn(join(folder, "runs"), "00000002");
	for (const run of [gone, last]) await keepCode(folder, commit, run);
	rmSync(gone.directory, { recursive: true });
	await letGoOfCode(folder, last.id, nobody);
	assert.deepEqual(refsOf(folder), []);
});

test("code that runs without a note need stays", async () => {
	const folder = repository();
	const commit = head(folder);
	const run = runIn(join(folder, "runs"), "00000001");
	await keepCode(folder, commit, run);
	await letGoOfCode(folder, run.id, (one) => one === commit);
	assert.deepEqual(refsOf(folder), [codeRef(commit)]);
	await letGoOfCode(folder, run.id, nobody);
	assert.deepEqual(refsOf(folder), []);
});

test("a linked work tree, also of a bare repository, keeps code where its repository does", async () => {
	const folder = repository();
	const bare = join(temporaryFolder(), "bare.git");
	git(folder, "clone", "-q", "--bare", folder, bare);
	for (const main of [folder, bare]) {
		const tree = join(temporaryFolder(), "tree");
		git(main, "worktree", "add", "-q", "--detach", tree);
		const run = runIn(join(tree, "runs"), "00000001");
		await keepCode(tree, head(tree), run);
		assert.deepEqual(refsOf(main), [codeRef(head(tree))]);
		await letGoOfCode(tree, run.id, nobody);
		assert.deepEqual(refsOf(main), []);
	}
});

test("submodules' commits are kept with the commit that names them, at any depth", async () => {
	const [innermost, inner, folder] = [repository(), repository(), repository()];
	const add = (to: string, from: string) => {
		git(
			to,
			"-c",
			"protocol.file.allow=always",
			"submodule",
			"--quiet",
			"add",
			from,
			"lib",
		);
		git(to, "commit", "-q", "-m", "lib");
	};
	add(inner, innermost);
	add(folder, inner);
	git(
		folder,
		"-c",
		"protocol.file.allow=always",
		"submodule",
		"--quiet",
		"update",
		"--init",
		"--recursive",
	);
	const places = [folder, join(folder, "lib"), join(folder, "lib", "lib")];
	const run = runIn(join(folder, "runs"), "00000001");
	await keepCode(folder, head(folder), run);
	for (const place of places)
		assert.deepEqual(refsOf(place), [codeRef(head(place))]);
	await letGoOfCode(folder, run.id, nobody);
	for (const place of places) assert.deepEqual(refsOf(place), []);
});

test("whoever lets go while another run begins takes nothing from it", async () => {
	const folder = repository();
	const commit = head(folder);
	for (let round = 0; round < 4; round++) {
		const [before, after] = [`0000000${round}`, `1000000${round}`].map((id) =>
			runIn(join(folder, "runs"), id),
		);
		assert.ok(before && after);
		await keepCode(folder, commit, before);
		await Promise.all([
			letGoOfCode(folder, before.id, nobody),
			keepCode(folder, commit, after),
		]);
		assert.deepEqual(refsOf(folder), [codeRef(commit)]);
		await letGoOfCode(folder, after.id, nobody);
		assert.deepEqual(refsOf(folder), []);
	}
});

test("a note that says nothing is taken for one that keeps", async () => {
	const folder = repository();
	const commit = head(folder);
	const run = runIn(join(folder, "runs"), "00000001");
	await keepCode(folder, commit, run);
	writeFileSync(join(folder, ".git/deepdiva/code", commit, "00000002"), "");
	await letGoOfCode(folder, run.id, nobody);
	assert.deepEqual(refsOf(folder), [codeRef(commit)]);
});
