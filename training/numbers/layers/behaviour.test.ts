import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../../base/errors.ts";
import * as tf from "../../backend/tf.ts";
import { arrayOf } from "../array.ts";
import { errorOf, isExplained } from "../op-check.ts";

type Layer = tf.layers.Layer;

const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** Drawn anew in each run of the test, but for its seed. */
const drawn = (shape: number[], seed = 1) =>
	tf.randomUniform(shape, -2, 2, "float32", seed);

function assertClose(actual: tf.Tensor, expected: tf.Tensor): void {
	assert.deepEqual(actual.shape, expected.shape);
	const off = errorOf(arrayOf(actual).values, arrayOf(expected).values);
	assert.ok(off < 1e-5, `off by ${off}`);
}

const trainingOf = (layer: Layer, x: tf.Tensor, training = true): tf.Tensor =>
	layer.apply(x, { training }) as tf.Tensor;

const refuses = (body: () => unknown, says: RegExp): void =>
	assert.throws(
		body,
		(error) => error instanceof UsageError && says.test(error.message),
	);

test("dropout keeps its share, scales what it keeps, and its gradient is its mask", () => {
	tf.tidy(() => {
		const ones = tf.ones([50, 4, 10]);
		const cases: [Layer, number][] = [
			[tf.layers.dropout({ rate: 0.25 }), 0.25],
			[tf.layers.dropout({ rate: 0.5, noiseShape: [50, 1, 10] }), 0.5],
			[tf.layers.spatialDropout1d({ rate: 0.3 }), 0.3],
		];
		for (const [layer, rate] of cases) {
			const values = numbers(trainingOf(layer, ones));
			const kept = values.filter((value) => value !== 0);
			for (const value of kept)
				assert.ok(Math.abs(value - 1 / (1 - rate)) < 1e-6);
			assert.ok(Math.abs(kept.length / values.length - (1 - rate)) < 0.12);
			let output: number[] = [];
			const slope = tf.grad((x: tf.Tensor) => {
				const y = trainingOf(layer, x);
				output = numbers(y);
				return y;
			})(ones);
			assert.deepEqual(numbers(slope), output);
			assert.deepEqual(numbers(trainingOf(layer, ones, false)), numbers(ones));
		}
	});
});

test("dropout along an axis of its noiseShape is the same for all of it", () => {
	tf.tidy(() => {
		for (const layer of [
			tf.layers.spatialDropout1d({ rate: 0.5 }),
			tf.layers.dropout({ rate: 0.5, noiseShape: [null, 1, null] as never }),
		]) {
			const y = trainingOf(layer, tf.ones([20, 3, 8]));
			const [first, ...others] = tf.unstack(y, 1) as [
				tf.Tensor,
				...tf.Tensor[],
			];
			for (const other of others)
				assert.deepEqual(numbers(other), numbers(first));
		}
	});
});

test("dropout of everything leaves nothing", () => {
	tf.tidy(() => {
		const layer = tf.layers.dropout({ rate: 1 });
		assert.deepEqual(
			numbers(trainingOf(layer, tf.ones([2, 3]))),
			[0, 0, 0, 0, 0, 0],
		);
	});
});

test("alphaDropout and the Gaussian noises keep mean and deviation", () => {
	tf.tidy(() => {
		const x = tf.randomNormal([400, 100], 0, 1, "float32", 3);
		for (const [layer, deviation] of [
			[tf.layers.alphaDropout({ rate: 0.3 }), 1],
			[tf.layers.gaussianNoise({ stddev: 0.5 }), Math.sqrt(1.25)],
			[tf.layers.gaussianDropout({ rate: 0.2 }), Math.sqrt(1.25)],
		] as const) {
			const { mean, variance } = tf.moments(trainingOf(layer, x));
			const centre = mean.dataSync()[0] as number;
			assert.ok(Math.abs(centre) < 0.03, `${layer.name}: ${centre}`);
			const found = Math.sqrt(variance.dataSync()[0] as number);
			assert.ok(Math.abs(found - deviation) < 0.04, `${found}`);
			assert.deepEqual(numbers(trainingOf(layer, x, false)), numbers(x));
		}
	});
});

