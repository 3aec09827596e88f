import assert from "node:assert/strict";
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as tf from "./tf.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva models "));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

function compiled(): tf.Sequential {
	const model = tf.sequential({
		layers: [
			tf.layers.dense({ units: 3, inputShape: [2], activation: "tanh" }),
			tf.layers.batchNormalization(),
			tf.layers.dense({ units: 2, activation: "softmax" }),
		],
	});
	model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
	return model;
}

const model = compiled();
const x = tf.tensor2d([0.1, 0.2, -3, 4], [2, 2]);
const bits = (one: tf.LayersModel) => [
	...(one.predict(x) as tf.Tensor).dataSync(),
];

const places: [string, string, string][] = [
	["a path", at("plain"), at("plain")],
	[
		"a relative path",
		relative(process.cwd(), at("relative")),
		relative(process.cwd(), at("relative")),
	],
	[
		"a file:// URL",
		pathToFileURL(at("url with spaces")).href,
		pathToFileURL(at("url with spaces")).href,
	],
	[
		"file:// and a path, as tfjs-node takes it",
		`file://${at("spaces too")}`,
		`file://${at("spaces too")}/model.json`,
	],
	["the path of model.json", at("json/model.json"), at("json/model.json")],
];
for (const [name, to, from] of places)
	test(`a model is saved to and loaded from ${name}, and predicts the same bits`, async () => {
		const { modelArtifactsInfo } = await model.save(to);
		assert.equal(modelArtifactsInfo.weightDataBytes, model.countParams() * 4);
		const loaded = await tf.loadLayersModel(from);
		assert.deepEqual(bits(loaded), bits(model));
		loaded.dispose();
	});

test("a model saved with its optimizer goes on training as if it had not been saved", async () => {
	const fit = (one: tf.LayersModel) =>
		one.fit(x, tf.tensor2d([0, 1, 1, 0], [2, 2]), {
			shuffle: false,
			verbose: 0,
		});
	const first = compiled();
	await fit(first);
	await first.save(at("optimizer"), { includeOptimizer: true });
	const second = await tf.loadLayersModel(at("optimizer"));
	assert.deepEqual(second.optimizer.getConfig(), first.optimizer.getConfig());
	const specs = JSON.parse(readFileSync(at("optimizer/model.json"), "utf8"));
	assert.ok(
		specs.weightsManifest[0].weights.some(
			({ group }: { group?: string }) => group === "optimizer",
		),
	);
	await fit(second);
});

function written(name: string, content: string): string {
	mkdirSync(dirname(at(name)), { recursive: true });
	writeFileSync(at(name), content);
	return at(name);
}

/** A copy of a saved model with its model.json changed. */
function changed(name: string, change: (json: never) => unknown): string {
	cpSync(at("plain"), at(name), { recursive: true });
	const file = at(`${name}/model.json`);
	writeFileSync(
		file,
		JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")) as never)),
	);
	return at(name);
}

test("weights in several shards and groups are put together", async () => {
	await model.save(at("plain"));
	const weights = readFileSync(at("plain/weights.bin"));
	const path = changed(
		"sharded",
		(json: { weightsManifest: { paths: string[]; weights: unknown[] }[] }) => ({
			...json,
			weightsManifest: [
				{
					paths: ["a.bin", "b.bin"],
					weights: json.weightsManifest[0]?.weights.slice(0, 2),
				},
				{
					paths: ["c.bin"],
					weights: json.weightsManifest[0]?.weights.slice(2),
				},
			],
		}),
	);
	// The first two weights have 6 and 3 numbers; a shard may end within one.
	for (const [name, from, to] of [
		["a.bin", 0, 10],
		["b.bin", 10, 36],
		["c.bin", 36, undefined],
	] as const)
		writeFileSync(join(path, name), weights.subarray(from, to));
	assert.deepEqual(bits(await tf.loadLayersModel(path)), bits(model));
});

class Doubled extends tf.layers.Layer {
	static className = "DoubledHere";
	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
		return ([inputs].flat()[0] as tf.Tensor).mul(2);
	}
}

test("a model with a layer class that is not registered says so, and loads once it is", async () => {
	const own = tf.sequential({
		layers: [tf.layers.inputLayer({ inputShape: [2] }), new Doubled({})],
	});
	await own.save(at("own"));
	await assert.rejects(tf.loadLayersModel(at("own")), {
		name: "UsageError",
		message:
			/layers of the class DoubledHere.*tf\.serialization\.registerClass\(DoubledHere\)/,
	});
	tf.serialization.registerClass(Doubled);
	assert.deepEqual(bits(await tf.loadLayersModel(at("own"))), bits(own));
});

const wrong: [string, () => string, RegExp][] = [
	[
		"that is not there",
		() => at("nowhere"),
		/there is no model at .*nowhere: give a folder with model\.json/,
	],
	["in a folder without one", () => folder, /has no model\.json/],
	[
		"of Keras",
		() => at("model.h5"),
		/model\.h5 is a Keras file; convert it with: tensorflowjs_converter --input_format=keras .*model\.h5 FOLDER, then load FOLDER\/model\.json/,
	],
	["of Keras 3", () => at("model.keras"), /is a Keras 3 file/],
	[
		"that is a SavedModel",
		() => dirname(written("saved/saved_model.pb", "")),
		/is a TensorFlow SavedModel.*tf_saved_model/,
	],
	[
		"that is no JSON",
		() => written("text.json", "{"),
		/text\.json is no model of TensorFlow\.js: .*JSON/,
	],
	[
		"that is other JSON",
		() => written("list.json", "[]"),
		/has no modelTopology and weightsManifest/,
	],
	[
		"that is a graph",
		() =>
			changed("graph", (json: object) => ({ ...json, format: "graph-model" })),
		/is a graph model.*@tensorflow\/tfjs-converter/,
	],
	[
		"without its weights",
		() =>
			changed("bare", (json: { weightsManifest: object[] }) => ({
				...json,
				weightsManifest: [{ ...json.weightsManifest[0], paths: ["gone.bin"] }],
			})),
		/lacks gone\.bin/,
	],
	[
		"whose weights are cut off",
		() => {
			const path = changed("cut", (json) => json);
			writeFileSync(join(path, "weights.bin"), Buffer.alloc(7));
			return path;
		},
		/are damaged: 7 bytes, and its model\.json lists \d+/,
	],
];
for (const [name, path, message] of wrong)
	test(`a model ${name} is refused with what to do`, async () => {
		await model.save(at("plain"));
		await assert.rejects(tf.loadLayersModel(path()), {
			name: "UsageError",
			message,
		});
	});

test("a model is not saved under the name of a file of Keras, and handlers of tf.io work as before", async () => {
	await assert.rejects(model.save(at("model.h5")), /saved as a folder/);
	let kept: tf.io.ModelArtifacts | undefined;
	await model.save(
		tf.io.withSaveHandler(async (artifacts) => {
			kept = artifacts;
			return {
				modelArtifactsInfo: {
					dateSaved: new Date(0),
					modelTopologyType: "JSON",
				},
			};
		}),
	);
	assert.ok(kept);
	assert.deepEqual(
		bits(await tf.loadLayersModel(tf.io.fromMemory(kept))),
		bits(model),
	);
});
