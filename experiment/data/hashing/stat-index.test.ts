import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { Stamps } from "./stamp.ts";
import { fileSystemTime, readStatIndex, writeStatIndex } from "./stat-index.ts";
import { base64Of } from "./test-stamps.ts";

const stamps = new Stamps(2);
stamps.set(1, { size: 5, mtimeMs: 1, ctimeMs: 2, ino: 3 });

test("an index comes back as it was written; one of another version or for other lines says nothing", () => {
	const folder = temporaryFolder();
	const path = join(folder, "index");
	assert.equal(readStatIndex(path, folder), undefined);
	writeStatIndex(path, folder, "sha256:1", stamps);
	assert.equal(readStatIndex(path, folder)?.root, "sha256:1");
	assert.ok(readStatIndex(path, folder)?.stamps(2).equals(stamps));
	const other = readStatIndex(path, folder)?.stamps(3);
	assert.deepEqual(
		[0, 1, 2].map((line) => other?.has(line)),
		[false, false, false],
	);
	const text = readFileSync(path, "utf8");
	// In the order in which it was written since there are seals.
	assert.deepEqual(Object.keys(JSON.parse(text) as object), [
		"version",
		"root",
		"stamps",
		"seal",
	]);
	assert.equal(text, `${JSON.stringify(JSON.parse(text))}\n`);
	for (const damaged of [
		`${text} `,
		text + text,
		text.replace('"stamps":"', '"stamps": "'),
		text.replace('"version":3', '"version":2'),
		text.slice(0, -9),
		"",
		"null",
	]) {
		writeFileSync(path, damaged);
		assert.equal(readStatIndex(path, folder), undefined);
	}
});

test("an index is believed only as this user wrote it, for this folder, under this user's key", () => {
	const folder = temporaryFolder();
	const path = join(folder, "index");
	writeStatIndex(path, folder, "sha256:1", stamps);
	const text = readFileSync(path, "utf8");
	const { seal } = JSON.parse(text) as { seal: string };
	const believed = (content: string) => {
		writeFileSync(path, content);
		return readStatIndex(path, folder) !== undefined;
	};
	assert.ok(believed(text));
	for (const edited of [
		text.replace("sha256:1", "sha256:2"),
		text.replace(base64Of(stamps), base64Of(new Stamps(2))),
		text.replace(`"${seal}"`, '""'),
		text.replace(`"${seal}"`, "null"),
		text.replace(`,"seal":"${seal}"`, ""),
		text.replace(seal, seal.toUpperCase()),
		text.replace(seal, `${seal}00`),
		text.replace(seal, "é".repeat(32)),
	]) {
		assert.notEqual(edited, text);
		assert.ok(!believed(edited), edited.slice(-120));
	}
	writeFileSync(path, text);
	assert.equal(readStatIndex(path, temporaryFolder()), undefined);
	const { XDG_STATE_HOME } = process.env;
	process.env.XDG_STATE_HOME = temporaryFolder();
	try {
		assert.equal(readStatIndex(path, folder), undefined, "another user's key");
	} finally {
		if (XDG_STATE_HOME === undefined) delete process.env.XDG_STATE_HOME;
		else process.env.XDG_STATE_HOME = XDG_STATE_HOME;
	}
	assert.ok(readStatIndex(path, folder));
});

test("where no index can be written there is none, and nobody is troubled", () => {
	const folder = temporaryFolder();
	const path = join(folder, "index");
	mkdirSync(path);
	writeStatIndex(path, folder, "sha256:1", stamps);
	assert.deepEqual(readdirSync(folder), ["index"]);
	assert.equal(fileSystemTime(join(folder, "gone", "index")), undefined);
	assert.equal(typeof fileSystemTime(path), "number");
	assert.deepEqual(readdirSync(folder), ["index"]);
});