test("alphaDropout saves its noiseShape, and takes null for an axis as it is", () => {
	tf.tidy(() => {
		const layer = tf.layers.alphaDropout({
			rate: 0.5,
			noiseShape: [null, 1, null],
		} as never);
		const config = layer.getConfig() as Record<string, unknown>;
		assert.deepEqual(config.noiseShape, [null, 1, null]);
		const y = trainingOf(layer, tf.ones([5, 3, 8]));
		const [first, second] = tf.unstack(y, 1) as [tf.Tensor, tf.Tensor];
		assert.deepEqual(numbers(second), numbers(first));
	});
});

test("a stateful layer goes on where the last batch ended, until its states are reset", () => {
	const factories: [(config: object) => tf.RNN, number[]][] = [
		[
			(config) => tf.layers.simpleRNN({ units: 3, ...config }) as never,
			[2, 4, 2],
		],
		[(config) => tf.layers.gru({ units: 3, ...config }) as never, [2, 4, 2]],
		[
			(config) =>
				tf.layers.gru({
					units: 3,
					resetAfter: true,
					...config,
				} as never) as never,
			[2, 4, 2],
		],
		[(config) => tf.layers.lstm({ units: 3, ...config }) as never, [2, 4, 2]],
		[
			(config) =>
				tf.layers.convLstm2d({
					filters: 2,
					kernelSize: 2,
					padding: "same",
					...config,
				}) as never,
			[2, 4, 3, 3, 1],
		],
	];
	for (const [make, shape] of factories)
		tf.tidy(() => {
			const plain = make({ returnSequences: true });
			const x = drawn(shape);
			const whole = plain.apply(x) as tf.Tensor;
			const stateful = make({
				returnSequences: true,
				stateful: true,
				batchInputShape: [2, 2, ...shape.slice(2)],
			});
			stateful.build([2, 2, ...shape.slice(2)]);
			stateful.setWeights(plain.getWeights());
			const [first, second] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor];
			for (let round = 0; round < 2; round++) {
				const parts = [first, second].map(
					(part) => stateful.apply(part) as tf.Tensor,
				);
				assertClose(tf.concat(parts, 1), whole);
				stateful.resetStates();
			}
		});
});

test("recurrent dropout has one mask for the steps of a call, another for the next, and leaves no tensors", async () => {
	const cells: (() => Layer)[] = [
		() =>
			tf.layers.simpleRNN({ units: 4, dropout: 0.5, recurrentDropout: 0.5 }),
		() => tf.layers.gru({ units: 4, dropout: 0.5, recurrentDropout: 0.5 }),
		() =>
			tf.layers.gru({
				units: 4,
				dropout: 0.5,
				recurrentDropout: 0.5,
				resetAfter: true,
			} as never),
		() => tf.layers.lstm({ units: 4, dropout: 0.5, recurrentDropout: 0.5 }),
		() =>
			tf.layers.rnn({
				cell: [
					tf.layers.lstmCell({ units: 3, dropout: 0.5 }),
					tf.layers.gruCell({ units: 4, recurrentDropout: 0.5 }),
				] as never,
			}),
		() =>
			tf.layers.bidirectional({
				layer: tf.layers.gru({ units: 4, dropout: 0.5 }) as never,
			}),
	];
	for (const make of cells) {
		const model = tf.sequential({
			layers: [
				tf.layers.inputLayer({ inputShape: [3, 2] }),
				make(),
				tf.layers.dense({ units: 1 }),
			],
		});
		model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
		const [x, y] = [drawn([4, 3, 2]), drawn([4, 1])];
		await model.trainOnBatch(x, y);
		const before = tf.memory().numTensors;
		for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
		assert.equal(tf.memory().numTensors, before);
		tf.tidy(() => {
			const predict = () => numbers(model.predict(x) as tf.Tensor);
			assert.deepEqual(predict(), predict());
			const train = () =>
				numbers(model.apply(x, { training: true }) as tf.Tensor);
			assert.notDeepEqual(train(), train());
		});
		assert.equal(tf.memory().numTensors, before);
	}
});

