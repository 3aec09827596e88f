/**
 * What a plain script does with the library, in a folder where it is installed.
 * Prints one line of JSON: run → digest.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { train } from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import * as dd from "deepdiva";

mkdirSync("data/set", { recursive: true });
for (let i = 0; i < 50; i++) writeFileSync(`data/set/${i}.txt`, `${i}`);

const digests = {};
async function keep(name, running) {
	const { run } = await running;
	digests[name] = dd.findRun(run.directory).record.digest;
}

const DRAW =
	"require('node:worker_threads').parentPort.postMessage(Math.random())";

dd.seed(42);
await keep(
	"everything",
	dd.run({ name: "everything", params: { lr: 0.1 } }, async ({ lr }) => {
		dd.log({ loss: lr * Math.random() }, { step: 1 });
		await dd.data("data/set");
		const [drawn] = await once(new Worker(DRAW, { eval: true }), "message");
		const ids = [randomUUID(), randomBytes(4).toString("hex")];
		await dd.artifact("drawn", { drawn, ids });
		await dd.artifact("numbers", Float32Array.of(1, Number.NaN));
		dd.embedding(
			[
				[0, 1],
				[1, 0],
				[1, 1],
			],
			["a", "b", "c"],
		);
		dd.confusion([0, 1, 1], [0, 1, 0]);
		const [a, b] = await Promise.all(
			["a", "b"].map((name) => dd.task(name, async () => Math.random())),
		);
		dd.log({ a, b });
	}),
);

await keep(
	"strict",
	dd.run(
		{ name: "strict", strictMath: true, freezeTime: "2026-01-01T00:00:00Z" },
		() => dd.log({ power: Math.random() ** 1.7, now: Date.now() }),
	),
);

/** Trains in steps that are kept; fails after one of them. */
const trained =
	(failing) =>
	async ({ epochs }) => {
		const { points } = dd.pointSet("moons", 100, dd.rng("points"));
		const model = sequential({
			layers: [
				layers.dense({ inputShape: [2], units: 4, activation: "tanh" }),
				layers.dropout({ rate: 0.3 }),
				layers.dense({ units: 2, activation: "softmax" }),
			],
		});
		model.compile({
			optimizer: train.adam(0.02),
			loss: "sparseCategoricalCrossentropy",
			metrics: ["accuracy"],
		});
		const { tensor1d, tensor2d } = await import("@tensorflow/tfjs-core");
		const x = tensor2d(points.map((point) => [point.x, point.y]));
		const y = tensor1d(points.map(({ label }) => label));
		const done = await dd.restore({ model });
		for (let epoch = done + 1; epoch <= epochs; epoch++) {
			await model.fit(x, y, { epochs: 1, verbose: 0 });
			await dd.checkpoint(epoch, { model });
			if (epoch === failing) throw new Error("the power went");
		}
		dd.boundary(model, points);
		await dd.artifact("model", model);
	};
const resumable = { name: "resumable", params: { epochs: 3 } };
await dd.run(resumable, trained(2)).catch((error) => {
	if (error.message !== "the power went") throw error;
});
await keep("resumed", dd.run({ ...resumable, resume: true }, trained()));
await keep("whole", dd.run(resumable, trained()));

const points = { set: "xor", epochs: 2 };
await keep("points", dd.run({ task: "points", params: points }));
await dd.multirun({
	task: "points",
	params: { ...points, lr: [0.1, 0.01] },
	n: 2,
});
console.log(JSON.stringify(digests));
