import assert from "node:assert/strict";
import { test } from "node:test";
import { loadedBy } from "../base/test-loaded-files.ts";

test("reading a cell loads no magic and nothing that exports", () => {
	const loaded = loadedBy("cell/cell.ts");
	assert.ok(loaded.includes("cell/magic-syntax.ts"));
	assert.deepEqual(
		loaded.filter((file) => !/^(cell|base|host)\//.test(file)),
		[],
	);
});
