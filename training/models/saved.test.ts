import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { encode } from "fast-png";
import { KeyboardInterrupt } from "../../base/errors.ts";
import type { RunEvent } from "../../experiment/events.ts";
import { readCheckpoint } from "../../experiment/record/checkpoint.ts";
import { readRun } from "../../experiment/record/store/store.ts";
import { openTestSession } from "../../experiment/record/test-record.ts";
import { session } from "../../experiment/session.ts";
import * as tf from "../backend/tf.ts";
import { run } from "../run.ts";
import { architecture } from "./index.ts";

const params = { set: "xor", size: 60, epochs: 1 };

/** A run of the task points that goes on with a model; its record and the weights it ends with. */
async function trained(
	model: string,
	more: Readonly<Record<string, number>> = {},
) {
	const result = await run({
		task: "points",
		params: { ...params, model, ...more },
	});
	const { directory } = result?.run ?? { directory: "" };
	return { ...readRun(directory), weights: weightsIn(directory) };
}

const weightsIn = (directory: string) =>
	readFileSync(join(directory, "artifacts", "model", "weights.bin"));

/** The weights of the model in a run's checkpoint, one after the other. */
function checkpointed(directory: string): Buffer {
	const { tensors } = readCheckpoint(directory);
	const parts: Buffer[] = [];
	for (let i = 0; tensors[`model/weights/${i}`]; i++) {
		const { values } = tensors[`model/weights/${i}`] ?? {};
		parts.push(Buffer.from((values as Float32Array).slice().buffer));
	}
	return Buffer.concat(parts);
}

/** So small that no weight changes. */
const still = { lr: 1e-30 };

test("a model that a run has kept is gone on with by its folder or its file, is on record as data, and gives the same bits twice", async () => {
	openTestSession();
	const before = tf.memory().numTensors;
	const first = await trained("MLP");
	const folder = relative(
		process.cwd(),
		join(first.directory, "artifacts", "model"),
	);
	const same = await trained(folder, still);
	assert.deepEqual(same.weights, first.weights);
	assert.deepEqual(
		same.record.data.map(({ path, files }) => [path, files]),
		[[folder, 2]],
	);
	assert.equal(same.record.params.model?.value, folder);
	const [one, other] = [
		await trained(`${folder}/model.json`),
		await trained(`${folder}/model.json`),
	];
	assert.notDeepEqual(one.weights, first.weights);
	assert.equal(one.record.digest, other.record.digest);
	assert.equal(tf.memory().numTensors, before);
});

test("a saved model in a folder of the project is verified by its manifest", async () => {
	openTestSession();
	const model = architecture("FC_simple").create(2);
	await model.save("small");
	model.dispose();
	const { record, weights } = await trained("./small", still);
	assert.deepEqual(weights, readFileSync("small/weights.bin"));
	assert.deepEqual(
		record.data.map(({ path }) => path),
		["./small"],
	);
	writeFileSync("small/weights.bin", Buffer.alloc(weights.length));
	await assert.rejects(trained("./small"), { name: "DataChangedError" });
});

/** What a run that is interrupted after its third epoch leaves: its folder. */
async function interrupted(begin: () => Promise<unknown>): Promise<string> {
	const abort = new AbortController();
	session().source = { kind: "cell", text: "", signal: abort.signal };
	const observer = {
		event: (_: unknown, event: RunEvent) => {
			if (event.type === "metric" && event.step === 3)
				abort.abort(new KeyboardInterrupt());
		},
	};
	session().observers.add(observer);
	const before = session().recorded.length;
	await assert.rejects(begin(), KeyboardInterrupt);
	session().observers.delete(observer);
	session().source = undefined;
	return session().recorded[before] as string;
}

test("a run that was interrupted is gone on with by its checkpoint", async () => {
	openTestSession();
	const directory = await interrupted(() => trained("MLP", { epochs: 9 }));
	const folder = relative(process.cwd(), directory);
	const { record, weights } = await trained(
		`${folder}/checkpoint.safetensors`,
		still,
	);
	assert.deepEqual(
		record.data.map(({ path }) => path),
		[folder],
	);
	assert.deepEqual(weights, checkpointed(directory));
	await assert.rejects(trained(`${folder}/other.safetensors`), {
		name: "UsageError",
		message: /other\.safetensors is missing/,
	});
});

test("a checkpoint of a model with moving means is gone on with, for as many classes as it has", async () => {
	openTestSession();
	for (const split of ["train", "val", "test"])
		for (const [i, name] of ["a", "b", "c"].entries()) {
			mkdirSync(`images/${split}/${name}`, { recursive: true });
			const data = new Uint8Array(16).fill(80 * i);
			writeFileSync(
				`images/${split}/${name}/1.png`,
				encode({ width: 4, height: 4, channels: 1, depth: 8, data }),
			);
		}
	const begin = (model: string, more: Readonly<Record<string, number>>) =>
		run({
			task: "image-classification",
			params: { data: "images", batch: 3, model, ...more },
		});
	const directory = await interrupted(() => begin("VGG11", { epochs: 9 }));
	const before = tf.memory().numTensors;
	const result = await begin(
		relative(process.cwd(), join(directory, "checkpoint.safetensors")),
		{ epochs: 1, ...still },
	);
	assert.equal(tf.memory().numTensors, before);
	// Those that are trained come first, and have not changed; moving means have.
	const kept = weightsIn(result?.run.directory ?? "");
	const bytes = 4 * 578_883;
	const trainable = checkpointed(directory).subarray(0, bytes);
	assert.equal(trainable.length, bytes);
	assert.deepEqual(kept.subarray(0, bytes), trainable);
});

const refused: [what: string, model: () => string | Promise<string>, RegExp][] =
	[
		[
			"that is not there",
			() => "models/none",
			/^task points: model=models\/none is no saved model \(.*models\/none is missing\); give a folder with model\.json/,
		],
		[
			"whose folder has none",
			() => {
				mkdirSync("models/empty", { recursive: true });
				return "models/empty";
			},
			/model=models\/empty is no saved model \(.*model\.json is missing\)/,
		],
		[
			"that takes images",
			async () => saved("images", architecture("CNN_basic").create(2)),
			/^the model models\/images is for examples of \[32, 32, 3\], and this task has others/,
		],
		[
			"of another number of classes",
			async () => saved("five", architecture("FC_simple").create(5)),
			/^the model models\/five: the model's output is \[5\] per example, not \[2\]/,
		],
		[
			"that ends in no softmax of its own",
			async () =>
				saved(
					"open",
					tf.sequential({
						layers: [tf.layers.dense({ units: 2, inputShape: [2] })],
					}),
				),
			/^the model models\/open: its last two layers must be named "logits" and "probabilities"/,
		],
		[
			"that is a name written wrong",
			() => "MPL",
			/^task points: model=MPL is not available; did you mean "MLP"\?/,
		],
	];

async function saved(name: string, model: tf.LayersModel): Promise<string> {
	await model.save(`models/${name}`);
	model.dispose();
	return `models/${name}`;
}

for (const [what, make, message] of refused)
	test(`a model ${what} is refused, and no tensor is left`, async () => {
		openTestSession();
		const named = await make();
		const before = tf.memory().numTensors;
		await assert.rejects(trained(named), { name: "UsageError", message });
		assert.equal(tf.memory().numTensors, before);
	});