test("penalties count the weights of recurrent layers, and those of a shared layer once", () => {
	tf.tidy(() => {
		const kernelRegularizer = () => tf.regularizers.l2({ l2: 1 });
		const penaltyOf = (layer: Layer, shape: number[]): number[] => {
			const input = tf.input({ shape });
			const once = layer.apply(input) as tf.SymbolicTensor;
			const model = tf.model({ inputs: input, outputs: once });
			return model.calculateLosses().flatMap(numbers);
		};
		const sumOfSquares = (weight: tf.Tensor) =>
			tf.sum(tf.square(weight)).dataSync()[0] as number;
		for (const layer of [
			tf.layers.lstm({ units: 2, kernelRegularizer: kernelRegularizer() }),
			tf.layers.rnn({
				cell: [
					tf.layers.gruCell({
						units: 2,
						kernelRegularizer: kernelRegularizer(),
					}),
				] as never,
			}),
		]) {
			const [penalty, ...others] = penaltyOf(layer, [3, 2]);
			assert.equal(others.length, 0);
			const expected = sumOfSquares(layer.getWeights()[0] as tf.Tensor);
			assert.ok(Math.abs((penalty as number) - expected) < 1e-5);
		}
		const both = tf.layers.bidirectional({
			layer: tf.layers.gru({
				units: 2,
				kernelRegularizer: kernelRegularizer(),
			}) as never,
		});
		assert.equal(penaltyOf(both, [3, 2]).length, 2);

		const dense = tf.layers.dense({
			units: 2,
			kernelRegularizer: kernelRegularizer(),
		});
		const [a, b] = [tf.input({ shape: [2] }), tf.input({ shape: [2] })];
		const shared = tf.model({
			inputs: [a, b],
			outputs: [dense.apply(a), dense.apply(b)] as tf.SymbolicTensor[],
		});
		assert.equal(shared.calculateLosses().length, 1);
	});
});

test("a model of Keras with a GRU, which resets after its product, can be read", async () => {
	const input = tf.input({ shape: [3, 2] });
	const layer = tf.layers.gru({ units: 2, resetAfter: true } as never);
	const model = tf.model({
		inputs: input,
		outputs: layer.apply(input) as tf.SymbolicTensor,
	});
	const again = await tf.models.modelFromJSON(
		JSON.parse(model.toJSON() as unknown as string) as never,
	);
	assert.deepEqual(
		again.weights.map(({ shape }) => shape),
		[
			[2, 6],
			[2, 6],
			[2, 6],
		],
	);
});

test("randomWidth varies images in training alone, and says that their width is open", () => {
	tf.tidy(() => {
		const input = tf.input({ shape: [4, 10, 2] });
		const layer = tf.layers.randomWidth({
			factor: [0.2, 0.5],
			seed: 4,
		} as never);
		const model = tf.model({
			inputs: input,
			outputs: layer.apply(input) as tf.SymbolicTensor,
		});
		assert.deepEqual(model.outputs[0]?.shape, [null, 4, null, 2]);
		const x = drawn([2, 4, 10, 2]);
		assert.deepEqual(numbers(model.predict(x) as tf.Tensor), numbers(x));
		const [batch, height, width, channels] = trainingOf(layer, x).shape;
		assert.deepEqual([batch, height, channels], [2, 4, 2]);
		assert.ok((width as number) >= 12 && (width as number) <= 15);
	});
});

test("layers in front of a model leave its input's shape alone", () => {
	for (const make of [
		() => tf.layers.centerCrop({ height: 2, width: 2 }),
		() => tf.layers.resizing({ height: 2, width: 2 }),
		() => tf.layers.categoryEncoding({ numTokens: 3 }),
	]) {
		const layer = make();
		const shape = layer.getClassName() === "CategoryEncoding" ? [4] : [5, 5, 1];
		const input = tf.input({ shape });
		layer.apply(input);
		assert.deepEqual(input.shape, [null, ...shape]);
	}
});

