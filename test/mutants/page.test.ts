import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";
import { writePage } from "./page.ts";
import type { Fate, Verdict } from "./trial.ts";

const SOURCE = "a\nb || c";

const verdict = (fate: Fate, source = SOURCE): Verdict => {
	const start = source.indexOf("||");
	return {
		file: "x.ts",
		source,
		mutant: {
			operator: "LogicalOperator",
			start,
			end: start + 2,
			text: "&&",
			place: start,
		},
		fate,
		tests: [],
	};
};

const SAMPLE = {
	date: "2026-11-30",
	commit: "abc",
	seed: "s",
	minutes: 3,
	jobs: 2,
};

test("the page says what survived, and a judgement outlives the move of a line", () => {
	const folder = temporaryFolder();
	const page = join(folder, "mutants.md");
	writeFiles(folder, {
		"mutants.md": readFileSync(join(packageRoot, "docs", "mutants.md"), "utf8"),
	});
	const text = () => readFileSync(page, "utf8");

	writePage(page, [verdict("killed"), verdict("survived")], SAMPLE);
	assert.match(text(), /2 mistakes by seed `s`.* 1 survive, 50\.0 %\./);
	const place =
		"| `x.ts:2` | LogicalOperator | `\\|\\|` → `&&` | not judged yet |";
	assert.ok(text().includes(place), text());

	writeFiles(folder, {
		"mutants.md": text().replace("not judged yet", "equal: c is b"),
	});
	writePage(page, [verdict("unseen", `new\n${SOURCE}`)], SAMPLE);
	assert.ok(text().includes("`x.ts:3`"), text());
	assert.ok(text().includes("| equal: c is b |"), text());
});
