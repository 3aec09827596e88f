import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../base/version.ts";

const page = readFileSync(join(packageRoot, "docs/dependencies.md"), "utf8");
const { pageWithFigures } = (await import(
	pathToFileURL(join(packageRoot, "scripts/dependencies.mjs")).href
)) as { pageWithFigures(text: string): string };

test("every dependency has its row, with the version, licence and size that it has; npm run dependencies writes them", () => {
	assert.equal(pageWithFigures(page), page);
});

test("every row says what a package is for, and why it was taken", () => {
	const rows = [...page.matchAll(/^\| `([\w@/.-]+)` \| (?=\d)(.*) \|$/gm)];
	assert.ok(rows.length > 30, `${rows.length} rows`);
	for (const [, name, cells = ""] of rows) {
		const [, use = "", why = ""] = cells.split(" | ");
		assert.ok(use.length > 2 && why.length > 8, `${name}: why?`);
	}
});

test("a row that is missing is added without a reason, one that is too many goes, a wrong figure is written anew", () => {
	const row = /^\| `fflate` \|.*\n/m.exec(page)?.[0] ?? "";
	const without = pageWithFigures(page.replace(row, ""));
	assert.match(without, /^\| `fflate` \| [\d.]+, MIT, \d+ kB \| \? \| \? \|$/m);
	assert.equal(
		pageWithFigures(page.replace(row, row + row.replace("fflate", "left-pad"))),
		page,
	);
	assert.equal(
		pageWithFigures(page.replace(row, row.replace(/\d+ kB/, "1 kB"))),
		page,
	);
});

test("each package that the project was asked to look at is on the page", () => {
	for (const name of [
		"@tensorflow/tfjs-node-gpu",
		"tslab",
		"zeromq",
		"vega-lite",
		"d3",
		"seedrandom",
	])
		assert.ok(page.includes(`\`${name}\``), name);
});
