import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { registerDrawer } from "../../experiment/record/tensorboard/images.ts";
import {
	openTestSession,
	recordRun,
} from "../../experiment/record/test-record.ts";
import { pythonWith } from "../python.ts";

interface ReadRun {
	readonly scalars: Record<string, [step: number, value: number][]>;
	readonly images: Record<string, number[][]>;
	readonly histograms: Record<
		string,
		[
			step: number,
			min: number,
			max: number,
			count: number,
			sum: number,
			limits: number[],
			counts: number[],
		][]
	>;
	readonly texts: Record<string, [step: number, texts: string[]][]>;
	readonly wall: number[];
}

/** What TensorBoard's own reader finds in a run's folder. */
function readWith(python: string, directory: string): ReadRun {
	const { status, stdout, stderr } = spawnSync(
		python,
		[fileURLToPath(new URL("./read-events.py", import.meta.url)), directory],
		{ encoding: "utf8" },
	);
	assert.equal(status, 0, stderr);
	const runs = Object.values(
		// Python's JSON has NaN and Infinity.
		JSON.parse(stdout.replace(/\b(NaN|-?Infinity)\b/g, '"$1"')) as Record<
			string,
			ReadRun
		>,
	);
	assert.equal(runs.length, 1);
	return runs[0] as ReadRun;
}

/** Weights as a model's save() gives them. */
function modelOf(weights: Record<string, number[]>) {
	return {
		save: (handler: { save(artifacts: object): Promise<unknown> }) =>
			handler.save({
				modelTopology: {},
				weightSpecs: Object.entries(weights).map(([name, values]) => ({
					name,
					shape: [values.length],
					dtype: "float32",
				})),
				weightData: Float32Array.from(Object.values(weights).flat()).buffer,
			}),
	};
}

test("TensorBoard reads a run's metrics, weights, pictures and parameters", async (t) => {
	const python = pythonWith(["tensorboard"], t);
	if (!python) return;
	openTestSession();
	const started = Date.now() / 1000;
	const noise = encode({
		width: 300,
		height: 200,
		channels: 3,
		data: Uint8Array.from({ length: 180_000 }, (_, k) => (k * k * 7919) >> 5),
	});
	registerDrawer(async ({ name }) => ({
		tag: `${name}/confusion_matrix`,
		png: noise,
	}));
	const { directory } = await recordRun(
		async (active) => {
			for (let epoch = 1; epoch <= 3; epoch++) {
				active.log({ loss: 1 / epoch, val_loss: 2 / epoch }, { step: epoch });
				await active.artifact(
					"model",
					modelOf({
						"dense/kernel": [-1, 0, 0.5, epoch, Number.NaN],
						"dense/bias": [0.25, 0.25],
					}),
				);
			}
			active.log({ test_accuracy: 0.75, "gan/größe": 7 }, { step: 2 ** 40 });
			active.show("confusion", "val", { classes: [], matrix: [] }, 3);
			active.log({ odd: Number.NaN }, { step: 0 });
			active.log({ odd: Number.POSITIVE_INFINITY }, { step: 1 });
		},
		{ params: { lr: 0.1, set: "a|b" } },
	);
	const read = readWith(python, directory);
	const scalars = (tag: string) => read.scalars[tag];
	assert.deepEqual(scalars("train/loss"), [
		[1, 1],
		[2, 0.5],
		[3, Math.fround(1 / 3)],
	]);
	assert.deepEqual(scalars("val/loss"), [
		[1, 2],
		[2, 1],
		[3, Math.fround(2 / 3)],
	]);
	assert.deepEqual(scalars("test/accuracy"), [[2 ** 40, 0.75]]);
	assert.deepEqual(scalars("gan/größe"), [[2 ** 40, 7]]);
	assert.deepEqual(scalars("train/odd"), [
		[0, "NaN"],
		[1, "Infinity"],
	]);
	for (const time of read.wall)
		assert.ok(time >= Math.floor(started) && time <= Date.now() / 1000);

	const kernel = read.histograms["model/dense/kernel"] ?? [];
	assert.deepEqual(
		kernel.map(([step, min, max, count, sum]) => [step, min, max, count, sum]),
		[1, 2, 3].map((epoch) => [epoch, -1, epoch, 4, epoch - 0.5]),
	);
	const [, , , , , limits = [], counts = []] = kernel[2] ?? [];
	assert.equal(limits.length, 30);
	assert.equal(limits.at(-1), 3);
	assert.equal(
		counts.reduce((sum, count) => sum + count, 0),
		4,
	);
	assert.deepEqual(read.histograms["model/dense/bias"]?.[0]?.slice(5), [
		[0.25],
		[2],
	]);

	assert.deepEqual(read.images["val/confusion_matrix"], [
		[3, 300, 200, noise.length],
	]);
	assert.deepEqual(read.texts.params, [
		[0, ["| parameter | value |\n|---|---|\n| lr | 0.1 |\n| set | a\\|b |"]],
	]);
});
