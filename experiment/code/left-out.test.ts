import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	chmodSync,
	linkSync,
	readFileSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { writeFiles } from "../../base/test-folder.ts";
import { openTestSession, recordRun } from "../record/test-record.ts";
import { lackingIn, missingReads } from "../replay/lacking.ts";
import { Redactor } from "../secrets/redact.ts";
import { session } from "../session.ts";
import { snapshotCode } from "./git-snapshot.ts";
import { codeState } from "./git-state.ts";
import { describeLeftOut, foldLeftOut } from "./left-out.ts";
import { git, makeRepository, repository } from "./test-repository.ts";

test("what a snapshot leaves out is told with the reason", async () => {
	const folder = repository({
		"a.ts": "1\n",
		"pipe.ts": "1\n",
		".gitignore": "*.log\nbuild\nnode_modules\n",
	});
	rmSync(join(folder, "pipe.ts"));
	execFileSync("mkfifo", [join(folder, "pipe.ts")]);
	makeRepository(join(folder, "inner"), {});
	writeFiles(folder, {
		"large.bin": "",
		"b/debug.log": "x",
		"build/x.js": "1",
		"node_modules/x/index.js": "1",
		"new.ts": "2\n",
	});
	truncateSync(join(folder, "large.bin"), (16 << 20) + 1);
	const state = await codeState(folder, []);
	assert.deepEqual(describeLeftOut(state?.leftOut ?? []).sort(), [
		"b/debug.log, build/: ignored by git",
		"inner/: a repository of its own that is no submodule",
		"large.bin: untracked and larger than 16 MB",
		"pipe.ts: a socket, pipe or device",
	]);
	assert.deepEqual([...(state?.skipped ?? [])].sort(), [
		"inner/",
		"large.bin",
		"pipe.ts",
	]);
	// The rest is kept all the same.
	const taken = state && (await snapshotCode(state));
	assert.equal(
		git(folder, "ls-tree", "-r", "--name-only", taken?.commit ?? ""),
		".gitignore\na.ts\nnew.ts\npipe.ts\n",
	);
});

/** Root reads everything, unless it gives that right up. */
const AS_ANYBODY = [
	"setpriv",
	"--bounding-set=-dac_override,-dac_read_search",
	"--inh-caps=-dac_override,-dac_read_search",
];

/** What is told to a user who may not read everything. */
function toldUser(folder: string): string[] {
	const module = (name: string) =>
		JSON.stringify(new URL(name, import.meta.url).href);
	const script = `
		const { codeState } = await import(${module("./git-state.ts")});
		const { describeLeftOut } = await import(${module("./left-out.ts")});
		const state = await codeState(process.cwd(), []);
		console.log(JSON.stringify(describeLeftOut(state?.leftOut ?? []).sort()));`;
	const [command = "", ...words] = [
		...(process.getuid?.() === 0 ? AS_ANYBODY : []),
		process.execPath,
		"--input-type=module",
		"--eval",
		script,
	];
	const printed = execFileSync(command, words, {
		cwd: folder,
		encoding: "utf8",
	});
	return JSON.parse(printed) as string[];
}

test("a file that cannot be read is told, not a reason for a run to fail", () => {
	const folder = repository();
	writeFiles(folder, { "a.ts": "2\n", "secret.ts": "3\n" });
	for (const name of ["a.ts", "secret.ts"]) chmodSync(join(folder, name), 0);
	assert.deepEqual(toldUser(folder), ["secret.ts, a.ts: unreadable"]);
});

test("of many files left out, their folder is told with the number", () => {
	const many = Array.from({ length: 30 }, (_, i) => ({
		path: `images/${i}.png`,
		why: "too many",
	}));
	assert.deepEqual(foldLeftOut(many), [
		{ path: "images/ (30 files)", why: "too many" },
	]);
	const folders = Array.from({ length: 300 }, (_, i) => ({
		path: `${i}/a.png`,
		why: "too many",
	}));
	assert.equal(foldLeftOut(folders).length, 101);
	assert.equal(foldLeftOut(folders).at(-1)?.path, "(200 more)");
});

