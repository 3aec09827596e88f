/** `deepdiva verify-data` as a user types it, and `%dd verify-data` in a notebook. */
import assert from "node:assert/strict";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { bagProblems } from "../experiment/data/exchange/test-bag.ts";
import { croissantProblems } from "../experiment/data/exchange/test-croissant.ts";
import { answerHere, notebookOf } from "./command-line.ts";

const folders: string[] = [];
after(() => {
	for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with `pets` in it, and the command line there. */
function pets(count = 2) {
	const folder = mkdtempSync(join(tmpdir(), "deepdiva-verify-"));
	folders.push(folder);
	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	};
	for (let k = 1; k <= count; k++) write(`pets/train/cat/${k}.png`, `cat ${k}`);
	return {
		folder,
		write,
		read: (path: string) => readFileSync(join(folder, path), "utf8"),
		deepdiva(...args: string[]) {
			return answerHere(args, { cwd: folder });
		},
	};
}

test("the first check says that it trusts what it found, the next one is one line with files, bytes, root and time", async () => {
	const { deepdiva } = pets();
	const first = await deepdiva("verify-data", "pets");
	assert.equal(first.status, 0);
	assert.match(
		first.stdout,
		/^pets: no manifest yet, so what is there now is trusted/,
	);
	const second = await deepdiva("verify-data", "pets");
	assert.equal(second.status, 0);
	assert.match(
		second.stdout,
		/^pets: unchanged · 2 files · 10 bytes · root sha256:[0-9a-f]{12} · quick check in \d+\.\d\d s\n$/,
	);
	assert.equal(second.stderr, "");
});

test("a changed folder lists twenty changes and how many more, and exits 1", async () => {
	const { deepdiva, write } = pets(30);
	await deepdiva("verify-data", "pets");
	for (let k = 1; k <= 25; k++) write(`pets/train/cat/${k}.png`, "a dog");
	const { status, stdout } = await deepdiva(
		"verify-data",
		"pets",
		"--jobs",
		"2",
	);
	assert.equal(status, 1);
	const lines = stdout.trimEnd().split("\n");
	assert.match(lines[0] ?? "", /CHANGED \(25 modified\)/);
	assert.equal(lines.length, 22);
	assert.equal(lines[21], "  … 5 more");
});

test("--json prints all of the result, whatever it is", async () => {
	const { deepdiva, folder, write } = pets();
	const created = JSON.parse(
		(await deepdiva("verify-data", "pets", "--json")).stdout,
	);
	assert.equal(created.status, "created");
	assert.equal(created.mode, "init");
	assert.equal(created.manifest, join(folder, "pets.manifest-sha256.txt"));
	write("pets/train/dog/1.png", "a dog");
	const { status, stdout } = await deepdiva(
		"verify-data",
		"pets",
		"--deep",
		"--json",
	);
	assert.equal(status, 1);
	const changed = JSON.parse(stdout);
	assert.deepEqual(changed.changes, {
		added: ["train/dog/1.png"],
		removed: [],
		modified: [],
		renamed: [],
	});
	assert.equal(changed.recordedRoot, created.root);
	assert.equal(changed.hashed, 3);
});

test("what could not be checked exits 2 and says what to do", async () => {
	const { deepdiva, write } = pets();
	for (const [args, message] of [
		[["pets", "--deep"], /no manifest .*--init/],
		[["pets", "--sample", "5%"], /no manifest .*--init/],
		[["nowhere"], /no folder nowhere/],
		[["pets", "--quick", "--deep"], /--quick and --deep exclude each other/],
		[["pets", "--deep", "--sample", "5%"], /--deep and --sample exclude/],
		[["pets", "--sample", "5"], /share between 0 and 100%/],
		[["pets", "--jobs", "0"], /not a number of jobs/],
		[["pets", "license=here"], /license=… .*needs --croissant/],
		[["pets", "--croissant", "licence=here"], /did you mean "license"/],
	] as const) {
		const { status, stderr } = await deepdiva("verify-data", ...args);
		assert.equal(status, 2, args.join(" "));
		assert.match(stderr, message);
	}
	await deepdiva("verify-data", "pets");
	const again = await deepdiva("verify-data", "pets", "--init");
	assert.equal(again.status, 2);
	assert.match(again.stderr, /already has a manifest.*--accept/);
	write("pets.manifest-sha256.txt", "nonsense\n");
	const damaged = await deepdiva("verify-data", "pets");
	assert.equal(damaged.status, 2);
	assert.match(damaged.stderr, /line 1 of .*restore the file/);
});

test("--accept records a new version with the reason, --manifest keeps the manifest elsewhere", async () => {
	const { deepdiva, write, read, folder } = pets();
	const elsewhere = ["verify-data", "pets", "--manifest", "sums/pets.txt"];
	assert.equal((await deepdiva(...elsewhere)).status, 0);
	assert.equal(existsSync(join(folder, "pets.manifest-sha256.txt")), false);
	write("pets/train/cat/1.png", "a better cat");
	assert.equal((await deepdiva(...elsewhere)).status, 1);
	const accepted = await deepdiva(...elsewhere, "--accept", "a better picture");
	assert.equal(accepted.status, 0);
	assert.match(accepted.stdout, /new version \(1 modified\): a better picture/);
	assert.match(read("sums/pets.log.jsonl"), /"why":"a better picture"/);
	assert.equal((await deepdiva(...elsewhere, "--deep")).status, 0);
});

test("--sample says with what probability it notices altered files", async () => {
	const { deepdiva } = pets(200);
	await deepdiva("verify-data", "pets");
	const { status, stdout } = await deepdiva(
		"verify-data",
		"pets",
		"--sample",
		"5%",
	);
	assert.equal(status, 0);
	assert.match(
		stdout,
		/sample of 10 files .*chance to notice .*5 % for 1 file, 40\.9 % for 10 files, >99\.9 % for 100 files/,
	);
});

test("--swhid, --bag and --croissant name, pack and describe what was found unchanged", async () => {
	const { deepdiva, folder, write } = pets();
	const croissant = [
		"--croissant",
		"description=Cats",
		"license=https://spdx.org/licenses/CC0-1.0",
		"url=https://example.org/cats",
		"creator=Ada Lovelace",
		"datePublished=2026-01-31",
	];
	const all = ["verify-data", "pets", "--swhid", "--bag", "bag", ...croissant];
	const { status, stdout } = await deepdiva(...all);
	assert.equal(status, 0);
	assert.match(stdout, /^ {2}swh:1:dir:[0-9a-f]{40}$/m);
	assert.deepEqual(bagProblems(join(folder, "bag")), []);
	assert.deepEqual(croissantProblems(join(folder, "pets.croissant.json")), []);
	const { swhid } = JSON.parse(
		(await deepdiva("verify-data", "pets", "--swhid", "--json")).stdout,
	);
	assert.deepEqual(
		swhid.directories.map(({ path }: { path: string }) => path),
		["train", "train/cat"],
	);
	write("pets/train/cat/1.png", "a dog");
	const changed = await deepdiva("verify-data", "pets", "--bag", "other");
	assert.equal(changed.status, 1);
	assert.equal(existsSync(join(folder, "other")), false);
	// What was said once of the data need not be said again.
	await deepdiva("verify-data", "pets", "--accept", "dogs");
	assert.equal(
		(await deepdiva("verify-data", "pets", "--croissant")).status,
		0,
	);
	assert.deepEqual(croissantProblems(join(folder, "pets.croissant.json")), []);
});

test("in a notebook a changed folder fails the cell, which lists what changed; later cells do not run", async () => {
	const { deepdiva, write, folder } = pets();
	write(
		"check.ipynb",
		notebookOf("%types off", "%dd verify-data pets", 'console.log("after")'),
	);
	const execute = () => deepdiva("execute", "check.ipynb", "-o", "out.ipynb");
	const first = await execute();
	assert.equal(first.status, 0, first.stderr);
	const read = () => readFileSync(join(folder, "out.ipynb"), "utf8");
	assert.match(read(), /no manifest yet, so what is there now is trusted/);
	await execute();
	assert.match(read(), /pets: unchanged · 2 files · 10 bytes · root sha256:/);
	rmSync(join(folder, "pets/train/cat/2.png"));
	assert.equal((await execute()).status, 1);
	assert.match(read(), /"ename": "DataChangedError"/);
	assert.match(read(), /removed +train\/cat\/2\.png/);
	assert.doesNotMatch(read(), /after\\n/);
	assert.equal(statSync(join(folder, "pets")).isDirectory(), true);
});