test("categories are told one by one where each example has one, for one example as for several", () => {
	tf.tidy(() => {
		const layer = tf.layers.categoryEncoding({
			numTokens: 3,
			outputMode: "oneHot",
		});
		for (const shape of [[1], [2], [1, 1], [2, 1]])
			assert.deepEqual(
				(layer.apply(tf.zeros(shape, "int32")) as tf.Tensor).shape,
				[shape[0], 3],
			);
		const weighted = tf.layers
			.categoryEncoding({ numTokens: 3, outputMode: "count" })
			.apply(tf.tensor2d([[0, 2, 2]], [1, 3], "int32"), {
				countWeights: tf.tensor2d([[1, 2, 3]]) as never,
			}) as tf.Tensor;
		assert.deepEqual(numbers(weighted), [1, 0, 5]);
	});
});

test("what a layer cannot do, it refuses with what does", () => {
	const image = tf.input({ shape: [6, 6, 1] });
	for (const make of [
		() =>
			tf.layers.conv2d({
				filters: 1,
				kernelSize: 2,
				strides: 2,
				dilationRate: 2,
			}),
		() =>
			tf.layers.depthwiseConv2d({
				kernelSize: 2,
				strides: 2,
				dilationRate: 2,
			} as never),
		() =>
			tf.layers.separableConv2d({
				filters: 1,
				kernelSize: 2,
				strides: 2,
				dilationRate: 2,
			}),
	])
		refuses(() => make().apply(image), /one of them must be 1; .* pooling/);
	refuses(
		() =>
			tf.layers
				.conv2d({ filters: 1, kernelSize: 2, padding: "causal" })
				.apply(image),
		/layers\.conv1d/,
	);
	tf.tidy(() => {
		const encode = (outputMode: string) =>
			tf.layers.categoryEncoding({ numTokens: 3, outputMode } as never);
		refuses(
			() => encode("multiHot").apply(tf.tensor2d([[1, 3]])),
			/the token 3.*from 0 to 2/,
		);
		refuses(() => encode("tfIdf").apply(tf.tensor2d([[1]])), /"count"/);
		refuses(
			() => tf.layers.gru({ units: 2 }).apply(tf.zeros([2, 0, 3])),
			/without a step/,
		);
		refuses(
			() => tf.layers.cropping2D({ cropping: 2 }).apply(tf.ones([1, 3, 5, 1])),
			/smaller cropping/,
		);
		refuses(
			() =>
				tf.layers.dot({ axes: 0 }).apply([tf.ones([2, 3]), tf.ones([2, 3])]),
			/axes from 1 on/,
		);
	});
});

test("what tfjs-layers says of a layer's arguments begins with what to do", () => {
	tf.tidy(() => {
		const dense = tf.layers.dense({ units: 2 });
		dense.apply(tf.ones([1, 3]));
		for (const body of [
			() => dense.apply(tf.ones([1, 4])),
			() => tf.layers.lstm({ units: 2 }).apply(tf.ones([2, 3])),
			() => tf.layers.dense({ units: -1 }),
			() => tf.layers.dense({ units: 1, activation: "foo" as never }),
			() => tf.layers.conv2d({ filters: 1 } as never),
			() => tf.layers.reshape({ targetShape: [4] }).apply(tf.ones([2, 3])),
			() => tf.layers.permute({ dims: [2] }),
			() =>
				tf.layers
					.concatenate({ axis: 1 })
					.apply([tf.ones([2, 3, 1]), tf.ones([2, 3, 2])]),
			() => tf.layers.add().apply([tf.ones([2, 3])]),
			() =>
				tf.layers
					.lstm({ units: 2, stateful: true })
					.apply(tf.input({ shape: [3, 2] })),
			() =>
				tf.layers.resizing({
					height: 2,
					width: 2,
					interpolation: "bicubic" as never,
				}),
		])
			assert.throws(body, (error) => isExplained(error), String(body));
	});
});

