import assert from "node:assert/strict";
import { symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { codeState, describeChanges } from "./git-state.ts";
import { git, makeRepository, repository } from "./test-repository.ts";

const changedPaths = async (folder: string, exclude: string[] = []) =>
	(await codeState(folder, exclude))?.changes.map(({ path }) => path);

test("a folder outside of any repository has no state", async () => {
	assert.equal(await codeState(temporaryFolder(), []), undefined);
});

test("inside of a bare repository, or of .git, there is no state", async () => {
	const bare = temporaryFolder();
	git(bare, "init", "-q", "--bare");
	assert.equal(await codeState(bare, []), undefined);
	const folder = repository();
	assert.equal(await codeState(join(folder, ".git"), []), undefined);
});

test("a clean checkout has a commit, its tree, a branch and no changes", async () => {
	const folder = repository();
	const state = await codeState(join(folder, "b"), []);
	assert.equal(state?.top, folder);
	assert.equal(state?.commit, git(folder, "rev-parse", "HEAD").trim());
	assert.equal(state?.tree, git(folder, "rev-parse", "HEAD^{tree}").trim());
	assert.equal(state?.branch, "main");
	assert.equal(state?.remote, undefined);
	assert.deepEqual(state?.changes, []);
	assert.deepEqual(state?.skipped, []);
	git(folder, "checkout", "-q", "--detach");
	assert.equal((await codeState(folder, []))?.branch, undefined);
});

test("each change is named with what happened", async () => {
	const folder = repository({
		"a.ts": "1\n",
		"b.ts": "2\n",
		"c.ts": "3\n",
		"größe d.ts": "4\n",
	});
	writeFiles(folder, { "a.ts": "one\n", "e.ts": "5\n", "f\n.ts": "6\n" });
	git(folder, "rm", "-q", "b.ts");
	git(folder, "mv", "größe d.ts", "größe.ts");
	git(folder, "add", "e.ts");
	const state = await codeState(folder, []);
	assert.deepEqual(
		state?.changes.map(({ kind, path }) => `${kind} ${path}`).sort(),
		[
			"added e.ts",
			"added größe.ts",
			"deleted b.ts",
			"deleted größe d.ts",
			"modified a.ts",
			"untracked f\n.ts",
		],
	);
});

test("changes are listed up to twenty, then counted", () => {
	const changes = Array.from({ length: 23 }, (_, i) => ({
		path: `${i}.ts`,
		kind: "modified" as const,
	}));
	const lines = describeChanges(changes).split("\n");
	assert.equal(lines.length, 21);
	assert.equal(lines[0], "  M 0.ts");
	assert.equal(lines[20], "  … and 3 more");
	assert.equal(describeChanges(changes.slice(0, 20)).split("\n").length, 20);
});

test("recorded runs, verified data, checkpoints and ignored files never count", async () => {
	const folder = repository({
		"a.ts": "1\n",
		".gitignore": "*.log\n",
		"runs/old/run.json": "{}\n",
		"data/train/x": "1\n",
	});
	writeFiles(folder, {
		"runs/new/run.json": "{}\n",
		"runs/old/run.json": "{ }\n",
		"data/train/y": "2\n",
		"data/train/x": "3\n",
		"debug.log": "x\n",
		"b/.ipynb_checkpoints/n-checkpoint.ipynb": "{}",
	});
	const elsewhere = temporaryFolder();
	symlinkSync(folder, join(elsewhere, "link"));
	const exclude = [
		join(folder, "runs"),
		join(elsewhere, "link", "data"),
		elsewhere,
		folder,
	];
	assert.deepEqual(await changedPaths(folder, exclude), []);
	assert.deepEqual(await changedPaths(join(elsewhere, "link"), exclude), []);
	assert.deepEqual((await changedPaths(folder))?.sort(), [
		"data/train/x",
		"data/train/y",
		"runs/new/run.json",
		"runs/old/run.json",
	]);
	git(folder, "rm", "-q", "-r", "--cached", "runs");
	writeFiles(folder, { ".gitignore": "*.log\nruns/\ndata\n" });
	git(folder, "add", ".gitignore");
	git(folder, "commit", "-q", "-am", "ignores runs");
	assert.deepEqual(await changedPaths(folder, [join(folder, "runs")]), []);
});

const cell = (source: unknown, rest: object = {}) => ({
	cell_type: "code",
	metadata: {},
	execution_count: null,
	outputs: [],
	source,
	...rest,
});
const notebook = (...cells: object[]) =>
	JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

const notebooks: [string, string, boolean][] = [
	[
		"outputs, counts, ids and metadata",
		notebook(
			cell("let a = 1;\na", {
				execution_count: 3,
				id: "x",
				metadata: { collapsed: true },
				outputs: [{ output_type: "stream", name: "stdout", text: "1" }],
			}),
		),
		false,
	],
	["how lines are stored", notebook(cell(["let a = 1;\n", "a"])), false],
	["a cell's source", notebook(cell("let a = 2;\na")), true],
	[
		"a cell's type",
		notebook(cell("let a = 1;\na", { cell_type: "raw" })),
		true,
	],
	["a cell more", notebook(cell("let a = 1;\na"), cell("")), true],
	["everything, being no notebook any more", "{", true],
];

test("a notebook makes the code dirty when its cells differ, not when their outputs do", async () => {
	const names = notebooks.map(([what]) => `${what}/n.ipynb`);
	const filled = (texts: readonly string[]) =>
		Object.fromEntries(names.map((name, i) => [name, texts[i] ?? ""]));
	const committed = notebook(cell("let a = 1;\na"));
	const folder = repository({
		...filled(names.map(() => committed)),
		"same.ipynb": notebook(cell("größe")),
	});
	writeFiles(folder, filled(notebooks.map(([, text]) => text)));
	const expected = names.filter((_, i) => notebooks[i]?.[2]).sort();
	assert.deepEqual((await changedPaths(folder))?.sort(), expected);
	git(folder, "add", "-A");
	assert.deepEqual((await changedPaths(folder))?.sort(), expected);
});

test("large, many and nested files are named, not kept", async () => {
	const folder = repository();
	const sized = (path: string, bytes: number) => {
		writeFiles(folder, { [path]: "" });
		truncateSync(join(folder, path), bytes);
	};
	sized("large.bin", (16 << 20) + 1);
	for (let i = 10; i < 16; i++) sized(`big/${i}.bin`, 15 << 20);
	makeRepository(join(folder, "inner"), {});
	writeFiles(folder, { "inner/x.ts": "1\n" });
	const state = await codeState(folder, []);
	assert.deepEqual([...(state?.skipped ?? [])].sort(), [
		"big/14.bin",
		"big/15.bin",
		"inner/",
		"large.bin",
	]);
	const many = repository();
	for (let i = 0; i < 2050; i++)
		writeFiles(many, { [`images/${String(i).padStart(4, "0")}`]: "" });
	const crowded = await codeState(many, []);
	assert.deepEqual(crowded?.skipped, ["images/ (50 files)"]);
	assert.equal(crowded?.changes.length, 2050);
});

test("a repository that git cannot read is an error that names it", async () => {
	const folder = repository();
	writeFiles(folder, { ".git/index": "damaged" });
	await assert.rejects(codeState(folder, []), {
		name: "UsageError",
		message: new RegExp(
			`^the git repository ${folder} cannot be recorded: .*index`,
			"s",
		),
	});
});

test("a repository that belongs to another user is an error, not no repository", async () => {
	const folder = repository();
	process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER = "1";
	try {
		await assert.rejects(codeState(folder, []), {
			name: "UsageError",
			message: /dubious ownership/,
		});
	} finally {
		delete process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER;
	}
});

test("without git there is no state", async () => {
	const folder = repository();
	const { PATH } = process.env;
	process.env.PATH = "";
	try {
		assert.equal(await codeState(folder, []), undefined);
	} finally {
		process.env.PATH = PATH;
	}
});

test("the remote is the one that the branch follows, else origin, and without its password", async () => {
	const folder = repository();
	const remote = async () => (await codeState(folder, []))?.remote;
	git(folder, "remote", "add", "backup", "https://example.org/backup.git");
	assert.equal(await remote(), "https://example.org/backup.git");
	git(
		folder,
		"remote",
		"add",
		"origin",
		"https://ann:secret@example.org/x.git",
	);
	assert.equal(await remote(), "https://example.org/x.git");
	git(folder, "config", "branch.main.remote", "backup");
	assert.equal(await remote(), "https://example.org/backup.git");
});
