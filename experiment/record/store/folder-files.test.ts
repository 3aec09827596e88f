import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { piecesOf } from "./folder-files.ts";

test("a file's pieces are its bytes as it was opened, and those that are left where it was cut", () => {
	const folder = temporaryFolder();
	writeFiles(folder, { a: "abcdef" });
	const descriptor = openSync(join(folder, "a"), "r");
	for (const [bytes, expected] of [
		[3, "abc"],
		[6, "abcdef"],
		[9, "abcdef"],
	] as const) {
		const pieces = piecesOf({ descriptor, bytes });
		assert.equal(pieces.next().value?.toString(), expected);
		assert.equal(pieces.next().done, true);
	}
	closeSync(descriptor);
});
