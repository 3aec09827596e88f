import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../../base/errors.ts";
import * as tf from "../../backend/tf.ts";

type Layer = tf.layers.Layer;
type Config = Record<string, unknown>;

/** Layers with weights, and the shape of an example that each takes. */
const KINDS: Record<string, [(config: Config) => Layer, number[]]> = {
	dense: [(config) => tf.layers.dense({ units: 2, ...config }), [3, 2]],
	embedding: [
		(config) =>
			tf.layers.embedding({ inputDim: 5, outputDim: 2, ...config } as never),
		[3],
	],
	lstm: [(config) => tf.layers.lstm({ units: 2, ...config }), [3, 2]],
	"bidirectional gru": [
		(config) =>
			tf.layers.bidirectional({
				layer: tf.layers.gru({ units: 2 }) as tf.RNN,
				mergeMode: "concat",
				...config,
			}),
		[3, 2],
	],
	"timeDistributed dense": [
		(config) =>
			tf.layers.timeDistributed({
				layer: tf.layers.dense({ units: 2 }),
				...config,
			}),
		[3, 2],
	],
	"stacked cells": [
		(config) =>
			tf.layers.rnn({
				cell: [
					tf.layers.lstmCell({ units: 2 }),
					tf.layers.gruCell({ units: 2 }),
				],
				...config,
			} as never) as Layer,
		[3, 2],
	],
	convLstm2d: [
		(config) =>
			tf.layers.convLstm2d({ filters: 2, kernelSize: 2, ...config } as never),
		[2, 3, 3, 1],
	],
	batchNormalization: [
		(config) => tf.layers.batchNormalization(config),
		[3, 2],
	],
};

const valuesOf = (layer: Layer): number[] =>
	layer.getWeights().flatMap((weight) => [...weight.dataSync()]);

interface Example {
	readonly layer: Layer;
	readonly inner: tf.LayersModel;
	readonly outer: tf.LayersModel;
	readonly x: tf.Tensor;
	readonly y: tf.Tensor;
}

/** A layer in a model in a model. */
function exampleOf(kind: string, config: Config = {}): Example {
	const [make, shape] = KINDS[kind] as (typeof KINDS)[string];
	const layer = make(config);
	const input = tf.input({ shape });
	const inner = tf.model({
		inputs: input,
		outputs: tf.layers.flatten().apply(layer.apply(input)) as tf.SymbolicTensor,
	});
	const outer = tf.sequential({
		layers: [inner as Layer, tf.layers.dense({ units: 1 })],
	});
	const isIndex = kind === "embedding";
	const x = tf.randomUniform([4, ...shape], 0, 5, "float32", 3);
	return {
		layer,
		inner,
		outer,
		x: isIndex ? x.floor() : x,
		y: tf.randomUniform([4, 1], -1, 1, "float32", 4),
	};
}

const TRAININGS: Record<string, (example: Example) => unknown> = {
	minimize: (example) =>
		tf.train.sgd(0.1).minimize(() => errorOf(example)) as null,
	variableGrads(example) {
		const { grads } = tf.variableGrads(() => errorOf(example));
		tf.train.sgd(0.1).applyGradients(grads);
	},
	async fit({ outer, x, y }) {
		outer.compile({ optimizer: "adam", loss: "meanSquaredError" });
		await outer.fit(x, y, { epochs: 1, verbose: 0 });
	},
};

const errorOf = ({ outer, x, y }: Example): tf.Scalar =>
	tf.mean(
		tf.square(tf.sub(outer.apply(x, { training: true }) as tf.Tensor, y)),
	);

for (const kind of Object.keys(KINDS))
	test(`${kind}: nothing frozen moves, whichever way it is frozen and trained, and what is thawed does`, async () => {
		for (const train of Object.values(TRAININGS))
			for (const [freeze, config] of [
				[({ layer }: Example) => layer],
				[({ inner }: Example) => inner],
				[undefined, { trainable: false }],
			] as const) {
				const example = exampleOf(kind, config);
				const frozen = freeze?.(example);
				if (frozen) frozen.trainable = false;
				const before = valuesOf(example.layer);
				await train(example);
				assert.deepEqual(valuesOf(example.layer), before);
				(frozen ?? example.layer).trainable = true;
				await train(example);
				assert.notDeepEqual(valuesOf(example.layer), before);
			}
	});

