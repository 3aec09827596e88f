import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import { lossNamed, lossNames } from "../backend/fit/losses.ts";
import * as tf from "../backend/tf.ts";
import { explainError } from "../explain/explain.ts";
import { openDraw } from "./draw.ts";

const quiet = { verbose: 0 } as const;

function assertClose(
	actual: ArrayLike<number>,
	expected: ArrayLike<number>,
	what = "",
): void {
	assert.equal(actual.length, expected.length, what);
	for (let at = 0; at < expected.length; at++) {
		const [a, b] = [actual[at] as number, expected[at] as number];
		assert.ok(
			Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b)),
			`${what}: ${Array.from(actual)} is not ${Array.from(expected)}`,
		);
	}
}

const valuesOf = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
const number = (value: unknown) =>
	typeof value === "number"
		? value
		: ((value as tf.Tensor).dataSync()[0] as number);
const numbers = (values: unknown) => [values].flat().map(number);

/** Predictions are the weights themselves: what a loss does to them is its gradient. */
function direct(width: number, activation: "linear" | "sigmoid" = "linear") {
	return tf.sequential({
		layers: [
			tf.layers.dense({
				units: width,
				inputShape: [2],
				activation,
				kernelInitializer: tf.initializers.randomUniform({
					minval: 0.2,
					maxval: 0.8,
					seed: 1,
				}),
			}),
		],
	});
}

const draw = openDraw("model steps");
const inputs = () => tf.tensor2d(valuesOfDraw([7, 2], 0.2, 1), [7, 2]);
const valuesOfDraw = (shape: number[], from: number, to: number) =>
	Float32Array.from(draw.values(shape, { from, to }).values);

suite("each way to train and to evaluate gives the same numbers", () => {
	for (const name of lossNames)
		test(name, async () => {
			const isSparse = name === "sparseCategoricalCrossentropy";
			const x = inputs();
			const y = isSparse
				? tf.tensor1d([0, 1, 2, 0, 1, 2, 2], "int32")
				: tf.tensor2d(valuesOfDraw([7, 3], 0.2, 0.8), [7, 3]);
			const made = () => {
				const model = direct(3, "sigmoid");
				model.compile({ optimizer: tf.train.sgd(0.1), loss: name });
				return model;
			};
			const start = made();
			const weights = start.getWeights();
			const loss = lossNamed(name) as (y: tf.Tensor, p: tf.Tensor) => tf.Tensor;
			// By hand.
			const optimizer = tf.train.sgd(0.1);
			const byHand = made();
			byHand.setWeights(weights);
			const cost = optimizer.minimize(
				() =>
					loss(
						y,
						byHand.apply(x, { training: true }) as tf.Tensor,
					).mean() as tf.Scalar,
				true,
			);
			const expected = number(cost);
			const after = byHand.getWeights().map(valuesOf);
			const expectedAfter = number(
				loss(y, byHand.predict(x) as tf.Tensor).mean(),
			);
			const rows = tf.data.zip({
				xs: tf.data.array(await (x.array() as Promise<number[][]>)),
				ys: tf.data.array((await y.array()) as number[]),
			} as never);
			const ways: Record<string, (model: tf.Sequential) => Promise<number>> = {
				fit: async (model) =>
					number(
						(await model.fit(x, y, { ...quiet, batchSize: 7, shuffle: false }))
							.history.loss?.[0],
					),
				trainOnBatch: async (model) => number(await model.trainOnBatch(x, y)),
				fitDataset: async (model) =>
					number(
						(
							await model.fitDataset(rows.batch(7) as never, {
								...quiet,
								epochs: 1,
							})
						).history.loss?.[0],
					),
			};
			for (const [way, train] of Object.entries(ways)) {
				const model = made();
				model.setWeights(weights);
				assertClose(
					[
						number(model.evaluate(x, y, { batchSize: 3 })),
						number(await model.evaluateDataset(rows.batch(3) as never, {})),
						await train(model),
						number(model.evaluate(x, y)),
					],
					[expected, expected, expected, expectedAfter],
					way,
				);
				for (const [at, weight] of model.getWeights().entries())
					assert.deepEqual(valuesOf(weight), after[at], way);
			}
		});
});

