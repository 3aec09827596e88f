import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { swhid } from "./swhid.ts";

/** What git itself names the content of a folder, and of each folder below. */
function gitNames(folder: string): Record<string, string> {
	const repository = join(temporaryFolder(), "objects.git");
	const git = (...args: string[]) =>
		execFileSync("git", args, {
			cwd: folder,
			encoding: "utf8",
			env: {
				PATH: process.env.PATH,
				GIT_DIR: repository,
				GIT_WORK_TREE: folder,
				GIT_CONFIG_GLOBAL: "/dev/null",
				GIT_CONFIG_SYSTEM: "/dev/null",
			},
		}).trim();
	git("init", "--quiet");
	git("config", "core.autocrlf", "false");
	git("add", "--all", "--force");
	const root = git("write-tree");
	const names: Record<string, string> = { "": root };
	for (const line of git("ls-tree", "-r", "-d", "-z", root).split("\0")) {
		const [facts = "", path] = line.split("\t");
		if (path !== undefined) names[path] = facts.split(" ")[2] as string;
	}
	return names;
}

async function names(folder: string): Promise<Record<string, string>> {
	const { root, directories } = await swhid(folder);
	return Object.fromEntries(
		[{ path: "", swhid: root }, ...directories].map(({ path, swhid }) => [
			path,
			swhid.replace(/^swh:1:dir:/, ""),
		]),
	);
}

test("the SWHID of a folder, and of each folder below, is what git write-tree says", async () => {
	const folder = temporaryFolder();
	writeFiles(folder, {
		// The order of a tree's entries is that of "a.b", "a/", "a0".
		"a/inner": "1",
		"a.b": "2",
		a0: "3",
		"train/cat/1.png": "a cat",
		"train/dog/1.png": "",
		"train-list.csv": "1,2,3\r\n",
		"\ue000": "private use",
		"😀": "outside of the basic plane",
		"line\nbreak": "x",
		"large.bin": Buffer.alloc((1 << 18) * 3 + 5, "deepdiva"),
		"run.sh": "#!/bin/sh",
		"others-may.sh": "#!/bin/sh",
	});
	chmodSync(join(folder, "run.sh"), 0o755);
	// Only the owner's bit counts.
	chmodSync(join(folder, "others-may.sh"), 0o655);
	symlinkSync("train/cat/1.png", join(folder, "inside"));
	symlinkSync("train", join(folder, "folder-link"));
	symlinkSync("/nowhere/at all", join(folder, "dangling"));
	symlinkSync("self", join(folder, "self"));
	assert.deepEqual(await names(folder), gitNames(folder));
});

test("a SWHID follows the content and the executable bit, not time or place", async () => {
	const folder = temporaryFolder();
	const copy = temporaryFolder();
	for (const place of [folder, copy]) writeFiles(place, { "sub/x": "same" });
	const { root } = await swhid(folder);
	assert.equal((await swhid(copy)).root, root);
	chmodSync(join(copy, "sub/x"), 0o755);
	assert.notEqual((await swhid(copy)).root, root);
	writeFileSync(join(folder, "sub/x"), "SAME");
	assert.notEqual((await swhid(folder)).root, root);
});

test("an empty folder, which git does not know, has the empty tree's SWHID", async () => {
	const folder = temporaryFolder();
	const empty = "swh:1:dir:4b825dc642cb6eb9a060e54bf8d69288fbee4904";
	assert.equal((await swhid(folder)).root, empty);
	mkdirSync(join(folder, "inner"));
	const { root, directories } = await swhid(folder);
	assert.notEqual(root, empty);
	assert.deepEqual(directories, [{ path: "inner", swhid: empty }]);
});
