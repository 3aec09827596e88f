import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	chmodSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { snapshotCode } from "./git-snapshot.ts";
import { codeState } from "./git-state.ts";
import { git, gitBytes, repository } from "./test-repository.ts";

/** Everything of the user's: the files, and under `.git` all but objects. */
function everyByte(folder: string): string {
	const but = ["!", "-path", "*/objects/*"];
	return execFileSync(
		"find",
		[".", "-type", "f", ...but, "-exec", "sha256sum", "{}", "+"],
		{ cwd: folder, encoding: "utf8" },
	)
		.split("\n")
		.sort()
		.join("\n");
}

async function snapshot(folder: string, exclude: string[] = []) {
	const state = await codeState(folder, exclude);
	assert.ok(state);
	return snapshotCode(state);
}

const COMMITTED = {
	"a.ts": "1\n",
	"b/c.ts": "2\n",
	"d.ts": "3\n",
	"e.ts": "4\n",
};

const changes: [string, (folder: string) => void][] = [
	[
		"files that are changed, staged, or staged and changed again",
		(folder) => {
			writeFiles(folder, {
				"a.ts": "one\n",
				"d.ts": "two\n",
				"e.ts": "three\n",
			});
			git(folder, "add", "d.ts", "e.ts");
			writeFiles(folder, { "e.ts": "four\n" });
		},
	],
	[
		"files that are deleted, renamed, taken out of the index and kept, or only announced to it",
		(folder) => {
			rmSync(join(folder, "a.ts"));
			git(folder, "mv", "b/c.ts", "z.ts");
			git(folder, "rm", "-q", "--cached", "d.ts");
			writeFiles(folder, { "d.ts": "one\n", "f.ts": "5\n" });
			git(folder, "add", "--intent-to-add", "f.ts");
		},
	],
	[
		"all files deleted",
		(folder) => {
			for (const name of readdirSync(folder))
				if (name !== ".git") rmSync(join(folder, name), { recursive: true });
		},
	],
	[
		"a file that became a folder, a folder that became a file, a file that became a link, and one that may be executed",
		(folder) => {
			rmSync(join(folder, "a.ts"));
			rmSync(join(folder, "b"), { recursive: true });
			writeFiles(folder, { "a.ts/x.ts": "1\n", b: "2\n" });
			rmSync(join(folder, "d.ts"));
			symlinkSync("b", join(folder, "d.ts"));
			chmodSync(join(folder, "e.ts"), 0o755);
		},
	],
	[
		"new files: text, none, a link, bytes, to be executed, of any name",
		(folder) => {
			writeFiles(folder, {
				"new/f.ts": "3\n",
				"empty.ts": "",
				"w.bin": Uint8Array.of(0, 255, 10, 13, 128),
				"run.sh": "ls\n",
				"a b.ts": "1\n",
				"c\nd.ts": "2\n",
				'e"f.ts': "3\n",
				"größe/数据.ts": "4\n",
				":(top)x": "5\n",
				"*.ts": "6\n",
			});
			symlinkSync("a.ts", join(folder, "link"));
			chmodSync(join(folder, "run.sh"), 0o755);
			// No text.
			const name = Buffer.from([0xfc, 0x2e]);
			writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), "1\n");
		},
	],
	[
		"settings and hooks of the user's",
		(folder) => {
			writeFiles(folder, {
				"a.ts": "one\n",
				"n.ts": "1\n",
				".git/hooks/post-index-change": "#!/bin/sh\necho x >> .git/hooked\n",
				".git/hooks/reference-transaction":
					"#!/bin/sh\necho x >> .git/hooked\n",
			});
			for (const hook of ["post-index-change", "reference-transaction"])
				chmodSync(join(folder, ".git/hooks", hook), 0o755);
			for (const [key, value] of [
				["status.showUntrackedFiles", "no"],
				["status.relativePaths", "true"],
				["status.branch", "false"],
				["color.ui", "always"],
				["log.showSignature", "true"],
				["commit.gpgSign", "true"],
				["core.quotePath", "false"],
				["core.logAllRefUpdates", "always"],
				["user.useConfigOnly", "true"],
				["i18n.commitEncoding", "latin1"],
			])
				git(folder, "config", key as string, value as string);
		},
	],
	[
		"conflicts of a merge",
		(folder) => {
			git(folder, "switch", "-q", "-c", "other");
			writeFiles(folder, { "a.ts": "other\n" });
			git(folder, "commit", "-q", "-am", "other");
			git(folder, "switch", "-q", "main");
			writeFiles(folder, { "a.ts": "main\n" });
			git(folder, "commit", "-q", "-am", "main");
			assert.throws(() => git(folder, "merge", "-q", "other"));
		},
	],
];