test("an embedding of whole numbers has vectors of real ones", () => {
	const layer = tf.layers.embedding({
		inputDim: 3,
		outputDim: 2,
		inputShape: [4],
		inputDType: "int32",
	} as never);
	const model = tf.sequential({ layers: [layer] });
	assert.equal(layer.getWeights()[0]?.dtype, "float32");
	assert.equal(model.inputs[0]?.dtype, "int32");
	assert.ok(numbers(layer.getWeights()[0] as tf.Tensor).some(Boolean));
});

test("a layer of both directions that is not to be trained stays so when it is saved", async () => {
	const model = tf.sequential({
		layers: [
			tf.layers.bidirectional({
				layer: tf.layers.lstm({ units: 2 }) as never,
				inputShape: [3, 2],
				trainable: false,
			}),
		],
	});
	const again = await tf.models.modelFromJSON(
		JSON.parse(model.toJSON() as unknown as string) as never,
	);
	for (const { trainableWeights, weights } of [model, again]) {
		assert.equal(trainableWeights.length, 0);
		assert.equal(weights.length, 6);
	}
});

test("masks pass from layer to layer outside of models, too", () => {
	tf.tidy(() => {
		const x = tf.concat([drawn([2, 3, 2]), tf.zeros([2, 2, 2])], 1);
		const layer = tf.layers.lstm({ units: 3 });
		const masked = layer.apply(
			tf.layers.masking({}).apply(x) as tf.Tensor,
		) as tf.Tensor;
		assertClose(masked, layer.apply(x.slice([0, 0], [2, 3])) as tf.Tensor);
		const mask = tf.tensor2d([
			[1, 1, 1, 0, 0],
			[1, 1, 1, 0, 0],
		]);
		assertClose(layer.apply(x, { mask: mask as never }) as tf.Tensor, masked);
	});
});

test("a mask lives as long as its tensor: through a tidy, and no longer", () => {
	const x = tf.tensor2d([[1, 2, 0]], [1, 3], "int32");
	const embedding = tf.layers.embedding({
		inputDim: 4,
		outputDim: 2,
		maskZero: true,
	});
	const lstm = tf.layers.lstm({ units: 2 });
	tf.tidy(
		() => lstm.apply(embedding.apply(x) as tf.Tensor) as tf.Tensor,
	).dispose();
	const { numTensors } = tf.memory();
	const vectors = tf.tidy(() => embedding.apply(x) as tf.Tensor);
	const last = lstm.apply(vectors) as tf.Tensor;
	tf.tidy(() =>
		assertClose(
			last,
			lstm.apply(
				embedding.apply(x.slice([0, 0], [1, 2])) as tf.Tensor,
			) as tf.Tensor,
		),
	);
	tf.dispose([vectors, last]);
	assert.equal(tf.memory().numTensors, numTensors);
});

