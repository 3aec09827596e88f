import assert from "node:assert/strict";
import { test } from "node:test";
import type { HashedFile } from "./hash-file.ts";
import { HashedFiles, packFiles } from "./packed-files.ts";
import { assertHashed } from "./test-hashed.ts";

test("files that a thread has hashed come to their places, with every part of their stamps or with none", () => {
	const hashed: HashedFile[] = [
		{ digest: "a".repeat(64), bytes: 0 },
		{
			digest: "b".repeat(64),
			bytes: 2 ** 40 + 1,
			stamp: {
				size: 2 ** 40 + 1,
				mtimeMs: 1e12 + 2 ** -12,
				ctimeMs: 1e12 + 7,
				ino: 2 ** 52 + 1,
			},
		},
		{
			digest: "c".repeat(64),
			bytes: 3,
			stamp: { size: 0, mtimeMs: 0, ctimeMs: -5, ino: 0 },
		},
	];
	const all = new HashedFiles(6);
	assert.equal(all.take(packFiles([4, 0, 3], hashed)), 3);
	assert.equal(all.take(packFiles([], [])), 0);
	all.set(5, hashed[1] as HashedFile);
	const [first, second, third] = hashed as [HashedFile, HashedFile, HashedFile];
	assertHashed(all, [
		[4, first],
		[0, second],
		[3, third],
		[5, second],
	]);
});