/** Two outputs, a sequence and a class, beside penalties. */
function several(options: { penalty?: boolean } = {}) {
	const input = tf.input({ shape: [3, 2] });
	const sequence = tf.layers
		.dense({
			units: 2,
			name: "sequence",
			kernelInitializer: "ones",
			...(options.penalty
				? { kernelRegularizer: tf.regularizers.l1l2({ l1: 0.5, l2: 0.25 }) }
				: {}),
		})
		.apply(input) as tf.SymbolicTensor;
	const flat = tf.layers.flatten().apply(input) as tf.SymbolicTensor;
	const one = tf.layers
		.dense({ units: 1, name: "one", kernelInitializer: "ones" })
		.apply(flat) as tf.SymbolicTensor;
	return tf.model({ inputs: input, outputs: [sequence, one] });
}

suite("a model of several outputs", () => {
	const x = tf.tensor3d(valuesOfDraw([5, 3, 2], -1, 1), [5, 3, 2]);
	const [a, b] = [tf.zeros([5, 3, 2]), tf.ones([5, 1])];
	const tests: [string, tf.ModelCompileArgs["loss"]][] = [
		["a list", ["meanSquaredError", "meanAbsoluteError"]],
		["an object", { one: "meanAbsoluteError", sequence: "meanSquaredError" }],
		[
			"functions",
			[
				(y, p) => tf.metrics.meanSquaredError(y, p),
				(y, p) => tf.losses.absoluteDifference(y, p),
			],
		],
	];
	for (const [what, loss] of tests)
		test(`has the sum of its losses, of ${what}, in training and validation`, async () => {
			const model = several({ penalty: true });
			model.compile({
				optimizer: tf.train.sgd(0),
				loss,
				metrics: { one: "mae", sequence: "mse" },
			});
			const [p, q] = model.predict(x) as tf.Tensor[] as [tf.Tensor, tf.Tensor];
			const mse = number(p.square().mean());
			const mae = number(q.sub(1).abs().mean());
			const total = mse + mae + 0.5 * 4 + 0.25 * 4;
			const expected = [total, mse, mae, mse, mae];
			assert.deepEqual(model.metricsNames, [
				"loss",
				"sequence_loss",
				"one_loss",
				"sequence_mse",
				"one_mae",
			]);
			for (const batchSize of [2, 5, 32])
				assertClose(
					numbers(model.evaluate(x, [a, b], { batchSize })),
					expected,
					"evaluate",
				);
			const { history } = await model.fit(
				x,
				{ one: b, sequence: a },
				{ ...quiet, batchSize: 2, validationData: [x, [a, b]] },
			);
			assertClose(
				model.metricsNames.map((name) => number(history[name]?.[0])),
				expected,
				"fit",
			);
			assertClose(
				model.metricsNames.map((name) => number(history[`val_${name}`]?.[0])),
				expected,
				"validation",
			);
			assertClose(
				numbers(await model.trainOnBatch(x, [a, b])),
				expected,
				"trainOnBatch",
			);
		});

	test("needs a loss for each", () => {
		assert.throws(
			() =>
				several().compile({
					optimizer: "sgd",
					loss: { one: "meanSquaredError" },
				}),
			(error) =>
				error instanceof UsageError &&
				/the output sequence has no loss: give one of/.test(error.message),
		);
	});
});