test("a model in a model passes its mask on, in predictions and in training", async () => {
	const vectors = () =>
		tf.layers.embedding({
			inputDim: 4,
			outputDim: 2,
			inputLength: 3,
			maskZero: true,
			embeddingsInitializer: tf.initializers.randomUniform({ seed: 1 }),
		});
	const last = () =>
		tf.layers.lstm({
			units: 2,
			kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
			recurrentInitializer: tf.initializers.glorotUniform({ seed: 3 }),
		});
	const given = () => tf.input({ shape: [3] });
	const model = (before: (x: tf.SymbolicTensor) => tf.SymbolicTensor) => {
		const x = given();
		return tf.model({
			inputs: x,
			outputs: last().apply(before(x)) as tf.SymbolicTensor,
		});
	};
	const flat = model((x) => vectors().apply(x) as tf.SymbolicTensor);
	const nested = model((x) => {
		const inner = tf.sequential({ layers: [vectors()] });
		const outer = tf.sequential({ layers: [inner, tf.layers.elu()] });
		return outer.apply(x) as tf.SymbolicTensor;
	});
	const functional = model((x) => {
		const own = given();
		const outputs = vectors().apply(own) as tf.SymbolicTensor;
		return tf.model({ inputs: own, outputs }).apply(x) as tf.SymbolicTensor;
	});
	// The mask comes from before the inner model.
	const through = model((x) => {
		const own = tf.input({ shape: [3, 2] });
		const outputs = tf.layers
			.dropout({ rate: 0 })
			.apply(own) as tf.SymbolicTensor;
		return tf
			.model({ inputs: own, outputs })
			.apply(vectors().apply(x) as tf.SymbolicTensor) as tf.SymbolicTensor;
	});
	const x = tf.tensor2d([1, 2, 0, 3, 0, 0], [2, 3], "int32");
	const y = tf.tensor2d([1, 0, 0, 1], [2, 2]);
	const results: number[][] = [];
	for (const one of [flat, functional, through, nested]) {
		one.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
		const { numTensors } = tf.memory();
		const before = tf.tidy(() => numbers(one.predict(x) as tf.Tensor));
		await one.fit(x, y, { epochs: 2, verbose: 0, shuffle: false });
		assert.equal(tf.memory().numTensors, numTensors, "tensors are left");
		const after = tf.tidy(() => numbers(one.predict(x) as tf.Tensor));
		results.push([...before, ...after]);
	}
	const [expected, ...others] = results as [number[], ...number[][]];
	for (const found of others.slice(0, 2)) assert.deepEqual(found, expected);
	// With elu: other numbers, and those of padding do not count.
	const unpadded = tf.tidy(() =>
		numbers(
			nested.predict(tf.tensor2d([1, 2, 0], [1, 3], "int32")) as tf.Tensor,
		),
	);
	assert.deepEqual(unpadded, results[3]?.slice(4, 6));
});

test("a model that is called with a mask leaves none to its inputs", () => {
	tf.tidy(() => {
		const own = tf.input({ shape: [3, 2] });
		const lstm = tf.layers.lstm({ units: 2 });
		const model = tf.model({
			inputs: own,
			outputs: lstm.apply(own) as tf.SymbolicTensor,
		});
		const x = drawn([1, 3, 2]);
		const plain = lstm.apply(x) as tf.Tensor;
		const mask = tf.tensor2d([[1, 1, 0]]) as never;
		assertClose(
			model.apply(x, { mask }) as tf.Tensor,
			lstm.apply(x.slice([0, 0], [1, 2])) as tf.Tensor,
		);
		assert.deepEqual(numbers(lstm.apply(x) as tf.Tensor), numbers(plain));
	});
});

test("a step of steps counts if any of its parts does", () => {
	tf.tidy(() => {
		const x = tf.tensor3d([1, 2, 0, 3, 0, 0, 0, 0, 0], [1, 3, 3], "int32");
		const words = tf.layers.embedding({
			inputDim: 4,
			outputDim: 2,
			maskZero: true,
		});
		const lstm = tf.layers.lstm({ units: 2 });
		const sentences = tf.layers.timeDistributed({ layer: lstm });
		const text = tf.layers.lstm({ units: 2 });
		const given = words.apply(x) as tf.Tensor;
		const read = sentences.apply(given) as tf.Tensor;
		const short = words.apply(tf.tensor2d([1, 2], [1, 2], "int32"));
		assertClose(
			read.slice([0, 0], [1, 1]).reshape([1, 2]),
			lstm.apply(short as tf.Tensor) as tf.Tensor,
		);
		assertClose(
			text.apply(read) as tf.Tensor,
			text.apply(read.slice([0, 0], [1, 2])) as tf.Tensor,
		);
		// What keeps the parts keeps their mask.
		const dense = tf.layers.timeDistributed({
			layer: tf.layers.elu() as never,
		});
		assertClose(
			sentences.apply(dense.apply(given) as tf.Tensor) as tf.Tensor,
			sentences.apply(tf.layers.elu().apply(given) as tf.Tensor) as tf.Tensor,
		);
	});
});

test("a softmax over steps gives those that a mask takes out no share", () => {
	tf.tidy(() => {
		const x = tf.concat([drawn([2, 3, 2]), tf.zeros([2, 1, 2])], 1);
		const shares = tf.layers
			.softmax({ axis: 1 })
			.apply(tf.layers.masking({}).apply(x) as tf.Tensor) as tf.Tensor;
		assertClose(
			shares.slice([0, 0], [2, 3]),
			tf.layers
				.softmax({ axis: 1 })
				.apply(x.slice([0, 0], [2, 3])) as tf.Tensor,
		);
		assertClose(shares.slice([0, 3]), tf.zeros([2, 1, 2]));
	});
});

