import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";

const launcher = fileURLToPath(
	new URL(
		import.meta.url.endsWith(".ts")
			? "../bin/deepdiva.js"
			: "../../bin/deepdiva.js",
		import.meta.url,
	),
);

const project = temporaryFolder();
writeFiles(project, {
	"package.json": "{}",
	"never.ts":
		'import * as dd from "deepdiva";\nawait dd.run({ name: "r" }, () => new Promise(() => {}));\n',
	"late.ts":
		'let settle: (_: unknown) => void;\nprocess.once("beforeExit", () => setTimeout(settle, 1));\nawait new Promise((resolve) => { settle = resolve; });\nconsole.log("settled");\nprocess.exit(3);\n',
	"by-io.ts":
		'import { readFile } from "node:fs";\nlet settle: (_: unknown) => void;\nprocess.once("beforeExit", () => readFile(import.meta.filename, settle));\nawait new Promise((resolve) => { settle = resolve; });\nprocess.exit(3);\n',
	"at-once.ts":
		'let settle: (_: unknown) => void;\nprocess.once("beforeExit", () => settle(1));\nawait new Promise((resolve) => { settle = resolve; });\nprocess.exit(3);\n',
});

/** Ended by a signal, with no status, where it hangs. */
const run = (script: string) =>
	spawnSync(process.execPath, [launcher, "run", join(project, script)], {
		cwd: project,
		encoding: "utf8",
		timeout: 120_000,
	});

test("a script that waits for what nothing settles ends, and is told so by its name", () => {
	const { status, stderr } = run("never.ts");
	assert.match(
		stderr,
		/^deepdiva: never\.ts waits for a promise that nothing is left to settle: .*\n$/m,
	);
	assert.doesNotMatch(stderr, /Warning|main\.js/);
	assert.equal(status, 13);
});

test("a script may settle what it waits for when nothing else is left, and end by process.exit", () => {
	const { status, stdout, stderr } = run("late.ts");
	assert.equal(stderr, "");
	assert.equal(stdout, "settled\n");
	assert.equal(status, 3);
});

for (const script of ["by-io.ts", "at-once.ts"])
	test(`what settles it may come before any timer: ${script}`, () => {
		const { status, stderr } = run(script);
		assert.equal(stderr, "");
		assert.equal(status, 3);
	});