for (const kind of ["lstm", "timeDistributed dense", "batchNormalization"])
	test(`${kind}: freezing and thawing hold from the next step on, without another compile`, async () => {
		const { layer, inner, outer, x, y } = exampleOf(kind);
		outer.compile({ optimizer: "adam", loss: "meanSquaredError" });
		await outer.fit(x, y, { epochs: 1, verbose: 0 });
		inner.trainable = false;
		const before = valuesOf(layer);
		await outer.fit(x, y, { epochs: 1, verbose: 0 });
		assert.deepEqual(valuesOf(layer), before);
		inner.trainable = true;
		await outer.fit(x, y, { epochs: 1, verbose: 0 });
		assert.notDeepEqual(valuesOf(layer), before);
	});

test("what a layer of the user's own is made of is frozen with it", () => {
	class Block extends tf.layers.Layer {
		static className = "BlockOfDense";
		readonly parts = [tf.layers.dense({ units: 2 })];
		override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
			return this.parts[0]?.apply(inputs) as tf.Tensor;
		}
		override computeOutputShape(shape: number[]): number[] {
			return [shape[0] as number, 2];
		}
	}
	const block = new Block({});
	const x = tf.ones([3, 2]);
	const cost = () => tf.mean(block.apply(x) as tf.Tensor) as tf.Scalar;
	cost();
	block.trainable = false;
	const before = valuesOf(block.parts[0] as Layer);
	assert.throws(() => tf.train.sgd(0.1).minimize(cost));
	assert.deepEqual(valuesOf(block.parts[0] as Layer), before);
	block.trainable = true;
	tf.train.sgd(0.1).minimize(cost);
	assert.notDeepEqual(valuesOf(block.parts[0] as Layer), before);
});

test("a row of layers leaves a frozen one frozen, and its moving averages are never trained", () => {
	const frozen = tf.layers.dense({ units: 2, trainable: false });
	const model = tf.sequential({
		layers: [
			tf.layers.batchNormalization({ inputShape: [2] }),
			frozen,
			tf.layers.dense({ units: 1 }),
		],
	});
	model.predict(tf.ones([1, 2]));
	assert.equal(frozen.trainable, false);
	assert.equal(model.trainableWeights.length, 4);
	model.trainable = false;
	assert.equal(model.trainableWeights.length, 0);
	model.trainable = true;
	assert.equal(model.trainableWeights.length, 6);
});

test("weights keep their places in a model that is frozen", () => {
	const model = tf.sequential({
		layers: [
			tf.layers.batchNormalization({ inputShape: [2] }),
			tf.layers.dense({ units: 2 }),
			tf.layers.batchNormalization(),
		],
	});
	const names = () => model.weights.map(({ name }) => name);
	const before = names();
	model.trainable = false;
	assert.deepEqual(names(), before);
	model.trainable = true;
	(model.layers[0] as Layer).trainable = false;
	assert.deepEqual(names(), before);
});

test("weights keep their places when a part of a layer is frozen", () => {
	const cells = [
		tf.layers.lstmCell({ units: 2 }),
		tf.layers.gruCell({ units: 2 }),
	];
	const stack = tf.layers.rnn({ cell: cells, returnSequences: true } as never);
	const both = tf.layers.bidirectional({
		layer: tf.layers.gru({ units: 2 }) as tf.RNN,
		mergeMode: "concat",
	});
	const model = tf.sequential({
		layers: [
			tf.layers.inputLayer({ inputShape: [3, 2] }),
			stack as Layer,
			both,
		],
	});
	const before = [...model.weights];
	const parts = both as unknown as Record<"forwardLayer", Layer>;
	for (const part of [cells[0] as Layer, parts.forwardLayer]) {
		part.trainable = false;
		assert.deepEqual(
			model.weights.map(({ id }) => id),
			before.map(({ id }) => id),
		);
	}
	assert.equal(model.trainableWeights.length, 3 + 3);
});

