import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

test("each attack that docs/security.md lists has its test", () => {
	const page = read("docs/security.md");
	const named = [...page.matchAll(/`([\w/.-]+\.test\.ts)`, "([^"]+)"/g)];
	assert.ok(named.length >= 30, `${named.length} tests`);
	for (const [, path = "", name = ""] of named)
		assert.ok(read(path).includes(name), `${path} has a test "${name}"`);
});

test("README and SECURITY.md lead to it, and name no address of their own making", () => {
	assert.match(read("README.md"), /\(SECURITY\.md\).*\(docs\/security\.md\)/);
	assert.match(read("SECURITY.md"), /\(docs\/security\.md\)/);
	assert.doesNotMatch(read("SECURITY.md"), /[\w.]+@[\w.]+\.\w/);
});