test("NaN in a step that does not count changes nothing", () => {
	tf.tidy(() => {
		const x = drawn([1, 3, 2]);
		const spoilt = tf.concat([x, tf.fill([1, 1, 2], Number.NaN)], 1);
		const mask = tf.tensor2d([[1, 1, 1, 0]]) as never;
		for (const layer of [
			tf.layers.simpleRNN({ units: 2 }),
			tf.layers.gru({ units: 2 }),
			tf.layers.lstm({ units: 2 }),
		])
			assertClose(
				layer.apply(spoilt, { mask }) as tf.Tensor,
				layer.apply(x) as tf.Tensor,
			);
	});
});

class Doubled extends tf.layers.Layer {
	static readonly className = "Doubled";
	override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
		return tf.mul(Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs, 2);
	}
}
tf.serialization.registerClass(Doubled as never);

test("layers of one's own, models in models, several inputs and outputs: trained, saved and loaded", async () => {
	const inner = tf.sequential({
		layers: [
			tf.layers.inputLayer({ inputShape: [3] }),
			tf.layers.dense({ units: 3, activation: "tanh" }),
			new Doubled({}),
		],
	});
	const [a, b] = [tf.input({ shape: [3] }), tf.input({ shape: [2, 3] })];
	const first = inner.apply(a) as tf.SymbolicTensor;
	const second = tf.layers
		.timeDistributed({ layer: tf.layers.dense({ units: 3 }) })
		.apply(b) as tf.SymbolicTensor;
	const third = tf.layers
		.add()
		.apply([
			first,
			tf.layers.globalAveragePooling1d({}).apply(second),
		] as never);
	const model = tf.model({
		inputs: [a, b],
		outputs: [second, inner.apply(third as never)] as tf.SymbolicTensor[],
	});
	model.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError" });
	const xs = [drawn([4, 3]), drawn([4, 2, 3])];
	const ys = [drawn([4, 2, 3], 5), drawn([4, 3], 6)];
	const { history } = await model.fit(xs, ys, { epochs: 5, verbose: 0 });
	const [before, after] = [history.loss?.at(0), history.loss?.at(-1)];
	assert.ok((after as number) < (before as number));
	model.summary(undefined, undefined, () => undefined);
	const folder = await mkdtemp(join(tmpdir(), "nested-"));
	try {
		await model.save(`file://${folder}/model`);
		const loaded = await tf.loadLayersModel(`file://${folder}/model`);
		tf.tidy(() => {
			const [one, other] = [model, loaded].map((model) =>
				(model.predict(xs) as tf.Tensor[]).map(numbers),
			);
			assert.deepEqual(other, one);
		});
	} finally {
		await rm(folder, { recursive: true });
	}
});

test("a step of convLstm2dCell is a step of convLstm2d", () => {
	tf.tidy(() => {
		const config = {
			filters: 2,
			kernelSize: 2,
			padding: "same",
			dataFormat: "channelsFirst",
		} as const;
		const layer = tf.layers.convLstm2d({ ...config, returnState: true });
		const x = drawn([2, 1, 1, 3, 3]);
		const [h, , c] = layer.apply(x) as unknown as tf.Tensor[];
		const cell = tf.layers.convLstm2dCell(config);
		cell.build([2, 1, 3, 3]);
		cell.setWeights(layer.getWeights());
		const none = tf.zeros([2, 2, 3, 3]);
		const [output, , state] = cell.call(
			[tf.squeeze(x, [1]), none, none],
			{},
		) as tf.Tensor[];
		assertClose(output as tf.Tensor, h as tf.Tensor);
		assertClose(state as tf.Tensor, c as tf.Tensor);
	});
});

