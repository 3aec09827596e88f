/**
 * What people ask of sweeps, as lines of cells with a real engine, and the command line afterwards. The wishes and
 * complaints are those of public issues: hydra 1306 1407 1513 1892 2284 2479 2551 2824 3328, ray 8647 16891 30584
 * 40652, wandb 1879 2031 4283 5593, optuna 3045 4412 6062, clearml 886.
 *
 * Proved elsewhere:
 *
 * | wish | where |
 * | --- | --- |
 * | each function of values, and each refusal | `experiment/parameters/overrides/overrides.test.ts` |
 * | the same line goes on after a kill; `--jobs 2` has the records of `--jobs 1` | `test/jobs/killed.test.ts` |
 * | from any host; several processes share one line | `experiment/record/lease/`, `training/shared-members.test.ts` |
 * | a scheduler's signal ends a run with a checkpoint, and 75 | `test/stop-signals.test.ts` |
 * | what is resumed, looked at one member at a time | `training/earlier-members.test.ts` |
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import {
	metricNumbers,
	paramValues,
	type RunRecord,
} from "../../experiment/record/record.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { NotebookSession } from "../../kernel/notebook-session.ts";
import { answerHere } from "../command-line.ts";

const folder = temporaryFolder();
writeFileSync(join(folder, "package.json"), "{}");
const notebook = new NotebookSession({ cwd: folder, rootSeed: "7" });
after(() => notebook.close());
const shown: string[] = [];
notebook.on("output", ({ output }) => {
	if (output.type === "stream") shown.push(output.text);
	if (output.type === "display_data")
		shown.push(String(output.data["text/plain"]));
});

/** Executes a cell. */
async function cell(line: string, body = "dd.log({ score: 1 });") {
	shown.length = 0;
	const reply = await notebook.execute(`%dd multirun ${line}\n${body}`, {
		unattended: true,
	});
	return {
		error: reply.status === "error" ? reply.evalue : undefined,
		shown: shown.join("\n"),
	};
}

/** Executes a cell that finishes. @returns what it showed */
async function finished(line: string, body?: string): Promise<string> {
	const { error, shown } = await cell(line, body);
	assert.equal(error, undefined);
	return shown;
}

const recordsOf = (experiment: string): RunRecord[] =>
	listRuns(join(folder, "runs"))
		.runs.map(({ record }) => record)
		.filter((record) => record.experiment === experiment);

const pointsOf = (experiment: string) => recordsOf(experiment).map(paramValues);

const deepdiva = (...words: readonly string[]) =>
	answerHere(words, { cwd: folder });

test("ranges, choices and lists are the values that they look like", async () => {
	await finished(
		"values -n 1 lr=range(0.1,0.4,0.1) size=choice(1,2) layers=[32,64],[16]",
	);
	assert.deepEqual(
		pointsOf("values"),
		[0.1, 0.2, 0.3].flatMap((lr) =>
			[1, 2].flatMap((size) =>
				[[32, 64], [16]].map((layers) => ({ lr, size, layers })),
			),
		),
	);
});

test("parameters have groups, and are constants of the cell", async () => {
	await finished(
		"groups -n 1 optim.lr=0.1,0.2 optim.name=sgd",
		'if (optim.name !== "sgd") throw new Error(optim.name);\ndd.log({ score: optim.lr });',
	);
	assert.deepEqual(
		recordsOf("groups").map(({ metrics }) => metrics.score),
		[0.1, 0.2],
	);
	assert.deepEqual(pointsOf("groups")[0], {
		"optim.lr": 0.1,
		"optim.name": "sgd",
	});
});

