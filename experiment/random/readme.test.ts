import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);

test("the README names only tests that exist", () => {
	const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
	const named = [
		...readme.matchAll(/`([\w/-]+\.test\.ts)`: ((?:"[^"]+"(?:, )?)+)/g),
	];
	assert.ok(named.length >= 18, `${named.length} named`);
	for (const [, file = "", names = ""] of named) {
		const source = readFileSync(new URL(file, root), "utf8");
		for (const [, name = ""] of names.matchAll(/"([^"]+)"/g))
			assert.ok(source.includes(name), `${file} has no test "${name}"`);
	}
});
