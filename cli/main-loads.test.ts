import assert from "node:assert/strict";
import { test } from "node:test";
import { loadedBy } from "../base/test-loaded-files.ts";

const isCommand = (file: string) => file.startsWith("cli/commands/");

test("the command line loads a command when it is asked for, and no other", () => {
	assert.deepEqual(loadedBy("cli/main.ts").filter(isCommand), []);
	const one = "cli/commands/new.ts";
	assert.deepEqual(loadedBy(one).filter(isCommand), [one]);
});

test("a new folder is made without loading what executes its notebook", () => {
	const loaded = loadedBy("cli/commands/new.ts");
	assert.ok(loaded.includes("cli/notebook/new-folder.ts"));
	assert.ok(!loaded.includes("kernel/notebook-session.ts"));
});
