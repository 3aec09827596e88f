import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Stamps } from "./stamp.ts";
import { fileSystemTime, readStatIndex, writeStatIndex } from "./stat-index.ts";
import { temporaryFolder } from "./test-folder.ts";

const stamps = new Stamps(2);
stamps.set(1, { size: 5, mtimeMs: 1, ctimeMs: 2, ino: 3 });

test("an index comes back as it was written; one of another version or for other lines says nothing", () => {
	const path = join(temporaryFolder(), "index");
	assert.equal(readStatIndex(path), undefined);
	writeStatIndex(path, "sha256:1", stamps);
	assert.equal(readStatIndex(path)?.root, "sha256:1");
	assert.ok(readStatIndex(path)?.stamps(2).equals(stamps));
	const other = readStatIndex(path)?.stamps(3);
	assert.deepEqual(
		[0, 1, 2].map((line) => other?.has(line)),
		[false, false, false],
	);
	const text = readFileSync(path, "utf8");
	for (const damaged of [
		text.replace('"version":2', '"version":1'),
		text.slice(0, -9),
		"",
		"null",
	]) {
		writeFileSync(path, damaged);
		assert.equal(readStatIndex(path), undefined);
	}
});

test("where no index can be written there is none, and nobody is troubled", () => {
	const folder = temporaryFolder();
	const path = join(folder, "index");
	mkdirSync(path);
	writeStatIndex(path, "sha256:1", stamps);
	assert.deepEqual(readdirSync(folder), ["index"]);
	assert.equal(fileSystemTime(join(folder, "gone", "index")), undefined);
	assert.equal(typeof fileSystemTime(path), "number");
	assert.deepEqual(readdirSync(folder), ["index"]);
});