test("a record says what its code lacks, also a submodule that was not checked out", async () => {
	const project = join(openTestSession(), "..");
	makeRepository(project, {});
	writeFiles(project, {
		"a.ts": "1\n",
		".gitignore": "local.ts\n",
		"local.ts": "2\n",
	});
	git(
		project,
		"-c",
		"protocol.file.allow=always",
		"submodule",
		"--quiet",
		"add",
		repository(),
		"lib",
	);
	git(project, "add", "-A");
	git(project, "commit", "-q", "-m", "first");
	git(project, "submodule", "--quiet", "deinit", "-f", "lib");
	const { record } = await recordRun(() => undefined);
	assert.ok(record.git && record.git.mode !== "ignore");
	assert.equal(record.git.dirty, false);
	assert.deepEqual(record.git.leftOut, [
		{ path: "local.ts", why: "ignored by git" },
		{ path: "lib", why: "a submodule that was not checked out" },
	]);
});

test("a snapshot has no secret that is known, and says in which files one stood", async () => {
	const folder = repository({ "code.ts": "1\n" });
	writeFiles(folder, {
		"code.ts": 'login("hunter22");\n',
		"note.ipynb": JSON.stringify({
			cells: [{ source: ["%dd run a password=hunter22"] }],
		}),
		"plain.ts": "2\n",
	});
	writeFileSync(
		join(folder, "blob.bin"),
		Buffer.from("\0\xffhunter22", "latin1"),
	);
	chmodSync(join(folder, "code.ts"), 0o755);
	const state = await codeState(folder, []);
	assert.ok(state);
	const taken = await snapshotCode(
		state,
		new Redactor({ password: "hunter22" }),
	);
	assert.ok(taken);
	assert.match(
		git(folder, "show", `${taken.commit}:code.ts`),
		/^login\("\[redacted\]"\);$/m,
	);
	assert.match(git(folder, "ls-tree", taken.commit, "code.ts"), /^100755 /);
	assert.throws(() => git(folder, "grep", "-a", "hunter22", taken.commit));
	assert.deepEqual(describeLeftOut(taken.leftOut), [
		"code.ts, note.ipynb: kept with [redacted] where it has secrets",
		"blob.bin: no text, and it has a secret",
	]);
	// Nor is it among the objects, for git to pack.
	const objects = git(folder, "cat-file", "--batch-all-objects", "--batch");
	assert.doesNotMatch(objects, /hunter22/);
});

test("a snapshot has no secret of a cell or script that was not run yet, however short, nor does the session learn it", async () => {
	const folder = repository({ "code.ts": "1\n" });
	const cell = (source: string[], cell_type = "code") => ({
		cell_type,
		source,
	});
	const note = (login: string[], text: string) =>
		`${JSON.stringify(
			{
				cells: [
					cell(["%dd run early lr=0.1\n", "dd.log({ lr: 0.1 })"]),
					cell(login),
					cell(["Words: %dd run x password=chapter"], "markdown"),
				],
				metadata: { text },
			},
			undefined,
			1,
		)}\n`;
	writeFiles(folder, {
		"note.ipynb": note(
			["%dd run login password=hunter22 pwd=abc\n", "!TOKEN=xyz curl a.org"],
			"hunter22 chapter",
		),
		"code.ts": 'await run({ params: { api_key: "abcdef123456" } });\n',
		"data.csv": "hunter22,abcdef123456\n",
		"plain.ipynb": '{"cells": [ {"source": "1.0"} ], "n": 1.0}',
		"half.ipynb": '{"cells": [',
	});
	const state = await codeState(folder, []);
	assert.ok(state);
	const redactor = new Redactor();
	const taken = await snapshotCode(state, redactor);
	assert.ok(taken);
	const kept = (path: string) => git(folder, "show", `${taken.commit}:${path}`);
	assert.equal(
		kept("note.ipynb"),
		note(
			[
				"%dd run login password=[redacted] pwd=[redacted]\n",
				"!TOKEN=[redacted] curl a.org",
			],
			"[redacted] chapter",
		),
	);
	assert.equal(
		kept("code.ts"),
		'await run({ params: { api_key: "[redacted]" } });\n',
	);
	assert.equal(kept("data.csv"), "[redacted],[redacted]\n");
	assert.deepEqual(describeLeftOut(taken.leftOut), [
		"code.ts, data.csv, note.ipynb: kept with [redacted] where it has secrets",
	]);
	assert.equal(redactor.learnt, 0);
});

