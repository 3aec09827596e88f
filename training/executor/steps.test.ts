import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { installRandom } from "../../experiment/random/install.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { openStream, StreamSet } from "../../experiment/random/stream.ts";
import { useBackend } from "../backend/backend.ts";
import * as tf from "../backend/tf.ts";
import { type Examples, evaluate, train } from "../loop.ts";
import { architecture } from "../models/index.ts";
import { type OptimizerName, optimizerNames } from "../optimizer-names.ts";
import { Steps, stepsOf } from "./steps.ts";

installRandom();
before(() => useBackend("wasm"));

const { signal } = new AbortController();

/** A chain of layers before `logits` and `probabilities`. */
const model = (
	inputShape: number[],
	...layers: readonly ((own: object) => tf.layers.Layer)[]
): tf.LayersModel =>
	tf.sequential({
		layers: [
			...layers.map((layer, at) => layer(at === 0 ? { inputShape } : {})),
			tf.layers.dense({ name: "logits", units: 3 }),
			tf.layers.softmax({ name: "probabilities" }),
		],
	});

const { layers } = tf;
const IMAGE = [8, 8, 3];

interface Kind {
	readonly create: () => tf.LayersModel;
	readonly shape: readonly number[];
	/** Why it is computed eagerly. */
	readonly problem?: RegExp;
}

const conv = (own: object) =>
	layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", ...own });
const flat = () => layers.flatten();

class Scaled extends layers.Layer {
	static className = "StepsTestScaled";
	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
		return tf.mul([inputs].flat()[0] as tf.Tensor, 2);
	}
}
tf.serialization.registerClass(Scaled);

const KINDS: Readonly<Record<string, Kind>> = {
	MLP: { create: () => architecture("MLP").create(3), shape: [2] },
	CNN_basic: {
		create: () => architecture("CNN_basic").create(3),
		shape: [32, 32, 3],
	},
	"tanh, sigmoid, elu and softplus": {
		create: () =>
			model(
				[5],
				(own) => layers.dense({ units: 6, activation: "tanh", ...own }),
				() => layers.dense({ units: 6, activation: "sigmoid" }),
				() => layers.dense({ units: 6, activation: "elu" }),
				() => layers.dense({ units: 6, activation: "softplus" }),
			),
		shape: [5],
	},
	pooling: {
		create: () =>
			model(
				IMAGE,
				conv,
				() => layers.maxPooling2d({ poolSize: 2 }),
				() => layers.averagePooling2d({ poolSize: 2 }),
				flat,
			),
		shape: IMAGE,
	},
	"batch normalisation": {
		create: () =>
			model(
				IMAGE,
				conv,
				() => layers.batchNormalization(),
				() => layers.activation({ activation: "relu" }),
				() => layers.globalAveragePooling2d({}),
			),
		shape: IMAGE,
	},
	ResNet20: {
		create: () => architecture("ResNet20").create(3),
		shape: [32, 32, 3],
	},
	"a layer that is frozen": {
		create: () => {
			const made = model([4], (own) => layers.dense({ units: 5, ...own }));
			(made.layers[0] as tf.layers.Layer).trainable = false;
			return made;
		},
		shape: [4],
	},
	"a weight that is kept in bounds": {
		create: () =>
			model([4], (own) =>
				layers.dense({
					units: 5,
					kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.5 }),
					...own,
				}),
			),
		shape: [4],
	},
	dropout: {
		create: () =>
			model(
				[4],
				(own) => layers.dense({ units: 9, ...own }),
				() => layers.dropout({ rate: 0.5 }),
			),
		shape: [4],
		problem: /./,
	},
	"a layer of the user's own": {
		create: () =>
			model(
				[4],
				(own) => layers.dense({ units: 5, ...own }),
				() => new Scaled({}),
			),
		shape: [4],
		problem: /StepsTestScaled/,
	},
};

/** All that a training of three epochs gives; the last batch of each is shorter. */
async function trained(
	kind: Kind,
	optimizer: OptimizerName,
	isEager: boolean,
): Promise<{ readonly results: unknown; readonly problem?: string }> {
	return withStreams(new StreamSet("steps"), async () => {
		const own = kind.create();
		const size = kind.shape.reduce((product, length) => product * length, 1);
		const { next } = openStream("executor", "examples");
		const examples: Examples = {
			inputs: Float32Array.from({ length: 22 * size }, () => next() - 0.5),
			shape: kind.shape,
			labels: Uint16Array.from({ length: 22 }, (_, at) => at % 3),
		};
		const steps = stepsOf(own);
		if (isEager) steps.refuse("this is what it is compared with");
		const results: unknown[] = [];
		const { next: order } = openStream("executor", "order");
		await train({
			model: own,
			examples,
			optimizer,
			lr: 0.05,
			epochs: 3,
			batch: 8,
			signal,
			order,
			onBatch: ({ loss }) => results.push(loss),
			onEpoch: async (epoch, score) => {
				results.push(score, await evaluate(own, examples, signal, 8));
				// As a callback might do in the midst of a training.
				if (epoch === 2)
					own.setWeights(own.getWeights().map((weight) => weight.mul(0.5)));
			},
		});
		results.push(own.weights.map((weight) => [...weight.read().dataSync()]));
		return {
			results,
			...(steps.problem === undefined ? {} : { problem: steps.problem }),
		};
	});
}