test("a frozen batchNormalization normalizes by its moving statistics in training, too", () => {
	const x = tf.randomUniform([6, 3], 2, 5, "float32", 1);
	for (const config of [{}, { center: false }, { axis: 1 }]) {
		const layer = tf.layers.batchNormalization(config);
		const thawed = layer.apply(x, { training: true }) as tf.Tensor;
		const inferred = layer.apply(x) as tf.Tensor;
		assert.notDeepEqual([...thawed.dataSync()], [...inferred.dataSync()]);
		const before = valuesOf(layer);
		layer.trainable = false;
		const frozen = layer.apply(x, { training: true }) as tf.Tensor;
		assert.deepEqual([...frozen.dataSync()], [...inferred.dataSync()]);
		assert.deepEqual(valuesOf(layer), before);
	}
	const each = tf.layers.timeDistributed({
		layer: tf.layers.batchNormalization(),
		trainable: false,
	} as never);
	const steps = tf.reshape(x, [2, 3, 3]);
	const inferred = each.apply(steps) as tf.Tensor;
	const trained = each.apply(steps, { training: true }) as tf.Tensor;
	assert.deepEqual([...trained.dataSync()], [...inferred.dataSync()]);
});

test("a discriminator with batchNormalization stays as it is while the generator learns, and learns alone", async () => {
	const judge = tf.sequential({
		layers: [
			tf.layers.dense({ units: 3, inputShape: [2] }),
			tf.layers.batchNormalization(),
			tf.layers.dense({ units: 1, activation: "sigmoid" }),
		],
	});
	judge.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
	const maker = tf.sequential({
		layers: [tf.layers.dense({ units: 2, inputShape: [3] })],
	});
	judge.trainable = false;
	const both = tf.sequential({ layers: [maker as Layer, judge as Layer] });
	both.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
	const [noise, real] = [tf.ones([4, 3]), tf.randomNormal([4, 2])];
	for (let round = 0; round < 2; round++) {
		judge.trainable = true;
		const [was, made] = [valuesOf(judge as Layer), valuesOf(maker as Layer)];
		await judge.trainOnBatch(real, tf.ones([4, 1]));
		const learnt = valuesOf(judge as Layer);
		assert.notDeepEqual(learnt, was);
		assert.deepEqual(valuesOf(maker as Layer), made);
		judge.trainable = false;
		await both.trainOnBatch(noise, tf.ones([4, 1]));
		assert.deepEqual(valuesOf(judge as Layer), learnt);
		assert.notDeepEqual(valuesOf(maker as Layer), made);
	}
});

test("what is frozen is saved so", async () => {
	const folder = await mkdtemp(join(tmpdir(), "frozen-"));
	try {
		for (const kind of Object.keys(KINDS)) {
			const { layer, inner, outer, x, y } = exampleOf(kind);
			inner.trainable = false;
			await outer.save(`file://${folder}`);
			const loaded = await tf.loadLayersModel(`file://${folder}`);
			assert.equal(loaded.trainableWeights.length, 2, kind);
			loaded.compile({ optimizer: "sgd", loss: "meanSquaredError" });
			await loaded.fit(x, y, { epochs: 1, verbose: 0 });
			assert.deepEqual(
				valuesOf(loaded.layers[0] as Layer),
				valuesOf(layer),
				kind,
			);
		}
	} finally {
		await rm(folder, { recursive: true });
	}
});

test("a model of which all is frozen says what to thaw", async () => {
	const { outer, x, y } = exampleOf("dense");
	outer.trainable = false;
	outer.compile({ optimizer: "sgd", loss: "meanSquaredError" });
	for (const train of [
		() => outer.trainOnBatch(x, y),
		() => outer.fit(x, y, { epochs: 1 }),
	])
		await assert.rejects(
			train,
			(error) =>
				error instanceof UsageError &&
				/all weights of the model are frozen.*trainable = true/.test(
					error.message,
				),
		);
});
