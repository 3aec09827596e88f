import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { readRun } from "../../experiment/record/store/store.ts";
import { checkCrate } from "../../formats/ro-crate/test-crate.ts";
import { notebookOf, runDeepdiva } from "../command-line.ts";

test("a notebook's run records what its cell printed, its error with the line, and none of its secrets", () => {
	const folder = temporaryFolder();
	const cells = [
		"const before = 1;",
		`%dd run printing lr=0.1 apiKey=swordfish
console.log("training with", apiKey, lr);
dd.log({ loss: lr });
console.error("a warning");
if (apiKey !== "swordfish") throw new Error("the run has to get its secret");
(undefined as any).missing;`,
	];
	writeFiles(folder, {
		"n.ipynb": notebookOf(...cells),
	});
	const { status } = runDeepdiva(["execute", "n.ipynb"], { cwd: folder });
	assert.equal(status, 1);
	const root = join(folder, "runs", "printing");
	const directory = join(root, readdirSync(root)[0] as string);
	const { record } = readRun(directory);
	assert.equal(record.status, "failed");
	assert.equal(record.error?.name, "TypeError");
	assert.equal(record.error?.place?.line, 6);
	assert.equal(record.error?.place?.code, "(undefined as any).missing;");
	const text = (file: string) => readFileSync(join(directory, file), "utf8");
	assert.equal(text("stdout.log"), "training with [redacted] 0.1\n");
	assert.equal(text("stderr.log"), "a warning\n");
	for (const file of ["run.json", ...Object.keys(record.files)])
		assert.doesNotMatch(text(file), /swordfish/, file);
	assert.deepEqual(checkCrate(directory), []);
});
