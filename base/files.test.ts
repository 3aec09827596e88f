import assert from "node:assert/strict";
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder, writeFileAtomic } from "./files.ts";
import { temporaryFolder } from "./test-folder.ts";

test("a file is written whole, in folders that are made for it", () => {
	const folder = temporaryFolder();
	const path = join(folder, "a", "b", "c.txt");
	writeFileAtomic(path, "first");
	writeFileAtomic(path, Uint8Array.of(1, 2, 3));
	assert.deepEqual([...readFileSync(path)], [1, 2, 3]);
	const piece = Buffer.alloc(2);
	function* pieces() {
		for (let k = 0; k < 3; k++) yield piece.fill(k).subarray(0, k);
	}
	writeFileAtomic(path, pieces());
	assert.deepEqual([...readFileSync(path)], [1, 2, 2]);
	assert.deepEqual(readdirSync(join(folder, "a", "b")), ["c.txt"]);
});

test("what cannot be written leaves nothing behind", () => {
	const folder = temporaryFolder();
	mkdirSync(join(folder, "taken"));
	assert.throws(() => writeFileAtomic(join(folder, "taken"), "text"));
	assert.throws(() => writeFileAtomic(join(folder, "taken"), [Buffer.of(1)]));
	function* cut(): Generator<Buffer> {
		yield Buffer.of(1);
		throw new Error("no more pieces");
	}
	assert.throws(() => writeFileAtomic(join(folder, "new"), cut()), {
		message: "no more pieces",
	});
	assert.deepEqual(readdirSync(folder), ["taken"]);
});

test("a folder is made with those above it, once", () => {
	const folder = join(temporaryFolder(), "a", "b", "c");
	makeFolder(folder);
	makeFolder(folder);
	assert.ok(statSync(folder).isDirectory());
	const file = join(folder, "file");
	writeFileSync(file, "");
	assert.throws(() => makeFolder(file), { code: "EEXIST" });
	assert.throws(() => makeFolder(join(file, "below")), { code: "ENOTDIR" });
});

test("a folder that the system refuses is an error, and not tried for ever", {
	skip: process.platform !== "linux" && "there is no /proc",
}, () => {
	for (const folder of ["/proc/nowhere", "/proc/nowhere/a/b"])
		assert.throws(() => makeFolder(folder), { code: "ENOENT" });
});