for (const [words, message] of [
	["lr=interval(0,1)", /an interval is for a search.*write range\(/],
	["name=glob(a*)", /glob/],
	["lr=rnage(1,4)", /there is no function "rnage"; did you mean "range"/],
] as const)
	test(`${words} becomes no run, but an error that says what to write`, async () => {
		const { error } = await cell(`refused -n 1 ${words}`);
		assert.match(error ?? "", message);
		assert.deepEqual(recordsOf("refused"), []);
	});

for (const words of ["lr=1,1", "lr=", "lr=1,,2", "layers=[1],[1]", "lr=1,a"])
	test(`${words}: a value twice, none, or of two types, is refused before anything runs`, async () => {
		const { error } = await cell(`refused -n 1 ${words}`);
		assert.match(error ?? "", /^.*(lr|layers)/);
		assert.deepEqual(recordsOf("refused"), []);
	});

const FAILING =
	'console.log("at", lr);\nif (lr === 2) throw new RangeError("no steps");\ndd.log({ score: lr });';

test("a member that fails is told at once; the others go on, and the line fails with a list of what is left", async () => {
	const { error, shown } = await cell("failing -n 1 lr=1,2,3", FAILING);
	assert.match(
		error ?? "",
		/^1 of 3 runs of multirun failing failed;.*\n {2}run [\da-f]{8} \(lr=2, repeat 0\): RangeError: no steps\n.*--resume/,
	);
	const told = shown.indexOf("failed · RangeError: no steps");
	assert.ok(told > shown.indexOf("at 2") && told < shown.indexOf("at 3"));
	assert.deepEqual(
		recordsOf("failing").map(({ status }) => status),
		["finished", "failed", "finished"],
	);
});

test("--fail fast stops at the first failure", async () => {
	const { error } = await cell("fast -n 1 lr=1,2,3 --fail fast", FAILING);
	assert.equal(error, "no steps");
	assert.equal(recordsOf("fast").length, 2);
});

test("a member that diverged is no result, and is not computed again", async () => {
	const body = "dd.log({ loss: lr === 2 ? NaN : lr });";
	const first = await cell("lost -n 1 lr=1,2", body);
	const again = await cell("lost -n 1 lr=1,2 --resume", body);
	assert.match(first.error ?? "", /^1 of 2 runs of multirun lost diverged;/);
	assert.equal(again.error, first.error);
	assert.equal(recordsOf("lost").length, 2);
});

test("after a fix, the same line with --resume asks about what finished by the former code, and computes what failed", async () => {
	const fixed = FAILING.replace("lr === 2", "false");
	const asks = await cell("failing -n 1 lr=1,2,3 --resume", fixed);
	assert.match(asks.error ?? "", /^2 of 3 members .* by other code than now/);
	assert.equal(recordsOf("failing").length, 3);
	const shown = await finished(
		"failing -n 1 lr=1,2,3 --resume --code keep",
		fixed,
	);
	assert.doesNotMatch(shown, /at [13]/);
	assert.match(shown, /3 runs in 3 groups/);
	assert.deepEqual(
		recordsOf("failing").map((record) => paramValues(record).lr),
		[1, 2, 3, 2],
	);
});

const DRAW = "dd.log({ score: lr * Math.random() });";

test("repeats have seeds of their own, and every point has the same: their numbers can be compared in pairs", async () => {
	await finished("drawn -n 5 lr=1,2", DRAW);
	const scores = recordsOf("drawn").map(
		({ metrics }) => metricNumbers(metrics).score ?? Number.NaN,
	);
	const [one, two] = [scores.slice(0, 5), scores.slice(5)];
	assert.equal(new Set(one).size, 5);
	assert.deepEqual(
		two,
		one.map((score) => 2 * score),
	);
});

test("more repeats keep those that there are", async () => {
	const before = recordsOf("drawn");
	const shown = await finished("drawn -n 10 lr=1,2 --resume", DRAW);
	assert.match(shown, /10 of 20 members are there .*, 10 to run/);
	const all = recordsOf("drawn");
	assert.deepEqual(all.slice(0, 10), before);
	assert.deepEqual(
		all.slice(10).map(({ repeat }) => repeat),
		[5, 6, 7, 8, 9, 5, 6, 7, 8, 9],
	);
});

test("a larger grid is the union, with the bits of one that was computed at once", async () => {
	await finished("drawn -n 10 lr=1,2,4 --resume", DRAW);
	assert.equal(recordsOf("drawn").length, 30);
	await finished("drawn -n 1 lr=4", DRAW);
	const [anew] = recordsOf("drawn").slice(-1);
	const fourth = recordsOf("drawn").find(
		({ repeat, params }) => repeat === 0 && params.lr?.value === 4,
	);
	assert.equal(anew?.digest, fourth?.digest);
	assert.notEqual(anew?.id, fourth?.id);
});

test("a file has the values of the line, and the line wins", async () => {
	writeFileSync(
		join(folder, "multirun.yaml"),
		"name: filed\nn: 2\nparams:\n  lr: [0.1, 1e-2]\n  size: range(2,4)\n",
	);
	await finished("--config multirun.yaml size=5");
	assert.deepEqual(
		pointsOf("filed"),
		[0.1, 0.1, 0.01, 0.01].map((lr) => ({ lr, size: 5 })),
	);
});

test("the table at the end, and each one later, compares with the baseline that is asked for", async () => {
	const shown = await finished(
		"based -n 3 lr=1,2,4 --baseline lr=2",
		"dd.log({ accuracy: Math.random() / lr });",
	);
	assert.match(shown, /^accuracy, against lr=2: paired t test/m);
	const later = await deepdiva(
		"multirun",
		"show",
		"based",
		"--baseline",
		"lr=2",
	);
	assert.match(later.stdout, /^accuracy, against lr=2: paired t test/m);
	const { error } = await cell("based -n 3 lr=1,2,4 --baseline lr=3");
	assert.match(error ?? "", /there is no group "lr=3"/);
	assert.equal(recordsOf("based").length, 9);
});

test("one command has the results later: as a table, CSV, and rows for a paper", async () => {
	const csv = await deepdiva("multirun", "show", "based", "--format", "csv");
	const [head = "", first = ""] = csv.stdout.split("\n");
	const columns = head.split(",");
	const based = recordsOf("based").slice(0, 3);
	assert.equal(
		Number(first.split(",")[columns.indexOf("mean")]).toFixed(10),
		(
			based.reduce((sum, { metrics }) => sum + Number(metrics.accuracy), 0) / 3
		).toFixed(10),
	);
	const latex = await deepdiva(
		"multirun",
		"show",
		"based",
		"--format",
		"latex-rows",
	);
	assert.match(latex.stdout, /^1 & .*\\\\$/m);
});
