import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { executeRecipe } from "../cli/replay/execute-recipe.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { isIdentical } from "../experiment/replay/compare.ts";
import { replayRun } from "../experiment/replay/replay.ts";
import {
	type ExecutedTestCell,
	openNotebook,
	resultOf,
} from "../kernel/engine/test-notebook.ts";
import { answerHere } from "./command-line.ts";

const folder = temporaryFolder();
writeFiles(folder, {
	"package.json": "{}",
	"tools.ts": "type T = number;\n\nexport const stamp = (): T => Date.now();\n",
});
const notebook = await openNotebook({ cwd: folder, rootSeed: "1" });
const recorded = (experiment: string) =>
	listRuns(join(folder, "runs")).runs.filter(
		({ record }) => record.experiment === experiment,
	);

const shown = ({ outputs }: ExecutedTestCell) =>
	outputs
		.map((output) => ("data" in output ? output.data["text/plain"] : ""))
		.join("\n");

test("a cell that read the clock is told the lines, of its own, of an earlier cell and of a local file", async () => {
	await notebook.execute(
		'import { hostname } from "node:os";\nimport { stamp } from "./tools.ts";\nfunction started(): Date {\n  return new Date();\n}',
	);
	const cell = await notebook.execute(
		"%dd run leaky lr=0.1\nstarted();\nconst time: number = stamp();\nawait 1;\nif (hostname() as string) dd.log({ lr });",
	);
	assert.equal(resultOf(cell), "");
	const [run] = recorded("leaky");
	assert.deepEqual(
		run?.record.leaks?.leaks.map(({ what, place, line, code }) => [
			what,
			`${place}:${line}`,
			code,
		]),
		[
			["new Date()", "In [1]:4", "return new Date();"],
			["os.hostname", "In [2]:5", "if (hostname() as string) dd.log({ lr });"],
			["Date.now", "tools.ts:3", "export const stamp = (): T => Date.now();"],
		],
	);
	assert.match(shown(cell), /read here, and not the same in a replay:/);
	assert.match(
		shown(cell),
		/clock +new Date\(\) +1 +In \[1\]:4 +return new Date/,
	);
});

test("training reads the clock in packages only, and passes where leaks are errors", async () => {
	const cell = await notebook.execute(
		`%dd run trained --on-leak error --no-images
import * as tf from "@tensorflow/tfjs";
const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 1 })] });
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
await model.fit(tf.randomNormal([64, 2]), tf.randomNormal([64, 1]), { epochs: 3, callbacks: dd.callbacks() });
dd.confusion([0, 1], [1, 0]);
await dd.artifact("model", model);`,
	);
	assert.equal(resultOf(cell), "");
	const { leaks } = recorded("trained")[0]?.record ?? {};
	assert.deepEqual(leaks?.leaks, []);
	assert.ok(
		leaks?.packages.some((one) => one.package === "@tensorflow/tfjs-core"),
	);
	assert.doesNotMatch(shown(cell), /not the same in a replay/);
});

test("a ready-made task leaks nothing", async () => {
	const cell = await notebook.execute(
		"%dd run task=points epochs=1 --on-leak error",
	);
	assert.equal(resultOf(cell), "");
});

test("what is to be ignored is not shown, but on record", async () => {
	const cell = await notebook.execute(
		"%dd run ignored --on-leak ignore\nDate.now();",
	);
	assert.doesNotMatch(shown(cell), /not the same in a replay/);
	assert.equal(recorded("ignored")[0]?.record.leaks?.leaks.length, 1);
});

test("a seed tells what the runs so far have read", async () => {
	const { outputs } = await notebook.execute("%dd seed 1");
	assert.match(
		JSON.stringify(outputs),
		/and not the same in a replay: .*Date\.now 2×/,
	);
});

test("members of a multirun that leak in the same place share one line", async () => {
	const cell = await notebook.execute(
		"%dd multirun several -n 3\nDate.now();\ndd.log({ a: 1 });",
	);
	assert.match(shown(cell), /clock +Date\.now +3 +In \[\d+\]:2/);
});

test("a leak that is an error fails its cell and names the line", async () => {
	const cell = await notebook.execute(
		"%dd run strict --on-leak error\ndd.log({ a: 1 });\nDate.now();",
	);
	assert.match(resultOf(cell), /^LeakError: .*\n {2}Date\.now in line 3/);
});

test("a frozen clock is the same in a replay, and a leaked one is told apart by its numbers alone", async () => {
	await notebook.execute(
		`%dd run frozen --freeze-time 2026-01-01T00:00:00Z
await new Promise((resolve) => setTimeout(resolve, 1));
dd.log({ time: Date.now(), random: Math.random(), waited: performance.now() });`,
	);
	await notebook.execute("%dd run real\ndd.log({ time: performance.now() });");
	await notebook.execute("%dd run harmless\nDate.now();\ndd.log({ time: 1 });");
	for (const [experiment, identical] of [
		["frozen", true],
		["real", false],
		["harmless", true],
		["strict", true],
	] as const) {
		const [run] = recorded(experiment);
		assert.ok(run);
		const { parts } = await replayRun(run, executeRecipe);
		assert.equal(isIdentical(parts), identical, experiment);
	}
});

test("a script runs under the command line's conditions, also when it is replayed", async () => {
	writeFiles(folder, {
		"script.ts": [
			'import * as dd from "deepdiva";',
			"dd.seed(1);",
			'await dd.run({ name: "scripted" }, () => {',
			"  dd.log({ time: Date.now() } satisfies object);",
			"});",
		].join("\n"),
	});
	const deepdiva = (...args: readonly string[]) =>
		answerHere(args, { cwd: folder });
	const warned = await deepdiva("run", "script.ts");
	assert.match(warned.stdout, /clock +Date\.now +1 +script\.ts:4 +dd\.log/);
	assert.equal(warned.status, 0);
	const failed = await deepdiva("run", "script.ts", "--on-leak", "error");
	assert.equal(failed.status, 1);
	assert.match(failed.stderr, /LeakError.*\n {2}Date\.now in line 4/);
	const wrong = await deepdiva("run", "script.ts", "--freeze-time", "noon");
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /"noon" is not a time to freeze at/);
	const frozen = await deepdiva(
		"run",
		"script.ts",
		"--freeze-time",
		"2026-01-01T00:00:00Z",
		"--on-leak",
		"error",
	);
	assert.equal(frozen.status, 0);
	const run = recorded("scripted").at(-1);
	assert.equal(run?.record.metrics.time, Date.parse("2026-01-01T00:00:00Z"));
	const page = await deepdiva("runs", "show", String(run?.record.id));
	assert.match(page.stdout, /its clock started at 2026-01-01T00:00:00Z/);
	const replay = await deepdiva("replay", String(run?.record.id));
	assert.match(replay.stdout, /^identical: /m);
});
