/** All sources of randomness at once, on the four ways that a run can take. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeFiles } from "../base/test-folder.ts";
import { listRuns } from "../experiment/record/store/store.ts";
import { answerHere, notebookOf } from "./command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-random-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function deepdiva(...args: string[]): Promise<string> {
	const { DEEPDIVA_SEED: _, ...env } = process.env;
	const { status, stdout, stderr } = await answerHere(args, {
		cwd: folder,
		env,
	});
	assert.equal(status, 0, stdout + stderr);
	return stdout;
}

// Outside of the run: what the run logs depends on it.
const DRAWN = `import * as tf from "@tensorflow/tfjs";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
const text = "require('node:worker_threads').parentPort.postMessage(Math.random())";
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const tasks = await Promise.all([2, 1].map((wait) => dd.task("wait-" + wait, async () => { await pause(wait); return Math.random(); })));
const [fromWorker] = await once(new Worker(text, { eval: true, execArgv: [] }), "message");
const drawn: number[] = [
  Math.random(), runInNewContext("Math.random()"), fromWorker, ...tasks, randomInt(1e9), parseInt(crypto.randomUUID(), 16),
  tf.randomNormal([1]).dataSync()[0], ...await tf.data.array([1, 2, 3, 4, 5, 6]).shuffle(6).toArray(), dd.rng("a", { generator: "xor128" })(),
];`;
const RUN = `%dd run all units=6
drawn.forEach((value, i) => dd.log({ ["drawn" + i]: value }));
const model = tf.sequential({ layers: [
  tf.layers.dense({ inputShape: [2], units }), tf.layers.dropout({ rate: 0.5 }), tf.layers.dropout({ rate: 0.2, seed: 0 }),
  tf.layers.gaussianNoise({ stddev: 0.1 }), tf.layers.dense({ units: 1, kernelInitializer: "glorotNormal" }) ] });
model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
await model.fit(tf.randomUniform([16, 2]), tf.truncatedNormal([16, 1]), { epochs: 2, batchSize: 4, callbacks: dd.callbacks() });
const [worker] = await once(new Worker(text, { eval: true }), "message");
dd.log({ id: parseInt(crypto.randomUUID(), 16), worker });
await dd.artifact("model", model);`;

function writeNotebook(name: string, ...sources: string[]): void {
	// Types change no number, and take longer than most of these cells.
	writeFiles(folder, { [name]: notebookOf("%types off", ...sources) });
}

test("every source of randomness is the same in a notebook, in its script and when either is replayed", async () => {
	writeNotebook("all.ipynb", "%dd seed 5", DRAWN, RUN);
	writeNotebook("other.ipynb", "%dd seed 6", DRAWN, RUN);
	await deepdiva("execute", "all.ipynb");
	await deepdiva("export", "all.ipynb", "-o", "all.ts");
	await deepdiva("run", "all.ts");
	await deepdiva("execute", "other.ipynb");
	const { runs } = listRuns(join(folder, "runs"));
	const [notebook, script, other] = runs.map(({ record }) => record);
	assert.ok(notebook && script && other && runs.length === 3);
	assert.deepEqual(script.metrics, notebook.metrics);
	assert.equal(script.digest, notebook.digest);
	// Of the shuffled six, some may stand where they stood.
	for (const name of Object.keys(notebook.metrics))
		if (!/^drawn([89]|1[0-3])$/.test(name))
			assert.notEqual(other.metrics[name], notebook.metrics[name], name);
	for (const { id } of [notebook, script])
		assert.match(await deepdiva("replay", id), /identical/);
});

test("a session without a seed is replayed from the one it drew, ids of the run included", async () => {
	writeNotebook(
		"drawn.ipynb",
		"const noise = Math.random();",
		"%dd run unseeded\ndd.log({ noise, drawn: Math.random(), id: parseInt(crypto.randomUUID(), 16) });",
	);
	await deepdiva("execute", "drawn.ipynb");
	const run = listRuns(join(folder, "runs")).runs.find(
		({ record }) => record.experiment === "unseeded",
	);
	assert.match(await deepdiva("replay", run?.record.id ?? ""), /identical/);
});

// Computed apart from this code: experiment/random/pinned.test.ts says how.
const PINNED = {
	plain: 0.5377960105969926,
	named: 0.46835828404957947,
	main: 0.8642348954802432,
	init: 0.851228018019881,
	task: 0.6069369181589459,
	"task/init": 0.315045723878154,
	worker: 0.7363266820817175,
	"task/worker": 0.893364211373098,
	crypto: 0xb67ce7d8,
};

test("in a notebook under seed 42, cells, a run, its tasks and workers draw these numbers", async () => {
	writeNotebook(
		"pinned.ipynb",
		"%dd seed 42",
		"const plain = Math.random();",
		'const named = dd.rng("points")();',
		`import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
const spawned = async () => (await once(new Worker("require('node:worker_threads').parentPort.postMessage(Math.random())", { eval: true }), "message"))[0];`,
		`%dd run moons lr=0.1
dd.log({ plain, named, main: Math.random(), init: dd.rng("init")() });
await dd.task("fold", async () => dd.log({ task: Math.random(), "task/init": dd.rng("init")(), "task/worker": await spawned() }));
dd.log({ worker: await spawned(), crypto: randomBytes(4).readUInt32BE() });`,
	);
	await deepdiva("execute", "pinned.ipynb");
	const [run] = (
		JSON.parse(
			await deepdiva("runs", "--json", "--where", "experiment=moons"),
		) as {
			metrics: Record<string, number>;
		}[]
	).slice(-1);
	assert.deepEqual(run?.metrics, PINNED);
});