suite("penalties of weights count once", () => {
	const l2 = () => tf.regularizers.l2({ l2: 0.5 });
	const dense = (options: object = {}) =>
		tf.layers.dense({
			units: 2,
			useBias: false,
			kernelInitializer: "ones",
			kernelRegularizer: l2(),
			...options,
		});
	const models: Record<
		string,
		() => { model: tf.LayersModel; penalty: number }
	> = {
		"of a layer": () => ({
			model: tf.sequential({ layers: [dense({ inputShape: [2] })] }),
			penalty: 2,
		}),
		"of a layer that is used twice": () => {
			const input = tf.input({ shape: [2] });
			const layer = dense();
			const output = layer.apply(layer.apply(input)) as tf.SymbolicTensor;
			return {
				model: tf.model({ inputs: input, outputs: output }),
				penalty: 2,
			};
		},
		"of a model within a model": () => ({
			model: tf.sequential({
				layers: [
					tf.sequential({ layers: [dense({ inputShape: [2] })] }),
					dense(),
				],
			}),
			penalty: 4,
		}),
		"of a layer in time": () => ({
			model: tf.sequential({
				layers: [
					tf.layers.reshape({ targetShape: [1, 2], inputShape: [2] }),
					tf.layers.timeDistributed({ layer: dense() }),
					tf.layers.flatten(),
				],
			}),
			penalty: 2,
		}),
		"of a recurrent layer": () => ({
			model: tf.sequential({
				layers: [
					tf.layers.reshape({ targetShape: [1, 2], inputShape: [2] }),
					tf.layers.simpleRNN({
						units: 2,
						kernelInitializer: "ones",
						recurrentInitializer: "ones",
						kernelRegularizer: l2(),
						recurrentRegularizer: l2(),
					}),
				],
			}),
			penalty: 4,
		}),
		"of a recurrent layer in both directions": () => ({
			model: tf.sequential({
				layers: [
					tf.layers.reshape({ targetShape: [1, 2], inputShape: [2] }),
					tf.layers.bidirectional({
						mergeMode: "sum",
						layer: tf.layers.lstm({
							units: 2,
							kernelInitializer: "ones",
							kernelRegularizer: l2(),
						}) as tf.RNN,
					}),
				],
			}),
			// Twice 2 × 8 ones.
			penalty: 16,
		}),
	};
	for (const [what, make] of Object.entries(models))
		test(what, async () => {
			const { model, penalty } = make();
			const [x, y] = [tf.zeros([3, 2]), tf.zeros([3, 2])];
			model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
			const own = number((model.predict(x) as tf.Tensor).square().mean());
			assertClose([number(model.evaluate(x, y))], [own + penalty]);
			const before = model.trainableWeights.map((weight) =>
				valuesOf(weight.read()),
			);
			const { history } = await model.fit(x, y, quiet);
			assertClose([number(history.loss?.[0])], [own + penalty]);
			// Of inputs that are 0 the loss gives kernels no gradient: the penalty alone does.
			const shrunk = model.trainableWeights
				.map((weight, at) => [weight, before[at] as number[]] as const)
				.filter(
					([weight]) =>
						/kernel$/.test(weight.originalName) &&
						!/recurrent/.test(weight.originalName),
				);
			assert.ok(shrunk.length > 0);
			for (const [weight, values] of shrunk)
				assertClose(
					valuesOf(weight.read()),
					values.map((value) => value * 0.9),
					weight.originalName,
				);
		});
});

suite("weights of examples", () => {
	const x = tf.tensor2d([1, 2, 3, 4], [4, 1]);
	const y = tf.zeros([4, 1]);
	const made = () => {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					units: 1,
					useBias: false,
					inputShape: [1],
					kernelInitializer: "ones",
				}),
			],
		});
		model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
		return model;
	};
	const lossOf = async (options: tf.ModelFitArgs, labels: tf.Tensor = y) =>
		number(
			(await made().fit(x, labels, { ...quiet, ...options })).history.loss?.[0],
		);

	test("multiply their losses, in batches of any size", async () => {
		for (const batchSize of [1, 3, 4]) {
			const sampleWeight = tf.tensor1d([0, 1, 2, 0.5]);
			assertClose(
				[await lossOf({ sampleWeight, batchSize })],
				[(4 + 2 * 9 + 0.5 * 16) / 4],
			);
			assert.equal(sampleWeight.isDisposed, false);
		}
	});

	test("are multiplied by those of their classes", async () => {
		const labels = tf.tensor2d([0, 1, 1, 0], [4, 1]);
		const classWeight = { 0: 2, 1: 10 };
		const expected = [2 * 1, 10 * 1, 10 * 4, 2 * 16];
		const sum = (values: number[]) => values.reduce((a, b) => a + b);
		assertClose([await lossOf({ classWeight }, labels)], [sum(expected) / 4]);
		assertClose(
			[
				await lossOf(
					{ classWeight, sampleWeight: tf.tensor1d([1, 0, 1, 0]) },
					labels,
				),
			],
			[((expected[0] as number) + (expected[2] as number)) / 4],
		);
	});

	test("are of whole sequences", async () => {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					units: 1,
					useBias: false,
					inputShape: [2, 1],
					kernelInitializer: "ones",
				}),
			],
		});
		model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
		const { history } = await model.fit(
			tf.tensor3d([1, 2, 3, 4], [2, 2, 1]),
			tf.zeros([2, 2, 1]),
			{ ...quiet, sampleWeight: tf.tensor1d([1, 10]) },
		);
		assertClose([number(history.loss?.[0])], [(1 + 4 + 10 * (9 + 16)) / 4]);
	});

	test("are one for each", async () => {
		await assert.rejects(
			lossOf({ sampleWeight: tf.tensor1d([1, 2]) }),
			(error) =>
				error instanceof UsageError &&
				/has 2 numbers, and there are 4/.test(error.message),
		);
	});
});

