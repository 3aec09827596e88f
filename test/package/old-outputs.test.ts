import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { removeOrphans, removeSuperseded } from "../../scripts/old-outputs.mjs";

const HOUR = 3_600_000;

test("files of an earlier build stay a day after the next one, and npm packs none of them", () => {
	const folder = temporaryFolder();
	const bundle = join(folder, "dist", "bundle");
	const left = () =>
		readdirSync(bundle)
			.filter((name) => name !== ".npmignore")
			.sort();
	const build = (at: number, ...names: readonly string[]) => {
		for (const name of names) writeFiles(bundle, { [name]: "" });
		removeSuperseded(bundle, new Set(names), at);
	};
	const start = Date.now();
	build(start, "main.js", "chunk-1.js");
	// It was not superseded before, however old it is.
	build(start + 240 * HOUR, "main.js", "chunk-2.js");
	assert.deepEqual(left(), ["chunk-1.js", "chunk-2.js", "main.js"]);
	build(start + 263 * HOUR, "main.js", "chunk-3.js");
	const all = ["chunk-1.js", "chunk-2.js", "chunk-3.js", "main.js"];
	assert.deepEqual(left(), all);
	writeFiles(folder, {
		"package.json": '{ "name": "x", "version": "1.0.0", "files": ["dist"] }',
	});
	const npm = ["pack", "--dry-run", "--json", "--offline"];
	const [{ files }] = JSON.parse(
		execFileSync("npm", npm, { cwd: folder, encoding: "utf8", stdio: "pipe" }),
	) as [{ files: { path: string }[] }];
	assert.deepEqual(
		files.map(({ path }) => path),
		["dist/bundle/chunk-3.js", "dist/bundle/main.js", "package.json"],
	);
	build(start + 264 * HOUR, "main.js", "chunk-3.js");
	assert.deepEqual(left(), ["chunk-2.js", "chunk-3.js", "main.js"]);
	// The same as before, once more: it is no old one.
	build(start + 265 * HOUR, "main.js", "chunk-2.js");
	build(start + 300 * HOUR, "main.js", "chunk-2.js");
	assert.deepEqual(left(), ["chunk-2.js", "main.js"]);
});

test("what was compiled of a source that is gone goes, and nothing else", () => {
	const folder = temporaryFolder();
	const kept = {
		"room/there.ts": "",
		"dist/room/there.js": "",
		"dist/room/there.js.map": "",
		"dist/room/there.d.ts": "",
		"dist/room/data.bin": "",
		"dist/bundle/shared/chunk.js": "",
	};
	const gone = {
		"dist/room/gone.js": "",
		"dist/room/gone.js.map": "",
		"dist/room/gone.d.ts": "",
		"dist/moved/gone.test.js": "",
	};
	writeFiles(folder, { ...kept, ...gone });
	removeOrphans(folder);
	for (const path of Object.keys(kept))
		assert.ok(existsSync(join(folder, path)));
	for (const path of Object.keys(gone))
		assert.ok(!existsSync(join(folder, path)), path);
});