for (const [what, change] of changes)
	test(`a snapshot holds ${what}; the user's index, files and branches are not touched`, async () => {
		const folder = repository(COMMITTED);
		change(folder);
		// Modes and links, too; without the lock, with which it would write the index.
		const status = () =>
			git(folder, "--no-optional-locks", "status", "--porcelain", "-z");
		const before = [everyByte(folder), status()];
		const taken = await snapshot(join(folder, "."));
		assert.deepEqual([everyByte(folder), status()], before);
		assert.ok(taken);
		const [commit, parent, tree, head] = git(
			folder,
			"rev-parse",
			taken.commit,
			`${taken.commit}^`,
			`${taken.commit}^{tree}`,
			"HEAD",
		).split("\n");
		assert.deepEqual([commit, parent, tree], [taken.commit, head, taken.tree]);
		git(folder, "fsck", "--strict", "--no-dangling");
		// The tree of all that is not ignored, made by git alone.
		git(folder, "add", "-A");
		assert.equal(taken.tree, git(folder, "write-tree").trim());
	});

test("a snapshot can be checked out, far from the work tree it came from", async () => {
	const folder = repository();
	writeFiles(folder, { "a.ts": "one\n", "new/d.ts": "3\n" });
	rmSync(join(folder, "b/c.ts"));
	const taken = await snapshot(folder);
	const elsewhere = join(temporaryFolder(), "tree");
	git(
		folder,
		"worktree",
		"add",
		"-q",
		"--detach",
		elsewhere,
		taken?.commit ?? "",
	);
	assert.equal(readFileSync(join(elsewhere, "a.ts"), "utf8"), "one\n");
	assert.deepEqual(readdirSync(elsewhere).sort(), [".git", "a.ts", "new"]);
});

test("a snapshot needs no git identity, and says that it is deepdiva's", async () => {
	const folder = repository();
	writeFiles(folder, { "a.ts": "one\n" });
	const kept = { ...process.env };
	for (const key of Object.keys(process.env))
		if (/^(GIT_(AUTHOR|COMMITTER)_|EMAIL$)/.test(key)) delete process.env[key];
	process.env.HOME = temporaryFolder();
	process.env.XDG_CONFIG_HOME = process.env.HOME;
	process.env.GIT_CONFIG_NOSYSTEM = "1";
	try {
		git(folder, "config", "user.useConfigOnly", "true");
		const taken = await snapshot(folder);
		assert.equal(
			git(
				folder,
				"show",
				"-s",
				"--format=%an <%ae> %cn <%ce>",
				taken?.commit ?? "",
			),
			"deepdiva <deepdiva@localhost> deepdiva <deepdiva@localhost>\n",
		);
	} finally {
		Object.assign(process.env, kept);
	}
});

test("the same files after the same commit are the same snapshot, which costs no object", async () => {
	const folder = repository();
	writeFiles(folder, { "a.ts": "one\n" });
	const first = await snapshot(folder);
	const objects = git(folder, "count-objects");
	const second = await snapshot(folder);
	assert.equal(second?.commit, first?.commit);
	assert.equal(git(folder, "count-objects"), objects);
});

test("changes that git does not keep are none", async () => {
	const folder = repository();
	assert.equal(await snapshot(folder), undefined);
	writeFiles(folder, { "a.ts": "one\n" });
	git(folder, "add", "a.ts");
	writeFiles(folder, { "a.ts": "1\n" });
	assert.equal(await snapshot(folder), undefined);
	assert.equal(git(folder, "for-each-ref", "refs/deepdiva"), "");
});

test("a change in the very second of git's last look is seen", async () => {
	const folder = repository();
	git(folder, "config", "core.trustctime", "false");
	const second = Math.floor(statSync(join(folder, "a.ts")).mtimeMs / 1000);
	git(folder, "update-index", "--refresh");
	writeFiles(folder, { "a.ts": "2\n" });
	for (const path of ["a.ts", ".git/index"])
		utimesSync(join(folder, path), second, second);
	const taken = await snapshot(folder);
	assert.equal(git(folder, "show", `${taken?.commit}:a.ts`), "2\n");
});

test("a repository without a commit has a snapshot without a parent", async () => {
	const folder = repository({});
	writeFiles(folder, { "a.ts": "1\n", "b.ts": "2\n", "data/x": "3\n" });
	git(folder, "add", "a.ts", "data");
	const taken = await snapshot(folder, [join(folder, "data")]);
	assert.equal(
		git(folder, "rev-list", taken?.commit ?? ""),
		`${taken?.commit}\n`,
	);
	assert.equal(
		git(folder, "ls-tree", "-r", "--name-only", taken?.commit ?? ""),
		"a.ts\nb.ts\n",
	);
});

test("what never counts is in a snapshot as the commit has it, even when it is staged", async () => {
	const folder = repository({
		"a.ts": "1\n",
		".gitignore": "*.log\n",
		"runs/old/run.json": "{}\n",
		"data/train/x": "1\n",
	});
	const tree = (ref: string) => git(folder, "ls-tree", "-r", ref);
	const committed = tree("HEAD");
	writeFiles(folder, {
		"runs/new/run.json": "{}\n",
		"runs/old/run.json": "{ }\n",
		"data/train/y": "2\n",
		"data/train/x": "3\n",
		"debug.log": "x\n",
		".ipynb_checkpoints/n-checkpoint.ipynb": "{}",
		"b.ts": "new\n",
	});
	git(folder, "add", "runs", "data");
	const taken = await snapshot(folder, [
		join(folder, "runs"),
		join(folder, "data"),
		join(folder, "nowhere"),
	]);
	assert.deepEqual(
		tree(taken?.commit ?? "")
			.split("\n")
			.filter((line) => !line.endsWith("b.ts")),
		committed.split("\n"),
	);
});

