import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { paramValues } from "../experiment/record/record.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { answerHere, notebookOf } from "./command-line.ts";

const folder = temporaryFolder();
const runs = () => listRuns(join(folder, "runs")).runs;
const answer = (...words: readonly string[]) =>
	answerHere(words, { cwd: folder });

test("a run of a file's values is replayed with these, whatever became of the file", async () => {
	writeFiles(folder, {
		"package.json": "{}",
		"multirun.yaml": "name: filed\nparams:\n  lr: range(1, 3)\nn: 1\n",
		"nb.ipynb": notebookOf(
			"%types off\n%dd seed 7",
			"%dd multirun --config multirun.yaml --no-images\ndd.log({ x: lr * Math.random() });",
		),
	});
	assert.equal((await answer("execute", "nb.ipynb")).status, 0);
	const [first, second] = runs();
	assert.ok(first && second && runs().length === 2);
	assert.match(
		readFileSync(join(first.directory, "cell.ts"), "utf8"),
		/^%dd multirun filed lr=range\(1, 3\) -n 1 --no-images --config multirun\.yaml#sha256:[\da-f]{64}\n/,
	);
	writeFileSync(join(folder, "multirun.yaml"), "params:\n  lr: 5\n");
	assert.equal((await answer("replay", second.record.id)).status, 0);
	rmSync(join(folder, "multirun.yaml"));
	assert.equal((await answer("replay", second.record.id)).status, 0);
	const { status, stdout, stderr } = await answer("execute", "nb.ipynb");
	assert.equal(status, 1);
	assert.match(
		stdout + stderr,
		/--config multirun\.yaml: the file cannot be read \(ENOENT\)/,
	);
});

test("a script takes a file's values, in its code and from the command line, which wins", async () => {
	const other = temporaryFolder();
	writeFiles(other, {
		"package.json": "{}",
		"a.yaml": "n: 1\nparams:\n  lr: [1, 2]\n  layers: [[3, 4]]\n",
		"b.yaml": "params:\n  lr: range(5,7)\n",
		"whole.yaml": "n: 3\nparams:\n  lr: 1\n",
		"script.ts":
			'import * as dd from "deepdiva";\nawait dd.multirun({ name: "s", config: "a.yaml", images: false, params: { lr: 0.5, layers: [[1]] } }, ({ lr, layers }) => dd.log({ x: lr + layers.length }));',
	});
	const run = (...words: readonly string[]) =>
		answerHere(["run", "script.ts", "--git", "ignore", ...words], {
			cwd: other,
		});
	const values = () =>
		listRuns(join(other, "runs")).runs.map(({ record }) => paramValues(record));
	assert.equal((await run()).status, 0);
	assert.deepEqual(values(), [
		{ lr: 1, layers: [3, 4] },
		{ lr: 2, layers: [3, 4] },
	]);
	assert.equal((await run("--config", "b.yaml", "layers=[9]")).status, 0);
	assert.deepEqual(values().slice(2), [
		{ lr: 5, layers: [9] },
		{ lr: 6, layers: [9] },
	]);
	const refused = await run("--config", "whole.yaml");
	assert.equal(refused.status, 2);
	assert.match(refused.stderr, /n is the script's own/);
});