suite("labels", () => {
	test("of one number each are those of a data set, too", async () => {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					units: 1,
					useBias: false,
					inputShape: [1],
					kernelInitializer: "ones",
				}),
			],
		});
		model.compile({
			optimizer: tf.train.sgd(0),
			loss: "meanSquaredError",
			metrics: ["mae"],
		});
		const data = tf.data.zip({
			xs: tf.data.array([1, 2, 3]),
			ys: tf.data.array([1, 2, 4]),
		} as never);
		const { history } = await model.fitDataset(data.batch(2) as never, {
			...quiet,
			epochs: 1,
			validationData: data.batch(2) as never,
		});
		const expected = [1 / 3, 1 / 3, 1 / 3, 1 / 3];
		assertClose(
			["loss", "mae", "val_loss", "val_mae"].map((name) =>
				number(history[name]?.[0]),
			),
			expected,
		);
	});

	test("of another shape are refused in a data set as they are in tensors", async () => {
		const model = direct(2);
		model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
		const data = tf.data
			.array([{ xs: [1, 2], ys: [1] }])
			.batch(1) as unknown as tf.data.Dataset<tf.TensorContainer>;
		for (const body of [
			() => model.fitDataset(data, { ...quiet, epochs: 1 }),
			() => model.evaluateDataset(data as never, {}),
		])
			await assert.rejects(
				body,
				(error) =>
					error instanceof UsageError &&
					/labels have the shape \[1,1\], and the model gives \[1,2\]/.test(
						error.message,
					),
			);
	});

	test("of sequences may be indices, with an axis of size 1 or without, of any type", async () => {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					units: 4,
					inputShape: [3, 2],
					activation: "softmax",
				}),
			],
		});
		model.compile({
			optimizer: tf.train.sgd(0),
			loss: "sparseCategoricalCrossentropy",
			metrics: ["accuracy"],
		});
		const x = tf.tensor3d(valuesOfDraw([2, 3, 2], -1, 1), [2, 3, 2]);
		const indices = [0, 3, 1, 2, 2, 0];
		const p = model.predict(x) as tf.Tensor;
		const expected =
			indices.reduce(
				(sum, k, at) => sum - Math.log(valuesOf(p)[at * 4 + k] as number),
				0,
			) / 6;
		const right =
			valuesOf(p.argMax(-1)).filter((k, at) => k === indices[at]).length / 6;
		for (const dtype of ["int32", "float32"] as const)
			for (const shape of [
				[2, 3],
				[2, 3, 1],
			]) {
				const y = tf.tensor(indices, shape, dtype);
				const { history } = await model.fit(x, y, quiet);
				assertClose(
					[number(history.loss?.[0]), number(history.acc?.[0])],
					[expected, right],
				);
				assertClose(numbers(model.evaluate(x, y)), [expected, right]);
				assertClose(numbers(await model.trainOnBatch(x, y)), [expected, right]);
			}
	});
});

