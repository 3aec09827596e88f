import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isOf, isThorough, thorough } from "../scripts/thorough-files.mjs";
import { projectFiles } from "./project-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = projectFiles(root).filter((path) => path.endsWith(".test.ts"));

test("what npm test leaves to --all is there, says what it shows, and npm test has a quicker test of the rule", () => {
	for (const [entry, { shows, quicker }] of Object.entries(thorough)) {
		assert.ok(
			files.some((file) => isOf(file, entry)),
			`${entry}: no such test`,
		);
		assert.match(shows, /\w+ \w+/, `${entry}: what does it show?`);
		assert.ok(quicker.length > 0, `${entry}: which tests come first?`);
		for (const file of quicker) {
			assert.ok(files.includes(file), `${entry}: there is no ${file}`);
			assert.ok(!isThorough(file), `${entry}: npm test leaves ${file}, too`);
		}
	}
});

/** The other files take three minutes of one core, and two cores are to have ten minutes of slack and work. */
const MOST_SECONDS = 850;

test("by the seconds on record, npm test takes less than ten minutes of two cores", () => {
	const seconds: Readonly<Record<string, number>> = JSON.parse(
		readFileSync(join(root, "test/slow-files.json"), "utf8"),
	);
	const first = Object.entries(seconds).filter(([file]) => !isThorough(file));
	const sum = first.reduce((total, [, each]) => total + each, 0);
	assert.ok(
		sum <= MOST_SECONDS,
		`slow files of npm test take ${sum} seconds, ${MOST_SECONDS} at most: make one quicker, or move one to test/thorough-files.json`,
	);
	assert.deepEqual(
		Object.keys(seconds).filter((file) => !files.includes(file)),
		[],
		"test/slow-files.json names files that are gone; npm test -- --time writes it anew",
	);
});