suite("a training gives the same bits as one that is computed eagerly:", () => {
	for (const [name, kind] of Object.entries(KINDS))
		for (const optimizer of name === "MLP"
			? optimizerNames
			: (["momentum"] as const))
			test(`${name}, ${optimizer}`, async () => {
				const eager = await trained(kind, optimizer, true);
				const own = await trained(kind, optimizer, false);
				assert.deepEqual(own.results, eager.results);
				if (kind.problem) assert.match(own.problem ?? "", kind.problem);
				else assert.equal(own.problem, undefined);
			});
});

test("once it is believed, a step calls nothing of TensorFlow.js, and makes no tensor", () => {
	const variable = tf.variable(tf.tensor1d([1, 2, 3]));
	const steps = new Steps([variable]);
	let eager = 0;
	const values: number[][] = [];
	const before = tf.memory().numTensors;
	for (let k = 0; k < 5; k++)
		steps.run(
			"sum",
			[{ values: Float32Array.of(k, k, k), shape: [3] }],
			([x]) => {
				eager++;
				return { y: tf.add(variable, x as tf.Tensor) };
			},
			({ y }) => values.push([...(y?.values ?? [])]),
		);
	assert.deepEqual(
		values,
		[0, 1, 2, 3, 4].map((k) => [1 + k, 2 + k, 3 + k]),
	);
	assert.equal(eager, 2);
	assert.equal(tf.memory().numTensors, before);
	variable.dispose();
});

test("a variable that is assigned to between steps is read anew, and one that a step assigns to goes on", () => {
	const variable = tf.variable(tf.scalar(1));
	const steps = new Steps([variable]);
	const results: number[] = [];
	const step = () =>
		steps.run(
			"double",
			[],
			() => {
				variable.assign(variable.mul(2));
				return { y: variable.add(0) };
			},
			({ y }) => results.push(y?.values[0] as number),
		);
	for (let k = 0; k < 4; k++) step();
	assert.deepEqual(results, [2, 4, 8, 16]);
	assert.equal(steps.problem, undefined);
	steps.bringBack();
	assert.equal(variable.dataSync()[0], 16);
	variable.assign(tf.scalar(5));
	step();
	assert.equal(results.at(-1), 10);
	variable.dispose();
});

test("a step that draws is never replayed, also where it draws nothing that shows", async () => {
	await withStreams(new StreamSet("steps"), async () => {
		const variable = tf.variable(tf.tensor1d([1, 2]));
		const steps = new Steps([variable]);
		for (let k = 0; k < 4; k++)
			steps.run(
				"dropout",
				[],
				() => ({ y: tf.dropout(variable.add(0), 0.001) }),
				() => undefined,
			);
		assert.equal(steps.problem, "it draws random numbers");
		variable.dispose();
	});
});

test("weights that shared their values are read each from its own place", () => {
	const one = tf.variable(tf.scalar(1));
	const other = tf.variable(tf.scalar(0));
	other.assign(one);
	const steps = new Steps([one, other]);
	const results: number[] = [];
	const step = () =>
		steps.run(
			"both",
			[],
			() => ({ y: one.mul(10).add(other) }),
			({ y }) => results.push(y?.values[0] as number),
		);
	for (let k = 0; k < 3; k++) step();
	other.assign(tf.scalar(7));
	step();
	assert.deepEqual(results, [11, 11, 11, 17]);
	assert.equal(steps.problem, undefined);
	tf.dispose([one, other]);
});

test("what is assigned to while the room is ahead is newer, and whole numbers stay what they are", () => {
	const variable = tf.variable(tf.scalar(1));
	const untouched = tf.variable(tf.scalar(2));
	const count = tf.variable(tf.scalar(5, "int32"), false);
	const steps = new Steps([variable, untouched, count]);
	steps.bringIn();
	steps.room.floats(steps.placeOf(variable), 1)[0] = 3;
	steps.room.floats(steps.placeOf(untouched), 1)[0] = 4;
	steps.advance();
	variable.assign(tf.scalar(9));
	steps.bringBack();
	assert.deepEqual(
		[variable, untouched, count].map((one) => one.dataSync()[0]),
		[9, 4, 5],
	);
	tf.dispose([variable, untouched, count]);
});

test("a step is computed by the backend that was chosen", async () => {
	const variable = tf.variable(tf.scalar(1));
	const steps = new Steps([variable]);
	let eager = 0;
	const step = () =>
		steps.run(
			"sum",
			[],
			() => {
				eager++;
				return { y: variable.add(1) };
			},
			({ y }) => assert.equal(y?.values[0], 2),
		);
	for (let k = 0; k < 3; k++) step();
	assert.equal(eager, 2);
	await useBackend("cpu");
	step();
	assert.equal(eager, 3);
	await useBackend("wasm");
	step();
	assert.equal(eager, 3);
	variable.dispose();
});

test("a model that is trained again needs no more room", async () => {
	const own = model([2], (one) => layers.dense({ units: 4, ...one }));
	const examples: Examples = {
		inputs: Float32Array.from({ length: 8 }, (_, at) => at),
		shape: [2],
		labels: Uint16Array.from([0, 1, 2, 0]),
	};
	const ends: number[] = [];
	for (let k = 0; k < 4; k++) {
		await train({
			...{ model: own, examples, optimizer: "adam", lr: 0.1, epochs: 3 },
			...{ batch: 4, signal, order: () => 0.5, onEpoch: () => undefined },
		});
		ends.push(stepsOf(own).room.shared);
	}
	assert.equal(new Set(ends).size, 1);
	own.dispose();
});

test("a thousand models one after the other find room", () => {
	for (let k = 0; k < 1000; k++) {
		const variable = tf.variable(tf.scalar(k));
		const steps = new Steps([variable]);
		steps.bringIn();
		assert.equal(steps.room.floats(steps.placeOf(variable), 1)[0], k);
		variable.dispose();
	}
});