test("weights of stacked cells go where they came from", () => {
	tf.tidy(() => {
		const make = () => {
			const cell = tf.layers.stackedRNNCells({
				cells: [
					tf.layers.gruCell({ units: 2 }),
					tf.layers.simpleRNNCell({ units: 3 }),
				],
			});
			cell.build([2, 4]);
			return cell;
		};
		const [one, other] = [make(), make()];
		other.setWeights(one.getWeights());
		assert.deepEqual(
			other.getWeights().map(numbers),
			one.getWeights().map(numbers),
		);
	});
});

test("each kernel of a separable convolution has its own initializer", () => {
	tf.tidy(() => {
		const layer = tf.layers.separableConv2d({
			filters: 2,
			kernelSize: 2,
			depthwiseInitializer: "zeros",
			pointwiseInitializer: "ones",
		});
		layer.build([null, 4, 4, 3]);
		const [depthwise, pointwise] = layer.getWeights().map(numbers);
		assert.ok(depthwise?.every((value) => value === 0));
		assert.ok(pointwise?.every((value) => value === 1));
	});
});

test("a depthwise convolution saves its constraint and its regularizer apart", () => {
	const layer = tf.layers.depthwiseConv2d({
		kernelSize: 2,
		depthwiseConstraint: "nonNeg",
		depthwiseRegularizer: "l1l2",
	} as never);
	const { depthwiseConstraint, depthwiseRegularizer } =
		layer.getConfig() as Record<string, { className: string }>;
	assert.equal(depthwiseConstraint?.className, "NonNeg");
	assert.equal(depthwiseRegularizer?.className, "L1L2");
});

test("what a layer computes is not penalized, and each layer says so", () => {
	const config = { activityRegularizer: tf.regularizers.l2() };
	const dense = tf.layers.dense({ units: 2 });
	for (const make of [
		() => tf.layers.dense({ units: 2, ...config }),
		() => tf.layers.simpleRNN({ units: 2, ...config } as never),
		() => tf.layers.gru({ units: 2, ...config } as never),
		() => tf.layers.lstm({ units: 2, ...config } as never),
		() => tf.layers.lstmCell({ units: 2, ...config } as never),
		() =>
			tf.layers.convLstm2d({ filters: 2, kernelSize: 2, ...config } as never),
		() => tf.layers.batchNormalization(config as never),
		() => tf.layers.timeDistributed({ layer: dense, ...config } as never),
		() =>
			tf.layers.timeDistributed({
				layer: Object.assign(dense, config),
			}),
	])
		refuses(make, /does not apply an activityRegularizer/);
	tf.layers.lstm({ units: 2, activityRegularizer: null } as never);
});

test("a training of layers with states leaves no more behind, however many its steps", async () => {
	const small = () => tf.initializers.constant({ value: 0.1 });
	const kinds = [
		tf.layers.lstm({
			units: 2,
			stateful: true,
			batchInputShape: [2, 3, 4],
			kernelInitializer: small(),
			recurrentInitializer: small(),
		}),
		tf.layers.convLstm2d({
			filters: 1,
			kernelSize: 2,
			stateful: true,
			batchInputShape: [2, 3, 4, 4, 1],
			kernelInitializer: small(),
			recurrentInitializer: small(),
		} as never),
	];
	for (const layer of kinds) {
		const model = tf.sequential({ layers: [layer, tf.layers.flatten()] });
		model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
		const [input] = model.inputs as [tf.SymbolicTensor];
		const x = tf.ones([4, ...(input.shape.slice(1) as number[])]);
		const y = tf.zeros([4, model.outputs[0]?.shape[1] as number]);
		const fit = () =>
			model.fit(x, y, { batchSize: 2, verbose: 0, shuffle: false });
		await fit();
		const { numTensors } = tf.memory();
		const before = model.getWeights()[0]?.dataSync()[0] as number;
		for (let run = 0; run < 3; run++) await fit();
		assert.notEqual(model.getWeights()[0]?.dataSync()[0], before);
		assert.equal(tf.memory().numTensors, numTensors, layer.getClassName());
		tf.dispose([x, y]);
	}
});
