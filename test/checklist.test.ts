import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { openNotebook } from "../kernel/engine/test-notebook.ts";
import { answerHere } from "./command-line.ts";

const folder = temporaryFolder();
writeFiles(folder, { "package.json": "{}" });
const { DEEPDIVA_RUNS: _, ...env } = process.env;

const notebook = await openNotebook({
	cwd: folder,
	env: { DEEPDIVA_RUNS: join(folder, "runs") },
});
await notebook.execute("%dd run toy lr=0.5\ndd.log({ test_accuracy: lr });");

const deepdiva = (...args: readonly string[]) =>
	answerHere(args, { cwd: folder, env });

test("%dd checklist shows the form in the cell, as Markdown with links and as text", async () => {
	const { reply, outputs } = await notebook.execute("%dd checklist");
	assert.equal(reply.status, "ok");
	const shown = JSON.stringify(outputs);
	assert.match(shown, /text\/markdown/);
	assert.match(shown, /Machine Learning Reproducibility Checklist 2\.0/);
	assert.match(shown, /\*\*17\*\* [^"]*1 run of toy on record: 1 finished/);
	assert.match(shown, /\[x\] 17 {2}number of training/);
	const unknown = await notebook.execute("%dd checklist --form nips");
	assert.equal(unknown.reply.status, "error");
	assert.match(
		JSON.stringify(unknown.reply),
		/cannot be .*nips.*there is: mlrc, acl/,
	);
});

test("deepdiva checklist prints the form, and writes it with links that lead to the evidence", async () => {
	const printed = await deepdiva("checklist", "--form", "acl");
	assert.equal(printed.status, 0, printed.stderr);
	assert.match(printed.stdout, /\[~\] C2 {2}setup.*\n +used: lr=0\.5\n/);
	const written = await deepdiva(
		"checklist",
		"last",
		"-o",
		"docs/checklist.md",
	);
	assert.equal(written.status, 0, written.stderr);
	const markdown = readFileSync(join(folder, "docs", "checklist.md"), "utf8");
	const links = [...markdown.matchAll(/\]\((\.\.[^)]+)\)/g)];
	assert.ok(links.length > 5);
	for (const [, path] of links)
		assert.ok(existsSync(join(folder, "docs", String(path))), path);
});