suite("what a training cannot do is refused in a sentence", () => {
	const model = () => {
		const made = direct(1);
		made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
		return made;
	};
	const [x, y] = [tf.ones([4, 2]), tf.ones([4, 1])];
	const fit = (options: object) => () =>
		model().fit(x, y, { ...quiet, ...options });
	const compile = (options: object) => async () =>
		direct(1).compile({
			optimizer: "sgd",
			loss: "meanSquaredError",
			...options,
		});
	const refusals: Record<string, [() => Promise<unknown>, RegExp]> = {
		stepsPerEpoch: [fit({ stepsPerEpoch: 2 }), /batchesPerEpoch/],
		validationSteps: [fit({ validationSteps: 2 }), /validationBatches/],
		"batches in another order": [fit({ shuffle: "batch" }), /shuffle/],
		"a batch of 0": [fit({ batchSize: 0 }), /above 0/],
		"half an epoch": [fit({ epochs: 0.5 }), /whole number/],
		"weights in a validation": [
			fit({ validationData: [x, y, y] }),
			/give \[inputs, labels\]/,
		],
		"all for the validation": [fit({ validationSplit: 1 }), /such as 0.2/],
		"nothing left to learn from": [
			fit({ validationSplit: 0.9 }),
			/nothing is left to learn from/,
		],
		"a loss of no name": [
			compile({ loss: "mse" }),
			/no loss "mse": give one of meanSquaredError/,
		],
		"a metric of no name": [
			compile({ metrics: ["topK"] }),
			/no metric "topK": give one of accuracy/,
		],
		"an optimizer of no name": [
			compile({ optimizer: "momentum" }),
			/tf.train.momentum/,
		],
		lossWeights: [compile({ lossWeights: [1] }), /knows no lossWeights/],
		"a loss of no output": [
			compile({ loss: { dense: "meanSquaredError" } }),
			/loss names "dense", which is no output/,
		],
		"metrics of no output": [
			compile({ metrics: { nobody: "mse" } }),
			/metrics names "nobody"/,
		],
		"no optimizer": [compile({ optimizer: undefined }), /no optimizer: give/],
		"a data set without epochs": [
			() =>
				model().fitDataset(
					tf.data.array([{ xs: [1, 2], ys: [1] }]).batch(1) as never,
					{} as never,
				),
			/epochs is missing/,
		],
		"a callback that is none": [
			fit({ callbacks: [5] }),
			/callbacks: 5 is none/,
		],
		"yields that are never made": [
			fit({ yieldEvery: "never", callbacks: { onYield: () => {} } }),
			/never yields/,
		],
		"no loss": [compile({ loss: undefined }), /the model has no loss/],
		"a class without a weight": [
			fit({ classWeight: { 0: 1 } }),
			/weight for the class 1/,
		],
		activityRegularizer: [
			async () => {
				const made = tf.sequential({
					layers: [
						tf.layers.dense({
							units: 1,
							inputShape: [1],
							activityRegularizer: "l1l2",
						}),
					],
				});
				made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
			},
			/does not apply/,
		],
	};
	for (const [what, [body, says]] of Object.entries(refusals))
		test(what, async () => {
			await assert.rejects(body, (error: Error) => {
				assert.match(explainError(error).message, says);
				return (
					error instanceof UsageError ||
					error.message.includes("\nTensorFlow.js said: ")
				);
			});
		});
});

test("a model that is saved and loaded is trained on bit for bit, with every optimizer", async () => {
	const x = tf.tensor2d(valuesOfDraw([6, 2], -1, 1), [6, 2]);
	const y = tf.tensor2d(valuesOfDraw([6, 1], -1, 1), [6, 1]);
	for (const optimizer of [
		"sgd",
		"adam",
		"adamax",
		"adagrad",
		"adadelta",
		"rmsprop",
	]) {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					units: 3,
					inputShape: [2],
					kernelConstraint: "unitNorm",
				}),
				tf.layers.dense({ units: 1 }),
			],
		});
		model.compile({ optimizer, loss: "meanSquaredError" });
		const options = { ...quiet, epochs: 3, shuffle: false, batchSize: 4 };
		await model.fit(x, y, options);
		let saved: tf.io.ModelArtifacts | undefined;
		await model.save(
			tf.io.withSaveHandler(async (artifacts) => {
				saved = artifacts;
				return {
					modelArtifactsInfo: {
						dateSaved: new Date(0),
						modelTopologyType: "JSON",
					},
				};
			}),
			{ includeOptimizer: true },
		);
		const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as never));
		const weights = (one: tf.LayersModel) => one.getWeights().map(valuesOf);
		assert.deepEqual(weights(loaded), weights(model), optimizer);
		await model.fit(x, y, options);
		await loaded.fit(x, y, options);
		assert.deepEqual(weights(loaded), weights(model), optimizer);
	}
});
