import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";
import { tutorialPath } from "./start.ts";

const NAME = join("tutorials", "01-first-experiment.ipynb");

test("in the clone the tutorial runs in its own place, and anywhere else as a copy that stays the user's", () => {
	const original = join(packageRoot, NAME);
	assert.equal(tutorialPath(packageRoot), original);
	assert.equal(tutorialPath(join(packageRoot, "cli", "commands")), original);
	const folder = temporaryFolder();
	const copy = tutorialPath(folder);
	assert.equal(copy, join(folder, NAME));
	assert.equal(readFileSync(copy, "utf8"), readFileSync(original, "utf8"));
	writeFileSync(copy, "edited");
	assert.equal(tutorialPath(folder), copy);
	assert.equal(readFileSync(copy, "utf8"), "edited");
});
