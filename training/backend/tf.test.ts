import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import * as tf from "./tf.ts";

const require = createRequire(import.meta.url);

test("the tensors of a fresh import live on the wasm backend", () => {
	assert.equal(tf.getBackend(), "wasm");
	assert.deepEqual([...tf.tensor2d([[1, 2]]).dataSync()], [1, 2]);
});

test("the facade has what `@tensorflow/tfjs` puts under tf", async () => {
	const functions = [
		tf.sequential,
		tf.model,
		tf.input,
		tf.loadLayersModel,
		tf.tensor2d,
		tf.tidy,
		tf.data.array,
		tf.train.adam,
		tf.losses.softmaxCrossEntropy,
		tf.metrics.categoricalAccuracy,
		tf.callbacks.earlyStopping,
		tf.io.withSaveHandler,
		tf.initializers.glorotUniform,
		tf.regularizers.l2,
		tf.constraints.maxNorm,
		tf.layers.dense,
		tf.image.resizeBilinear,
		tf.linalg.qr,
		tf.memory,
		tf.ready,
		tf.setBackend,
	];
	for (const value of functions) assert.equal(typeof value, "function");
	assert.equal(tf.version.tfjs, "4.22.0");
	assert.deepEqual(
		await tf.data
			.array([1, 2])
			.map((x) => x * 2)
			.toArray(),
		[2, 4],
	);
});

test("every chained method of a tensor that tfjs documents exists", () => {
	const core = dirname(require.resolve("@tensorflow/tfjs-core"));
	const files = readdirSync(join(core, "public/chained_ops")).filter(
		(file) => file.endsWith(".d.ts") && !/register_all|test/.test(file),
	);
	const methods = new Set(
		Object.getOwnPropertyNames(tf.Tensor.prototype).map((name) =>
			name.toLowerCase(),
		),
	);
	assert.ok(files.length > 100);
	for (const file of files) {
		const name = file.replace(/\.d\.ts$/, "").replaceAll("_", "");
		assert.ok(methods.has(name.toLowerCase()), file);
	}
});

test("chained methods compute what the functions compute", () => {
	tf.tidy(() => {
		const t = tf.tensor2d([
			[1, 2],
			[3, 4],
		]);
		const table: [string, tf.Tensor, number[]][] = [
			["add", t.add(1), [2, 3, 4, 5]],
			["mul", t.mul(t), [1, 4, 9, 16]],
			["matMul", t.matMul(t, false, true), [5, 11, 11, 25]],
			["mean", t.mean(0), [2, 3]],
			["concat", t.concat(t, 1), [1, 2, 1, 2, 3, 4, 3, 4]],
			["stack", t.stack(t), [1, 2, 3, 4, 1, 2, 3, 4]],
			["as1D", t.as1D(), [1, 2, 3, 4]],
			["as3D", t.as3D(1, 2, 2), [1, 2, 3, 4]],
			["toInt", t.add(0.5).toInt(), [1, 2, 3, 4]],
			["where", t.where(t.greater(2), tf.zerosLike(t)), [0, 0, 3, 4]],
			["slice", t.slice([0, 1], [2, 1]), [2, 4]],
			["softmax", tf.tensor1d([0, 0]).softmax(), [0.5, 0.5]],
		];
		for (const [name, tensor, expected] of table)
			assert.deepEqual([...tensor.dataSync()], expected, name);
	});
});

test("a disposed tensor says so when a method is chained on it", () => {
	const t = tf.scalar(1);
	t.dispose();
	assert.throws(() => t.add(1), /disposed/);
});
