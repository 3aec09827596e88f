import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

test("the README's table of traps names only tests that exist", () => {
	const here = new URL("./", import.meta.url);
	const root = new URL("../../", import.meta.url);
	const readme = readFileSync(new URL("README.md", here), "utf8");
	const table = readme.slice(readme.indexOf("## The traps"));
	const rows = table
		.split("\n")
		.filter((line) => /^\| .*\.test\.ts`/.test(line));
	assert.ok(rows.length >= 20);
	for (const row of rows) {
		// `file.test.ts`, "a name", "the start of one …", `next.test.ts`, …
		for (const [, file = "", names = ""] of row.matchAll(
			/`([\w/-]+\.test\.ts)`((?:, "[^"]+")*)/g,
		)) {
			const beside = new URL(file, here);
			const source = readFileSync(
				existsSync(beside) ? beside : new URL(file, root),
				"utf8",
			);
			for (const [, name = ""] of names.matchAll(/"([^"]+)"/g)) {
				const pattern = name
					.split("…")
					.map((part) => part.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
					.join(".*");
				assert.match(
					source,
					new RegExp(
						`(?:test|describe)\\(\\s*"${pattern}|^\\s*"${pattern}.*": \\{`,
						"m",
					),
					`${file}: ${name}`,
				);
			}
		}
	}
});
