import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeFiles } from "../../../base/test-folder.ts";
import {
	git,
	makeRepository,
} from "../../../experiment/code/test-repository.ts";
import { listRuns } from "../../../experiment/record/store/store.ts";
import { openNotebook, resultOf } from "../test-notebook.ts";

const notebook = await openNotebook({ rootSeed: "1" });
makeRepository(notebook.folder, {
	".gitignore": "runs\n",
	"helper.ts": "export const offset = 1;\n",
});
const count = () => listRuns(join(notebook.folder, "runs")).runs.length;

const LINE = `%dd multirun sums lr=1,2 -n 1 --resume
dd.log({ sum: offset + scale(lr) });`;

/** How many members the line computed, and its error. */
async function line(): Promise<[number, string]> {
	const before = count();
	const cell = await notebook.execute(LINE);
	return [
		count() - before,
		cell.reply.status === "error" ? resultOf(cell) : "",
	];
}

test("a function of another cell, and what that calls, is code: changed, it is asked about", async () => {
	await notebook.execute('import { offset } from "./helper.ts";');
	await notebook.execute("const twice = (x: number) => 2 * x;");
	await notebook.execute("function scale(x: number) { return twice(x); }");
	assert.deepEqual(await line(), [2, ""]);
	assert.deepEqual(await line(), [0, ""]);
	await notebook.execute("const twice = (x: number) => 2 * x;");
	await notebook.execute("const unrelated = () => 1;");
	assert.deepEqual(await line(), [0, ""], "it is the same function");
	await notebook.execute("const twice = (x: number) => x + x;");
	const [computed, message] = await line();
	assert.equal(computed, 0);
	assert.match(
		message,
		/2 of 2 members of multirun sums finished by other code/,
	);
	await notebook.execute("const twice = (x: number) => 2 * x;");
	assert.deepEqual(await line(), [0, ""]);
});

test("a local module is code, too", async () => {
	writeFiles(notebook.folder, { "helper.ts": "export const offset = 2;\n" });
	await notebook.execute('import { offset } from "./helper.ts";');
	assert.match((await line())[1], /finished by other code/);
	writeFiles(notebook.folder, {
		"helper.ts": "export const offset = 1;\n",
		"README.md": "something else\n",
	});
	git(notebook.folder, "add", "-A");
	git(notebook.folder, "commit", "-q", "-m", "docs");
	await notebook.execute('import { offset } from "./helper.ts";');
	assert.deepEqual(await line(), [0, ""]);
	assert.match(readFileSync(join(notebook.folder, "helper.ts"), "utf8"), /1/);
});
