import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
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

/** A run of the task points that is interrupted in its third epoch: its folder. */
async function interrupted(): Promise<string> {
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
	await assert.rejects(trained("MLP", { epochs: 9 }), KeyboardInterrupt);
	session().observers.delete(observer);
	session().source = undefined;
	return session().recorded[before] as string;
}

test("a run that was interrupted is gone on with by its checkpoint", async () => {
	openTestSession();
	const directory = await interrupted();
	const folder = relative(process.cwd(), directory);
	const { record, weights } = await trained(
		`${folder}/checkpoint.safetensors`,
		still,
	);
	assert.deepEqual(
		record.data.map(({ path }) => path),
		[folder],
	);
	const kept = Object.entries(readCheckpoint(directory).tensors)
		.filter(([name]) => name.startsWith("model/"))
		.map(([, { values }]) =>
			Buffer.from((values as Float32Array).slice().buffer),
		);
	assert.deepEqual(weights, Buffer.concat(kept));
	await assert.rejects(trained(`${folder}/other.safetensors`), {
		name: "UsageError",
		message: /other\.safetensors is missing/,
	});
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
