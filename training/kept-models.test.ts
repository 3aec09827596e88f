import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { guard } from "../experiment/record/guard.ts";
import { identityDigest } from "../experiment/record/identity.ts";
import {
	openTestSession,
	planOf,
	recordRun,
} from "../experiment/record/test-record.ts";
import * as tf from "./backend/tf.ts";
import { artifact, load } from "./recording.ts";

const x = tf.tensor2d([
	[1, 2],
	[3, 4],
]);
const bits = (model: tf.LayersModel) => [
	...(model.predict(x) as tf.Tensor).dataSync(),
];
const made = () =>
	tf.sequential({
		layers: [
			tf.layers.dense({ units: 2, inputShape: [2], activation: "softmax" }),
		],
	});

/** A run that keeps a model; its predictions, too. */
async function keeping(name = "model", repeat = 0) {
	let predicted: number[] = [];
	const run = await recordRun(
		async () => {
			const model = made();
			predicted = bits(model);
			await artifact(name, model);
			await artifact("note", "text");
		},
		{ repeat },
	);
	return { ...run, predicted };
}

test("a model that a run has kept is loaded by its name: the latest, by id, by folder, and predicts the same bits", async () => {
	openTestSession();
	const [first, second] = [await keeping(), await keeping("model", 1)];
	assert.notDeepEqual(first.predicted, second.predicted);
	assert.deepEqual(bits(await load("model")), second.predicted);
	assert.deepEqual(
		bits(await load("model", { run: "last" })),
		second.predicted,
	);
	assert.deepEqual(
		bits(await load("model", { run: first.record.id })),
		first.predicted,
	);
	assert.deepEqual(
		bits(await load("model", { run: first.directory })),
		first.predicted,
	);
	const other = await keeping("other");
	assert.deepEqual(bits(await load("model")), second.predicted);
	assert.deepEqual(bits(await load("other")), other.predicted);
});

test("a run loads what it has kept itself, awaited or not, and another run's only by its id", async () => {
	openTestSession();
	const { record, predicted } = await keeping();
	await recordRun(async () => {
		await assert.rejects(load("model"), {
			name: "UsageError",
			message: new RegExp(
				`this run has kept no model "model".*\\{ run: "${record.id}" \\}`,
			),
		});
		assert.deepEqual(bits(await load("model", { run: record.id })), predicted);
		const own = made();
		void artifact("model", own);
		assert.deepEqual(bits(await load("model")), bits(own));
	});
});

test("a run that a replay computes and does not record finds what it kept", async () => {
	const other = identityDigest({ experiment: "other", params: {}, repeat: 0 });
	openTestSession({
		replay: {
			identity: other,
			occurrence: 0,
			format: 2,
			earlierCells: 9,
			directory: "/nowhere",
		},
	});
	let loaded: number[] = [];
	let own: number[] = [];
	await guard(planOf(), async (run) => {
		assert.equal(run.info.recorded, false);
		const model = made();
		own = bits(model);
		await artifact("model", model);
		loaded = bits(await load("model"));
	});
	assert.ok(own.length > 0);
	assert.deepEqual(loaded, own);
});

test("what no run has kept, what is no model and what was changed since are refused", async () => {
	openTestSession();
	await assert.rejects(
		load("model"),
		/no run has kept a model "model"; keep one with: await dd\.artifact\("model", model\)/,
	);
	const { record, directory } = await keeping();
	const run = record.id;
	await assert.rejects(
		load("modle", { run }),
		new RegExp(`run ${run} has kept no "modle"; it has model, note`),
	);
	await assert.rejects(
		load("note", { run }),
		/"note" of run .* is no model; read its file .*note\.txt/,
	);
	writeFileSync(
		join(directory, "artifacts/model/weights.bin"),
		Buffer.alloc(24),
	);
	await assert.rejects(
		load("model"),
		/weights\.bin is not as run .* has written it/,
	);
});
