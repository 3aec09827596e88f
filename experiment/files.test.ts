import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "./data/test-folder.ts";
import { writeFileAtomic } from "./files.ts";

test("a file is written whole, in folders that are made for it", () => {
	const folder = temporaryFolder();
	const path = join(folder, "a", "b", "c.txt");
	writeFileAtomic(path, "first");
	writeFileAtomic(path, Uint8Array.of(1, 2, 3));
	assert.deepEqual([...readFileSync(path)], [1, 2, 3]);
	assert.deepEqual(readdirSync(join(folder, "a", "b")), ["c.txt"]);
});

test("what cannot be written leaves nothing behind", () => {
	const folder = temporaryFolder();
	mkdirSync(join(folder, "taken"));
	assert.throws(() => writeFileAtomic(join(folder, "taken"), "text"));
	assert.deepEqual(readdirSync(folder), ["taken"]);
});
