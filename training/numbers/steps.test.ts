import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";
import { openDraw } from "./draw.ts";

/** A network with its examples: every kind of step that has a state or a cache of its own. */
interface Network {
	readonly name: string;
	readonly input: readonly number[];
	layers(): tf.layers.Layer[];
}

const l = tf.layers;

const networks: readonly Network[] = [
	{
		name: "dense layers",
		input: [7],
		layers: () => [
			l.dense({ units: 9, activation: "tanh", inputShape: [7] }),
			l.dense({ units: 9, activation: "elu", kernelRegularizer: "l1l2" }),
		],
	},
	{
		name: "convolutions with normalised batches",
		input: [9, 8, 3],
		layers: () => [
			l.conv2d({
				filters: 5,
				kernelSize: 3,
				strides: 2,
				padding: "same",
				inputShape: [9, 8, 3],
			}),
			l.batchNormalization(),
			l.reLU(),
			l.maxPooling2d({ poolSize: 2, strides: 1 }),
			l.averagePooling2d({ poolSize: 2, strides: 1, padding: "same" }),
			l.flatten(),
		],
	},
	{
		name: "depthwise and transposed convolutions",
		input: [6, 5, 2],
		layers: () => [
			l.separableConv2d({
				filters: 4,
				kernelSize: 3,
				padding: "same",
				inputShape: [6, 5, 2],
			}),
			l.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }),
			l.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 }),
			l.globalAveragePooling2d({}),
		],
	},
	{
		name: "a recurrent layer",
		input: [6, 4],
		layers: () => [
			l.lstm({ units: 5, returnSequences: true, inputShape: [6, 4] }),
			l.gru({ units: 5 }),
			l.layerNormalization(),
		],
	},
];

const EXAMPLES = 10;
const STEPS = 6;

function examples({ name, input }: Network) {
	const draw = openDraw(`steps ${name}`);
	const x = draw.values([EXAMPLES, ...input]);
	return {
		x: tf.tensor(Float32Array.from(x.values), [...x.shape]),
		y: tf.oneHot(
			tf.tensor1d(
				Array.from({ length: EXAMPLES }, () => draw.int(0, 2)),
				"int32",
			),
			3,
		),
	};
}

function build(network: Network): tf.Sequential {
	const model = tf.sequential({
		layers: [...network.layers(), l.dense({ units: 3, activation: "softmax" })],
	});
	const draw = openDraw(`weights ${network.name}`);
	model.setWeights(
		model
			.getWeights()
			.map((weight) =>
				tf.tensor(
					Float32Array.from(
						draw.values(weight.shape, { from: 0.1, to: 0.6 }).values,
					),
					weight.shape,
				),
			),
	);
	model.compile({
		optimizer: tf.train.adam(0.01),
		loss: "categoricalCrossentropy",
	});
	return model;
}

const bitsOf = (tensors: readonly tf.Tensor[]) =>
	tensors.map((tensor) =>
		Buffer.from(tensor.dataSync().slice().buffer).toString("hex"),
	);

async function train(network: Network): Promise<string[]> {
	const { x, y } = examples(network);
	const model = build(network);
	for (let step = 0; step < STEPS; step++) await model.trainOnBatch(x, y);
	const bits = bitsOf([...model.getWeights(), model.predict(x) as tf.Tensor]);
	model.dispose();
	tf.dispose([x, y]);
	return bits;
}

/** Leaves NaN in memory that is free. */
const soil = () =>
	tf.dispose(
		Array.from({ length: 40 }, (_, at) =>
			tf.fill([1 << (at % 14)], Number.NaN),
		),
	);

for (const network of networks)
	test(`${network.name}: a training has the same bits again, whatever memory held and other steps did`, async () => {
		const first = await train(network);
		for (const other of networks) await train(other);
		soil();
		assert.deepEqual(await train(network), first);
		assert.ok(!first.some((bits) => bits.includes("0000c07f")), "NaN");
	});

for (const network of networks)
	test(`${network.name}: a step on the same weights and examples is the same step, the twentieth time too`, async () => {
		const { x, y } = examples(network);
		const model = build(network);
		const start = model.getWeights().map((weight) => weight.clone());
		const step = () => {
			model.setWeights(start);
			const { value, grads } = tf.variableGrads(
				() =>
					tf.losses.softmaxCrossEntropy(
						y,
						model.apply(x, { training: true }) as tf.Tensor,
					) as tf.Scalar,
				model.trainableWeights.map((weight) => weight.read() as tf.Variable),
			);
			const bits = bitsOf([value, ...Object.values(grads)]);
			tf.dispose([value, grads]);
			return bits;
		};
		const first = step();
		for (let k = 0; k < 20; k++) {
			soil();
			assert.deepEqual(step(), first);
		}
		model.dispose();
		tf.dispose([x, y, start]);
	});