test("changes inside of a submodule are kept by a snapshot of its own", async () => {
	const inner = repository({ "x.ts": "1\n" });
	const folder = repository();
	git(
		folder,
		"-c",
		"protocol.file.allow=always",
		"submodule",
		"--quiet",
		"add",
		inner,
		"lib",
	);
	git(folder, "commit", "-q", "-m", "lib");
	assert.equal(await snapshot(folder), undefined);
	writeFiles(folder, { "lib/x.ts": "one\n", "lib/y.ts": "2\n" });
	const before = everyByte(folder);
	const taken = await snapshot(folder);
	assert.equal(everyByte(folder), before);
	const lib = join(folder, "lib");
	// The outer snapshot names the inner one.
	const kept = git(folder, "rev-parse", `${taken?.commit}:lib`).trim();
	assert.equal(git(lib, "show", `${kept}:x.ts`), "one\n");
	assert.equal(git(lib, "show", `${kept}:y.ts`), "2\n");
	git(lib, "add", "-A");
	git(lib, "commit", "-q", "-m", "moved");
	const moved = await snapshot(folder);
	assert.equal(
		git(folder, "rev-parse", `${moved?.commit}:lib`),
		git(lib, "rev-parse", "HEAD"),
	);
	git(folder, "add", "lib");
	assert.ok(await snapshot(folder), "a staged move counts");
});

test("a sparse checkout keeps what it does not show", async () => {
	const folder = repository({ "a/x.ts": "1\n", "b/y.ts": "2\n" });
	git(folder, "sparse-checkout", "set", "a");
	assert.equal(await snapshot(folder), undefined);
	writeFiles(folder, { "a/x.ts": "one\n" });
	const taken = await snapshot(folder);
	assert.equal(git(folder, "show", `${taken?.commit}:b/y.ts`), "2\n");
	assert.equal(git(folder, "show", `${taken?.commit}:a/x.ts`), "one\n");
});

test("a linked work tree has snapshots of its own", async () => {
	const folder = repository();
	const other = join(temporaryFolder(), "other tree");
	git(folder, "worktree", "add", "-q", "-b", "second", other);
	writeFiles(other, { "d.ts": "4\n" });
	const taken = await snapshot(other);
	assert.equal(git(folder, "show", `${taken?.commit}:d.ts`), "4\n");
	assert.equal((await codeState(folder, []))?.changes.length, 0);
});

const notebook = (source: string, output: string) =>
	JSON.stringify({
		cells: [
			{
				cell_type: "code",
				execution_count: output.length,
				metadata: {},
				outputs: [{ output_type: "stream", name: "stdout", text: output }],
				source: [source],
			},
		],
		metadata: {},
		nbformat: 4,
		nbformat_minor: 5,
	});

test("a notebook of which only outputs changed stays as the commit has it, another is kept as it is", async () => {
	const folder = repository({
		"same.ipynb": notebook("1", ""),
		"other.ipynb": notebook("1", ""),
	});
	writeFiles(folder, {
		"same.ipynb": notebook("1", "one"),
		"new.ts": "1\n",
	});
	git(folder, "add", "same.ipynb");
	const first = await snapshot(folder);
	writeFiles(folder, { "same.ipynb": notebook("1", "two") });
	const second = await snapshot(folder);
	assert.equal(second?.commit, first?.commit);
	assert.equal(
		git(folder, "show", `${second?.commit}:same.ipynb`),
		notebook("1", ""),
	);
	writeFiles(folder, { "other.ipynb": notebook("2", "three") });
	const third = await snapshot(folder);
	assert.equal(
		git(folder, "show", `${third?.commit}:other.ipynb`),
		notebook("2", "three"),
	);
});

test("a large file that is tracked is kept to the last byte", async () => {
	const folder = repository();
	// More than is searched for secrets.
	const content = Buffer.alloc((16 << 20) + 1, "x\n");
	writeFiles(folder, { "a.ts": content });
	const taken = await snapshot(folder);
	assert.deepEqual(gitBytes(folder, "show", `${taken?.commit}:a.ts`), content);
});

test("a repository that cannot be written is an error that says what to do", async () => {
	const folder = repository();
	writeFiles(folder, { "a.ts": "one\n" });
	const state = await codeState(folder, []);
	assert.ok(state);
	const objects = join(folder, ".git", "objects");
	rmSync(objects, { recursive: true });
	writeFileSync(objects, "");
	await assert.rejects(snapshotCode(state), {
		name: "UsageError",
		message: new RegExp(
			`^the git repository ${folder} cannot be recorded: .*; mend it, run outside of it, or record runs without it \\(--git ignore\\)$`,
			"s",
		),
	});
});