test("untracked files that are secret by name are in no snapshot, under no other name either, and told", async () => {
	const lib = repository({ "lib.ts": "1\n" });
	const folder = repository({ "code.ts": "1\n" });
	git(
		folder,
		"-c",
		"protocol.file.allow=always",
		"submodule",
		"--quiet",
		"add",
		lib,
		"lib",
	);
	git(folder, "commit", "-q", "-m", "second");
	const secret = {
		".env": "A=hidden-1\n",
		"b/.npmrc": "hidden-2\n",
		"keys/ID_RSA": "hidden-3\n",
		"deploy.pem": "-----BEGIN PRIVATE KEY-----\nhidden-4\n",
		".aws/credentials": "hidden-5\n",
		"lib/.env.local": "hidden-6\n",
	};
	const honest = {
		".env.example": "A=\n",
		"public.pem": "-----BEGIN CERTIFICATE-----\n",
		"id_rsa.pub": "ssh-rsa\n",
		"tokenizer.json": "{}\n",
		"environment.ts": "2\n",
	};
	writeFiles(folder, { ...secret, ...honest });
	linkSync(join(folder, ".env"), join(folder, "settings"));
	symlinkSync(".env", join(folder, "link"));
	const state = await codeState(folder, []);
	assert.ok(state);
	assert.deepEqual([...state.skipped].sort(), [
		".aws/credentials",
		".env",
		"b/.npmrc",
		"deploy.pem",
		"keys/ID_RSA",
		"link",
		"settings",
	]);
	assert.ok(
		state.leftOut.every(
			({ why }) => why === "untracked and secret by its name",
		),
	);
	const taken = await snapshotCode(state, new Redactor());
	assert.ok(taken);
	assert.deepEqual(
		git(folder, "ls-tree", "-r", "--name-only", taken.commit).split("\n"),
		[
			".env.example",
			".gitmodules",
			"code.ts",
			"environment.ts",
			"id_rsa.pub",
			"lib",
			"public.pem",
			"tokenizer.json",
			"",
		],
	);
	for (const repo of [folder, join(folder, "lib")])
		assert.doesNotMatch(
			git(repo, "cat-file", "--batch-all-objects", "--batch"),
			/hidden-\d/,
		);
});

test("a secret file that git tracks is kept, and the run warns of it once", async () => {
	const project = join(openTestSession(), "..");
	makeRepository(project, {
		".env": "A=1\n",
		"cert.pem": "-----BEGIN CERTIFICATE-----\n",
		"a.ts": "1\n",
	});
	writeFiles(project, { ".env": "A=2\n" });
	const notices: string[] = [];
	session().observers.add({
		event: (_, event) => {
			if (event.type === "notice") notices.push(event.text);
		},
	});
	const { record } = await recordRun(() => undefined);
	await recordRun(() => undefined);
	assert.deepEqual(notices, [
		"git tracks .env, secret by name: whoever gets the code gets it; take it out (git rm --cached FILE), and change what it gives access to",
	]);
	assert.ok(record.git && record.git.mode !== "ignore");
	assert.equal(
		git(project, "show", `${record.git.snapshot?.commit}:.env`),
		"A=2\n",
	);
});

test("of what its code lacks, a record says which files the run read, and a replay names these first", async () => {
	const project = join(openTestSession(), "..");
	makeRepository(project, {
		"sub/a.ts": "1\n",
		".gitignore": "build\nruns\n",
	});
	writeFiles(project, {
		"build/x.txt": "1",
		".env": "LR=0.1\n",
		".npmrc": "",
		"local.key": "",
		"kaggle.json": "",
	});
	symlinkSync("../local.key", join(project, "sub", "innocent"));
	const { record } = await recordRun(async () => {
		process.loadEnvFile();
		readFileSync(join("sub", "innocent"));
		readFileSync(pathToFileURL(join(project, "build", "x.txt")));
		await readFile("kaggle.json");
		readFileSync(join("sub", "a.ts"));
	});
	delete process.env.LR;
	assert.ok(record.git && record.git.mode !== "ignore");
	assert.deepEqual(
		record.git.leftOut?.filter(({ read }) => read).map(({ path }) => path),
		[".env", "kaggle.json", "local.key", "build/"],
	);
	assert.equal(
		lackingIn(record)[0],
		".env, kaggle.json, local.key: untracked and secret by its name, and read by the run",
	);
	// In the project itself all is there, until somebody takes it away.
	assert.deepEqual(missingReads(record, project), []);
	rmSync(join(project, ".env"));
	assert.deepEqual(missingReads(record, project), [
		".env: untracked and secret by its name, and read by the run",
	]);
});
