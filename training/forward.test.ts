import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "./backend/tf.ts";
import { forwardTo } from "./forward.ts";
import { type Examples, evaluate, features, train } from "./loop.ts";

const { signal } = new AbortController();
const bits = (tensor: tf.Tensor | tf.Tensor[]) => [
	...(tensor as tf.Tensor).dataSync(),
];

const examples: Examples = {
	inputs: Float32Array.from({ length: 20 }, (_, i) => Math.sin(i)),
	shape: [2],
	labels: Uint16Array.from([0, 1, 2, 1, 0, 2, 2, 0, 1, 1]),
};

/** `logits(x + inner(x))`, with a dropout on one of the branches. */
function branched(rate = 0): tf.LayersModel {
	const input = tf.input({ shape: [2] });
	const inner = tf.layers.dense({ name: "inner", units: 2 }).apply(input);
	const branch = tf.layers.dropout({ rate }).apply(inner) as tf.SymbolicTensor;
	const sum = tf.layers
		.add({ name: "sum" })
		.apply([input, branch]) as tf.SymbolicTensor;
	const logits = tf.layers.dense({ name: "logits", units: 3 }).apply(sum);
	const outputs = tf.layers
		.softmax({ name: "probabilities" })
		.apply(logits) as tf.SymbolicTensor;
	const model = tf.model({ inputs: input, outputs });
	model.setWeights([
		tf.tensor2d([1, 2, 3, 4], [2, 2]),
		tf.tensor1d([10, 20]),
		tf.tensor2d([1, 0, 0, 0, 1, 0], [2, 3]),
		tf.tensor1d([0, 0, 0.5]),
	]);
	return model;
}

/** The same layers, with or without a graph of symbolic tensors. */
function chain(graph: boolean): tf.LayersModel {
	const layers = [
		tf.layers.dense({ name: "dense", units: 4, inputShape: [2] }),
		tf.layers.dense({ name: "logits", units: 3 }),
		tf.layers.softmax({ name: "probabilities" }),
	];
	let model: tf.LayersModel = tf.sequential({ layers });
	if (graph) {
		const input = tf.input({ shape: [2] });
		const outputs = layers.reduce<tf.SymbolicTensor>(
			(output, layer) => layer.apply(output) as tf.SymbolicTensor,
			input,
		);
		model = tf.model({ inputs: input, outputs });
	}
	model.setWeights([
		tf.tensor2d([0.1, -0.2, 0.3, 0.4, 0.5, -0.6, 0.7, 0.8], [2, 4]),
		tf.tensor1d([0, 0.1, 0, 0.1]),
		tf.tensor2d(
			Array.from({ length: 12 }, (_, i) => Math.cos(i)),
			[4, 3],
		),
		tf.tensor1d([0, 0, 0]),
	]);
	return model;
}

const trained = async (model: tf.LayersModel, optimizer: "adam" | "sgd") => {
	const losses: number[] = [];
	let draw = 0;
	await train({
		...{ model, examples, optimizer, lr: 0.05, epochs: 3, batch: 4, signal },
		order: () => (draw++ * 0.37) % 1,
		onEpoch: (_, { loss }) => void losses.push(loss),
	});
	return losses;
};

test("a layer behind branches gives what arithmetic gives", async () => {
	const model = branched();
	// inner([1, 2]) is [1 + 6 + 10, 2 + 8 + 20].
	const x = tf.tensor2d([[1, 2]]);
	assert.deepEqual(bits(forwardTo(model, "sum")(x, false)), [18, 32]);
	assert.deepEqual(bits(forwardTo(model, "logits")(x, true)), [18, 32, 0.5]);
	const { values, dimensions } = await features(
		model,
		"sum",
		{ inputs: Float32Array.of(1, 2), shape: [2], labels: Uint16Array.of(0) },
		signal,
	);
	assert.deepEqual([[...values], dimensions], [[18, 32], 2]);
	model.dispose();
});

test("a model with branches is trained to a lower loss, predicts what was evaluated, and leaks no tensor", async () => {
	const before = tf.memory().numTensors;
	const model = branched();
	const losses = await trained(model, "adam");
	assert.ok((losses[2] as number) < (losses[0] as number), `${losses}`);
	const { probabilities } = await evaluate(model, examples, signal);
	const x = tf.tensor2d(examples.inputs, [10, 2]);
	const predicted = model.predict(x) as tf.Tensor;
	assert.deepEqual([...probabilities], bits(predicted));
	tf.dispose([x, predicted]);
	model.dispose();
	// Those that set the weights.
	assert.equal(tf.memory().numTensors - before, 4);
});

test("layers on a branch know whether they train", () => {
	const model = branched(0.9);
	const x = tf.ones([50, 2]);
	const sum = forwardTo(model, "sum");
	const [first, ...rest] = bits(sum(x, false));
	assert.ok(rest.filter((_, i) => i % 2 === 1).every((v) => v === first));
	assert.notDeepEqual(bits(sum(x, true)), bits(sum(x, false)));
	model.dispose();
});

test("a chain trains to the same bits, whichever way it was written", async () => {
	for (const optimizer of ["adam", "sgd"] as const) {
		const models = [chain(false), chain(true)];
		const [one, other] = await Promise.all(
			models.map((model) => trained(model, optimizer)),
		);
		assert.deepEqual(one, other);
		const [weights, others] = models.map((model) =>
			model.getWeights().map(bits),
		);
		assert.deepEqual(weights, others);
	}
});

test("a layer that is part of another model, too, gives what this model makes of it", () => {
	const model = branched();
	const other = tf.input({ shape: [2] });
	const shared = model.getLayer("logits").apply(other);
	tf.model({ inputs: other, outputs: shared as tf.SymbolicTensor });
	const x = tf.tensor2d([[1, 2]]);
	assert.deepEqual(bits(forwardTo(model, "logits")(x, false)), [18, 32, 0.5]);
	model.dispose();
});

test("a name that no layer has is told", () => {
	const model = chain(false);
	assert.throws(() => forwardTo(model, "logit"), /has no layer "logit"/);
	model.dispose();
});
