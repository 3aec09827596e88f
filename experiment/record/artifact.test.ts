import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../base/canonical.ts";
import { useBackend } from "../../training/backend/backend.ts";
import * as tf from "../../training/backend/tf.ts";
import { serializeArtifact } from "./artifact.ts";

const content = (files: Readonly<Record<string, string | Uint8Array>>) =>
	Object.fromEntries(
		Object.entries(files).map(([path, value]) => [
			path,
			typeof value === "string" ? value : "bytes",
		]),
	);

const values: [string, unknown, Record<string, string>][] = [
	["text", "hello", { "a.txt": "hello" }],
	[
		"an object",
		{ b: 1, a: [Number.NaN] },
		{ "a.json": '{"a":["@NaN"],"b":1}\n' },
	],
	["nothing", undefined, { "a.json": "null\n" }],
	["a list", [1, 2], { "a.json": "[1,2]\n" }],
	["a typed array", Float64Array.of(1), { "a.npy": "bytes" }],
	["a buffer", Buffer.from("x"), { "a.npy": "bytes" }],
	["a tensor", tf.tensor2d([[1, 2]]), { "a.npy": "bytes" }],
	[
		"a tensor of text",
		tf.tensor1d(["x", "y"]),
		{ "a.json": '{"dtype":"string","shape":[2],"values":["x","y"]}\n' },
	],
];

for (const [name, value, files] of values)
	test(`${name} is kept as ${Object.keys(files)}`, async () => {
		assert.deepEqual(
			content((await serializeArtifact("a", value)).files),
			files,
		);
	});

test("a tensor's shape is kept, of complex numbers as pairs", async () => {
	const header = async (tensor: tf.Tensor) => {
		const { files } = await serializeArtifact("t", tensor);
		return Buffer.from(files["t.npy"] as Uint8Array).toString("latin1", 10, 90);
	};
	assert.match(
		await header(tf.zeros([2, 3, 4])),
		/'<f4'.*'shape': \(2, 3, 4\)/,
	);
	assert.match(await header(tf.scalar(3, "int32")), /'<i4'.*'shape': \(\)/);
	await useBackend("cpu");
	const complex = await header(tf.complex([1, 2], [3, 4]));
	await useBackend("wasm");
	assert.match(complex, /'<f4'.*'shape': \(2, 2\)/);
});

for (const [name, value, message] of [
	["a function", () => 1, /^artifact "a": a function cannot be recorded/],
	[
		"a promise",
		Promise.resolve(1),
		/^artifact "a": a promise \(await it first\)/,
	],
] as const)
	test(`${name} cannot be kept, and the error names the artifact`, async () => {
		await assert.rejects(serializeArtifact("a", value), {
			name: "TypeError",
			message,
		});
	});

function network(): tf.LayersModel {
	return tf.sequential({
		layers: [
			tf.layers.dense({ units: 3, inputShape: [2], activation: "tanh" }),
			tf.layers.dense({ units: 2 }),
		],
	});
}

test("a model's files are loaded again by tf.loadLayersModel", async () => {
	const model = network();
	const { files } = await serializeArtifact("model", model);
	assert.deepEqual(Object.keys(files), [
		"model/model.json",
		"model/weights.bin",
	]);
	const json = JSON.parse(files["model/model.json"] as string);
	assert.deepEqual(json.weightsManifest[0].paths, ["weights.bin"]);
	const loaded = await tf.loadLayersModel(
		tf.io.fromMemory({
			modelTopology: json.modelTopology,
			weightSpecs: json.weightsManifest[0].weights,
			weightData: Uint8Array.from(files["model/weights.bin"] as Uint8Array)
				.buffer,
		}),
	);
	const x = tf.tensor2d([[0.3, -2]]);
	assert.deepEqual(
		[...(loaded.predict(x) as tf.Tensor).dataSync()],
		[...(model.predict(x) as tf.Tensor).dataSync()],
	);
});

test("a model's digest tells weights apart, and not the names of layers", async () => {
	const [model, other] = [network(), network()];
	const digest = async (one: tf.LayersModel) =>
		(await serializeArtifact("m", one)).digest;
	assert.notEqual(await digest(model), await digest(other));
	other.setWeights(model.getWeights());
	assert.notEqual(model.layers[0]?.name, other.layers[0]?.name);
	assert.equal(await digest(model), await digest(other));
});

test("a file's digest is that of what it says", async () => {
	assert.equal((await serializeArtifact("a", [1])).digest, sha256("[1]"));
});
