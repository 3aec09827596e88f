import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { machineId } from "./machine.ts";

const folder = temporaryFolder();
function idOf(content: string): string | undefined {
	const path = join(folder, "machine-id");
	writeFileSync(path, content);
	return machineId(path);
}

test("a machine is told by its system's id, which itself is not told", () => {
	const [a, b] = ["a".repeat(32), "b".repeat(32)];
	const id = idOf(`${a}\n`);
	assert.match(String(id), /^[0-9a-f]{32}$/);
	assert.equal(idOf(a), id);
	assert.notEqual(idOf(b), id);
	assert.notEqual(id, a);
});

test("where the system has no id, none is made up", () => {
	for (const content of ["", "uninitialized\n"])
		assert.equal(idOf(content), undefined);
	assert.equal(machineId(join(folder, "none")), undefined);
});
