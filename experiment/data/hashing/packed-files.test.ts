import assert from "node:assert/strict";
import { test } from "node:test";
import type { HashedFile } from "./hash-file.ts";
import { packFiles, unpackFiles } from "./packed-files.ts";

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
	const all = new Array<HashedFile>(6);
	assert.equal(unpackFiles(packFiles([4, 0, 3], hashed), all), 3);
	assert.deepEqual(
		[all[4], all[0], all[3], all[1], all[2], all[5]],
		[...hashed, undefined, undefined, undefined],
	);
	assert.equal(unpackFiles(packFiles([], []), all), 0);
});
