import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { dockerIgnored } from "../secrets/secret-names.ts";
import { planBatch } from "./batch.ts";

test("an image takes no file that is secret by its name, and no example lets in what stays out otherwise", () => {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package.json": "{}",
		"package-lock.json": '{"packages": {"node_modules/deepdiva": {}}}',
	});
	const files = planBatch(join(folder, "toy.ts"), {
		source: folder,
		members: undefined,
		data: ["images"],
	});
	const ignored = files.find(({ name }) => name.endsWith(".dockerignore"));
	const lines = String(ignored?.content).trim().split("\n").slice(1);
	assert.deepEqual(lines, [
		...dockerIgnored(),
		"**/node_modules",
		"runs",
		".git",
		"out",
		"images",
	]);
});
