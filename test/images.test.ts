import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../base/test-folder.ts";
import { executeNotebook } from "../cli/notebook/execute.ts";
import { executeRecipe } from "../cli/replay/execute-recipe.ts";
import { filesOf } from "../experiment/record/store/folder-files.ts";
import {
	listRuns,
	readRun,
	type StoredRun,
	verifyFiles,
} from "../experiment/record/store/store.ts";
import { replayRun } from "../experiment/replay/replay.ts";
import { isEventFile } from "../formats/tfevents/event-file.ts";
import { imagesIn } from "../formats/tfevents/test-images.ts";
import { Engine } from "../kernel/owner/owner.ts";
import { notebookOf } from "./command-line.ts";

const BODY = `
for (let step = 1; step <= 7; step++) {
  dd.log({ loss: Math.random() / step }, { step });
  dd.confusion([0, 1], [0, step % 2], { name: "val", step });
}
dd.embedding([[0, 1], [1, 0], [1, 1]], ["a", "b", "b"]);
await dd.artifact("list", [1, 2]);`;

/** Steps of the images of many pictures: the first, the last and three between. */
const IMAGES = [
	"embedding/embedding 0",
	...[1, 3, 4, 6, 7].map((step) => `val/confusion_matrix ${step}`),
];

const ownOptions = ["--disable-warning=ExperimentalWarning"];
const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/** What a run leaves: its files, and the images for TensorBoard. */
function leftBy({ directory, record }: StoredRun) {
	assert.deepEqual(verifyFiles({ directory, record }), []);
	const images = imagesIn(directory);
	return {
		digest: record.digest,
		// Named after the second it was made in.
		files: filesOf(directory)
			.map((file) => (isEventFile(file) ? "events" : file))
			// A script is recorded as one.
			.filter((file) => !/^(cell|script)\.ts$|^cells\.json$/.test(file)),
		tags: images.map(({ tag, step }) => `${tag} ${step}`).sort(),
		pictures: images.map(({ png }) => png.toString("base64")),
	};
}

/** A project of its own, and the one run that is recorded in it. */
async function recordedBy(
	work: (project: string) => unknown,
): Promise<StoredRun> {
	const project = temporaryFolder();
	writeFileSync(join(project, "package.json"), "{}");
	await work(project);
	const { runs } = listRuns(join(project, "runs"));
	assert.equal(runs.length, 1);
	return runs[0] as StoredRun;
}

const inNotebook = (options: string) =>
	recordedBy(async (cwd) => {
		const env = { DEEPDIVA_RUNS: join(cwd, "runs") };
		const engine = await Engine.start({ cwd, rootSeed: "5", env });
		const reply = await engine.execute("0", {
			code: `%dd run shown ${options}${BODY}`,
			executionCount: 1,
			silent: false,
		});
		assert.equal(reply.status, "ok");
		await engine.shutdown();
	});

/** By `deepdiva execute`, and as the member of a multirun at that. */
const byExecute = (options: string) =>
	recordedBy(async (cwd) => {
		const path = join(cwd, "nb.ipynb");
		writeFileSync(
			path,
			notebookOf(`%dd multirun shown -n 1 ${options}${BODY}`),
		);
		const { outcome } = await executeNotebook(path, { rootSeed: "5" });
		assert.equal(outcome, "ok");
	});

const asScript = (options: string, args: readonly string[] = []) =>
	recordedBy((cwd) => {
		const path = join(cwd, "script.ts");
		writeFileSync(
			path,
			`import * as dd from "deepdiva";\nawait dd.run({ name: "shown"${options} }, async () => {${BODY}\n});\n`,
		);
		execFileSync(
			process.execPath,
			[...ownOptions, main, "run", path, "--seed", "5", ...args],
			{ cwd, env: { ...process.env, DEEPDIVA_RUNS: join(cwd, "runs") } },
		);
	});

async function replayOf(stored: StoredRun): Promise<StoredRun> {
	const kept = temporaryFolder();
	const { failure } = await replayRun(stored, async (recipe, signal) => {
		const failed = await executeRecipe(recipe, signal);
		cpSync(recipe.target.directory, kept, { recursive: true });
		return failed;
	});
	assert.equal(failure, undefined);
	return readRun(kept);
}

test("a run leaves the same files and images through a notebook, deepdiva execute, a script and a replay", async () => {
	const notebook = await inNotebook("");
	const expected = leftBy(notebook);
	assert.deepEqual(expected.tags, IMAGES);
	const script = await asScript("");
	for (const [how, stored] of Object.entries({
		execute: await byExecute(""),
		script,
		"a replay": await replayOf(notebook),
		"a script's replay": await replayOf(script),
	}))
		assert.deepEqual(leftBy(stored), expected, how);
});

test("a run without images leaves none, whoever asked for that, and neither does its replay", async () => {
	const notebook = await inNotebook("--no-images");
	const expected = leftBy(notebook);
	assert.deepEqual(expected.tags, []);
	const line = await asScript("", ["--no-images"]);
	for (const [how, stored] of Object.entries({
		"an option of the library": await asScript(", images: false"),
		"the command line": line,
		"a replay": await replayOf(line),
	}))
		assert.deepEqual(leftBy(stored), expected, how);
});
