// Each test here was seen to fail with its patch in seeding.ts taken out, one at a time.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { suite, test } from "node:test";
import { installRandom } from "../../experiment/random/install.ts";
import {
	currentStreams,
	task,
	withStreams,
} from "../../experiment/random/scope.ts";
import { StreamSet } from "../../experiment/random/stream.ts";
import { trainedWeights } from "./test-trained.ts";
import * as tf from "./tf.ts";

installRandom();

interface Outcome<T> {
	readonly value: T;
	/** By stream. */
	readonly draws: Readonly<Record<string, number>>;
}

async function under<T>(
	seed: string,
	body: () => T | Promise<T>,
): Promise<Outcome<T>> {
	const streams = new StreamSet(seed);
	const value = await withStreams(streams, async () => body());
	return { value, draws: streams.draws() };
}

const numbers = (tensor: tf.Tensor) => [...tensor.dataSync()];

/** Draws from the streams alone: the same again, another under another seed, and nothing but what is named. */
async function assertFollows(
	stream: string,
	body: () => unknown,
): Promise<void> {
	const first = await under("1", body);
	assert.deepEqual((await under("1", body)).value, first.value);
	assert.notDeepEqual((await under("2", body)).value, first.value);
	assert.deepEqual(Object.keys(first.draws), [stream]);
}

suite("weights come from the stream init", () => {
	const initializers = {
		randomUniform: (seed) => tf.initializers.randomUniform({ seed }),
		randomNormal: (seed) => tf.initializers.randomNormal({ seed }),
		truncatedNormal: (seed) => tf.initializers.truncatedNormal({ seed }),
		varianceScaling: (seed) => tf.initializers.varianceScaling({ seed }),
		glorotUniform: (seed) => tf.initializers.glorotUniform({ seed }),
		glorotNormal: (seed) => tf.initializers.glorotNormal({ seed }),
		heUniform: (seed) => tf.initializers.heUniform({ seed }),
		heNormal: (seed) => tf.initializers.heNormal({ seed }),
		leCunUniform: (seed) => tf.initializers.leCunUniform({ seed }),
		leCunNormal: (seed) => tf.initializers.leCunNormal({ seed }),
		orthogonal: (seed) => tf.initializers.orthogonal({ seed }),
	} satisfies Record<
		string,
		(seed: number | undefined) => ReturnType<typeof tf.initializers.zeros>
	>;
	for (const [name, create] of Object.entries(initializers)) {
		const weights = (seed?: number) => () =>
			numbers(create(seed as never).apply([4, 3], "float32"));
		test(name, () => assertFollows("init", weights()));
		for (const seed of [0, 7])
			test(`${name} with seed ${seed} gives a run the same weights each time, and each run others`, async () => {
				const first = await under("1", async () => {
					const one = weights(seed)();
					Math.random();
					weights()();
					return [one, weights(seed)(), await task("a", weights(seed))];
				});
				assert.deepEqual(first.value[1], first.value[0]);
				assert.deepEqual(first.value[2], first.value[0]);
				assert.deepEqual(Object.keys(first.draws).sort(), ["init", "main"]);
				const alone = await under("1", weights(seed));
				assert.deepEqual(alone.value, first.value[0]);
				assert.deepEqual(alone.draws, {});
				for (const [root, own] of [
					["2", seed],
					["1", seed + 1],
				] as const)
					assert.notDeepEqual(
						(await under(root, weights(own))).value,
						alone.value,
					);
			});
	}

	test("an initializer's seed holds where no root seed does, and its config keeps it", async () => {
		const initializer = tf.initializers.glorotUniform({ seed: 3 });
		const apply = () => numbers(initializer.apply([4, 3], "float32"));
		const before = apply();
		const inRun = (await under("1", apply)).value;
		assert.deepEqual(apply(), before);
		assert.notDeepEqual(inRun, before);
		assert.equal(initializer.getConfig().seed, 3);
	});

	test("those of a layer that asks for none, and of an embedding", async () => {
		await assertFollows("init", () => {
			const model = tf.sequential({
				layers: [
					tf.layers.embedding({ inputDim: 5, outputDim: 2, inputLength: 3 }),
					tf.layers.flatten(),
					tf.layers.dense({ units: 2 }),
				],
			});
			return model.getWeights().map(numbers);
		});
	});
});

suite("tf.random* draw as Math.random does", () => {
	const functions: Record<string, (seed?: number) => tf.Tensor> = {
		randomUniform: (seed) => tf.randomUniform([6], 0, 1, "float32", seed),
		randomUniformInt: (seed) => tf.randomUniformInt([6], 0, 1e6, seed),
		randomNormal: (seed) => tf.randomNormal([6], 0, 1, "float32", seed),
		randomStandardNormal: (seed) =>
			tf.randomStandardNormal([6], "float32", seed),
		truncatedNormal: (seed) => tf.truncatedNormal([6], 0, 1, "float32", seed),
		randomGamma: (seed) => tf.randomGamma([6], 2, 2, "float32", seed),
		multinomial: (seed) =>
			tf.multinomial(tf.zeros([8]) as tf.Tensor1D, 20, seed),
	};
	for (const [name, draw] of Object.entries(functions)) {
		test(`${name} without a seed follows the main stream`, () =>
			assertFollows("main", () => numbers(draw())));
		for (const seed of [0, 7])
			test(`${name} with seed ${seed} gives the same each time`, async () => {
				const { value, draws } = await under("1", () => [
					numbers(draw(seed)),
					numbers(draw(seed)),
				]);
				assert.deepEqual(value[0], value[1]);
				assert.deepEqual(draws, {});
				assert.notDeepEqual(numbers(draw(seed + 1)), value[0]);
			});
	}
});

const ones = tf.ones([4, 8]) as tf.Tensor2D;
/** What a layer makes of ones in two steps of training. */
function steps(layer: tf.layers.Layer, input: tf.Tensor = ones): number[][] {
	return [0, 1].map(() =>
		numbers(layer.apply(input, { training: true }) as tf.Tensor),
	);
}

suite("layers draw from streams of their own", () => {
	const sequence = tf.ones([2, 3, 8]);
	const images = tf.ones([2, 3, 4, 4, 1]);
	/** The layer with weights that no stream decides, and that tell one unit from another. */
	function fixed(layer: tf.layers.Layer, input: tf.Tensor): tf.layers.Layer {
		layer.build(input.shape);
		layer.built = true;
		layer.setWeights(
			layer
				.getWeights()
				.map(({ size, shape }) => tf.sin(tf.range(1, size + 1)).reshape(shape)),
		);
		return layer;
	}
	const recurrent = {
		units: 4,
		kernelInitializer: "zeros",
		recurrentInitializer: "zeros",
	} as const;
	for (const [name, stream, create, input] of [
		["dropout", "dropout", () => tf.layers.dropout({ rate: 0.5 }), ones],
		[
			"spatialDropout1d",
			"dropout",
			() => tf.layers.spatialDropout1d({ rate: 0.5 }),
			sequence,
		],
		[
			"gaussianDropout",
			"dropout",
			() => tf.layers.gaussianDropout({ rate: 0.5 }),
			ones,
		],
		[
			"alphaDropout",
			"dropout",
			() => tf.layers.alphaDropout({ rate: 0.5 }),
			ones,
		],
		[
			"gaussianNoise",
			"noise",
			() => tf.layers.gaussianNoise({ stddev: 1 }),
			ones,
		],
		...(["simpleRNN", "gru", "lstm"] as const).flatMap((name) =>
			(["dropout", "recurrentDropout"] as const).map(
				(where) =>
					[
						`${where} of ${name}`,
						"dropout",
						() =>
							fixed(tf.layers[name]({ ...recurrent, [where]: 0.5 }), sequence),
						sequence,
					] as const,
			),
		),
		[
			"dropout of convLstm2d",
			"dropout",
			() =>
				fixed(
					tf.layers.convLstm2d({
						...recurrent,
						filters: 2,
						kernelSize: 2,
						dropout: 0.5,
					}),
					images,
				),
			images,
		],
	] as const)
		test(`${name}: another mask in each step and each layer, all from the stream ${stream}`, async () => {
			const masks = () => [
				...steps(create(), input),
				...steps(create(), input),
			];
			await assertFollows(stream, masks);
			const { value } = await under("1", masks);
			assert.equal(new Set(value.map(String)).size, 4);
		});

	for (const seed of [0, 7])
		test(`dropout with seed ${seed}: another mask in each step and layer, others in each run`, async () => {
			const masks = () => steps(tf.layers.dropout({ rate: 0.5, seed }));
			const { value, draws } = await under("1", masks);
			assert.notDeepEqual(value[0], value[1]);
			assert.deepEqual((await under("1", masks)).value, value);
			assert.notDeepEqual((await under("2", masks)).value, value);
			assert.deepEqual(draws, { [`dropout:${seed}`]: 2 });
			const two = () => [...masks(), ...masks()];
			assert.equal(new Set((await under("1", two)).value.map(String)).size, 4);
			const layer = tf.layers.dropout({ rate: 0.5, seed });
			steps(layer);
			assert.equal(layer.getConfig().seed, seed);
		});

	test("layers with different seeds, and those with none, move each other's masks no more than tasks do", async () => {
		const masks = (seed?: number) =>
			steps(tf.layers.dropout({ rate: 0.5, seed }));
		const alone = (await under("1", () => masks(7))).value;
		const { value } = await under("1", async () => {
			masks(8);
			masks();
			await task("a", () => masks(7));
			return masks(7);
		});
		assert.deepEqual(value, alone);
	});

	test("a layer's seed holds where no root seed does", async () => {
		const masks = () => steps(tf.layers.dropout({ rate: 0.5, seed: 31 }));
		const [first, second] = masks();
		assert.notDeepEqual(first, second);
		// As under a root seed that says nothing.
		const { value } = await under("", masks);
		assert.deepEqual(value, [first, second]);
	});

	const width = (layer: tf.layers.Layer) =>
		(layer.apply(tf.ones([1, 2, 1000, 1])) as tf.Tensor).shape[2] as number;
	const twoWidths = (seed?: number) => () => {
		const layer = tf.layers.randomWidth({ factor: 0.5, seed });
		return [width(layer), width(layer)];
	};

	test("randomWidth: another width in each step and each layer, all from the stream augment", async () => {
		const widths = () => [...twoWidths()(), ...twoWidths()()];
		await assertFollows("augment", widths);
		const { value } = await under("1", widths);
		assert.equal(new Set(value).size, 4);
	});

	for (const seed of [0, 7])
		test(`randomWidth with seed ${seed}: another width in each step, others in each run`, async () => {
			const { value, draws } = await under("1", twoWidths(seed));
			assert.notEqual(value[0], value[1]);
			assert.deepEqual((await under("1", twoWidths(seed))).value, value);
			assert.notDeepEqual((await under("2", twoWidths(seed))).value, value);
			assert.deepEqual(draws, { [`augment:${seed}`]: 2 });
			const layer = tf.layers.randomWidth({ factor: 0.5, seed });
			await under("1", () => width(layer));
			assert.equal(layer.getConfig().seed, seed);
		});

	test("randomWidth's seed holds where no root seed does", () => {
		assert.deepEqual(twoWidths(3)(), twoWidths(3)());
		assert.notDeepEqual(twoWidths(3)(), twoWidths(4)());
	});

	test("tf.dropout draws from the stream dropout, or by its seed", async () => {
		await assertFollows("dropout", () => numbers(tf.dropout(ones, 0.5)));
		const { value, draws } = await under("1", () =>
			[0, 0, 7].map((seed) => numbers(tf.dropout(ones, 0.5, undefined, seed))),
		);
		assert.deepEqual(value[0], value[1]);
		assert.notDeepEqual(value[0], value[2]);
		assert.deepEqual(draws, {});
	});

	test("a layer that does not train draws nothing", async () => {
		const { draws } = await under("1", () =>
			numbers(
				tf.layers
					.dropout({ rate: 0.5, seed: 7 })
					.apply(ones, { training: false }) as tf.Tensor,
			),
		);
		assert.deepEqual(draws, {});
	});
});

suite("shuffling draws from the stream order", () => {
	test("tf.util.createShuffledIndices", () =>
		assertFollows("order", () => [...tf.util.createShuffledIndices(20)]));

	test("tf.util.shuffle and shuffleCombo", async () => {
		const list = () => Array.from({ length: 20 }, (_, i) => i);
		await assertFollows("order", () => {
			const shuffled = list();
			tf.util.shuffle(shuffled);
			return shuffled;
		});
		await assertFollows("order", () => {
			const [a, b] = [list(), list()];
			tf.util.shuffleCombo(a, b);
			assert.deepEqual(a, b);
			return a;
		});
	});

	/** The sums of the batches' inputs, in order. */
	async function fitOrder(extra: () => unknown = () => undefined) {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({
					inputShape: [1],
					units: 1,
					useBias: false,
					kernelInitializer: "ones",
				}),
			],
		});
		model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
		const losses: number[] = [];
		const x = tf.range(0, 16).reshape([16, 1]);
		await model.fit(x, tf.zeros([16, 1]), {
			batchSize: 1,
			epochs: 2,
			yieldEvery: "never",
			callbacks: {
				onBatchEnd: async (_, logs) => {
					extra();
					losses.push(logs?.loss as number);
				},
			},
		});
		return losses;
	}

	test("model.fit, anew in each epoch", async () => {
		await assertFollows("order", () => fitOrder());
		const { value } = await under("1", () => fitOrder());
		assert.notDeepEqual(value.slice(0, 16), value.slice(16));
		assert.deepEqual(
			value.slice(0, 16).sort((a, b) => a - b),
			Array.from({ length: 16 }, (_, i) => i ** 2),
		);
	});

	test("draws in a callback of model.fit move no order", async () => {
		const plain = await under("1", () => fitOrder());
		const drawing = await under("1", () => fitOrder(Math.random));
		assert.deepEqual(drawing.value, plain.value);
		assert.equal(drawing.draws.main, 32);
	});

	const source = tf.data.array(Array.from({ length: 20 }, (_, i) => i));
	const twice = async (dataset: tf.data.Dataset<tf.TensorContainer>) => [
		await dataset.toArray(),
		await dataset.toArray(),
	];

	test("tf.data.shuffle without a seed, anew at each iteration", async () => {
		await assertFollows("order", () => twice(source.shuffle(20)));
		const { value } = await under("1", () => twice(source.shuffle(20)));
		assert.notDeepEqual(value[0], value[1]);
	});

	for (const seed of [0, "7"] as const)
		test(`tf.data.shuffle with seed ${seed}: each run and each cell sees the same orders of one data set`, async () => {
			const dataset = source.shuffle(
				20,
				String(seed) === "0" ? (seed as never) : "7",
			);
			const first = await under("1", () => twice(dataset));
			assert.notDeepEqual(first.value[0], first.value[1]);
			assert.deepEqual(
				(await under("2", () => twice(dataset))).value,
				first.value,
			);
			assert.deepEqual(first.draws, {});
			assert.equal(dataset.size, 20);
		});

	test("inputs and labels that are shuffled with one seed stay together", async () => {
		const { value } = await under("1", () =>
			twice(
				tf.data.zip({ x: source.shuffle(20, "7"), y: source.shuffle(20, "7") }),
			),
		);
		for (const { x, y } of value.flat() as { x: number; y: number }[])
			assert.equal(x, y);
	});

	for (const seed of [undefined, "7"])
		test(`tf.data.shuffle that is not to reshuffle keeps one order, ${seed ? "seeded" : "unseeded"}`, async () => {
			const { value } = await under("1", () =>
				twice(source.shuffle(20, seed, false)),
			);
			assert.deepEqual(value[0], value[1]);
			assert.notDeepEqual(value[0], await source.toArray());
		});

	test("the shuffle of an iterator", async () => {
		const shuffled = async () =>
			(await source.iterator()).shuffle(20).toArray();
		await assertFollows("order", shuffled);
		const zero = async () =>
			(await source.iterator()).shuffle(20, 0 as never).toArray();
		assert.deepEqual(
			(await under("1", zero)).value,
			(await under("2", zero)).value,
		);
	});

	test("wrong sizes throw what tfjs throws", () => {
		assert.throws(() => source.shuffle(-1), RangeError);
	});
});

suite(
	"initialisation, order, dropout and augmentation are four streams",
	() => {
		/** Weights, and the losses of batches of `model.fit`, which tell what the batches were, which units were dropped, how wide images became. */
		async function experience(seeded: boolean) {
			const seed = seeded ? 7 : undefined;
			const dense = (units: number) =>
				tf.layers.dense({
					units,
					kernelInitializer: tf.initializers.glorotUniform({ seed }),
				});
			const weights = tf.sequential({
				layers: [tf.layers.inputLayer({ inputShape: [3] }), dense(4), dense(4)],
			});
			const losses = async (
				layers: tf.layers.Layer[],
				data: tf.data.Dataset<tf.TensorContainer> | [tf.Tensor, tf.Tensor],
			) => {
				const found: number[] = [];
				const model = tf.sequential({ layers });
				model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
				const args = {
					epochs: 2,
					verbose: 0,
					yieldEvery: "never",
					callbacks: {
						onBatchEnd: async (_: number, logs?: tf.Logs) => {
							found.push(logs?.loss as number);
						},
					},
				} as const;
				if (Array.isArray(data))
					await model.fit(...data, { ...args, batchSize: 2 });
				else await model.fitDataset(data, args);
				return found;
			};
			const sum = (size: number) =>
				tf.layers.dense({
					inputShape: [size],
					units: 1,
					useBias: false,
					kernelInitializer: tf.initializers.constant({ value: 0.125 }),
				});
			const column = tf.range(0, 12).reshape([12, 1]);
			const wide = tf.layers.randomWidth({ factor: 0.5, seed });
			const widths = tf.data.array([1, 2, 3]).map(() => ({
				xs: tf.tensor2d([[width(wide)]]),
				ys: tf.zeros([1, 1]),
			}));
			return {
				init: weights.getWeights().map(numbers),
				order: await losses([sum(1)], [column, tf.zeros([12, 1])]),
				dropout: await losses(
					[tf.layers.dropout({ rate: 0.5, seed, inputShape: [64] }), sum(64)],
					[tf.ones([8, 64]), tf.zeros([8, 1])],
				),
				augment: await losses([sum(1)], widths),
			};
		}
		const width = (layer: tf.layers.Layer) =>
			(layer.apply(tf.ones([1, 2, 1000, 1])) as tf.Tensor).shape[2] as number;
		const names = ["init", "order", "dropout", "augment"] as const;

		/** What is not as without the extra numbers. */
		async function moved(seeded: boolean, ...streams: string[]) {
			const plain = (await under("1", () => experience(seeded))).value;
			const { value } = await under("1", () => {
				for (const name of streams)
					for (let i = 0; i < 3; i++) currentStreams()?.stream(name).next();
				return experience(seeded);
			});
			return names.filter(
				(name) => JSON.stringify(value[name]) !== JSON.stringify(plain[name]),
			);
		}

		for (const name of names)
			test(`more numbers from ${name} change what comes from it and nothing else`, async () => {
				assert.deepEqual(await moved(false, name), [name]);
			});

		test("more numbers from any other stream change nothing", async () => {
			assert.deepEqual(
				await moved(false, "main", "noise", "split", "init:7"),
				[],
			);
		});

		test("of layers with seeds too, whose weights stay in any case", async () => {
			assert.deepEqual(await moved(true, ...names), ["order"]);
			assert.deepEqual(await moved(true, "dropout:7"), ["dropout"]);
			assert.deepEqual(await moved(true, "augment:7"), ["augment"]);
			assert.deepEqual(await moved(true, "init:7"), []);
		});

		for (const seeded of [false, true])
			test(`all four are the same in the same run and others in another, ${seeded ? "with" : "without"} seeds`, async () => {
				const { value: first, draws } = await under("1", () =>
					experience(seeded),
				);
				assert.deepEqual(
					(await under("1", () => experience(seeded))).value,
					first,
				);
				const { value: other } = await under("2", () => experience(seeded));
				for (const name of names) assert.notDeepEqual(other[name], first[name]);
				assert.deepEqual(
					Object.keys(draws).sort(),
					seeded
						? ["augment:7", "dropout:7", "order"]
						: ["augment", "dropout", "init", "order"],
				);
			});
	},
);

test("another process computes the same: weights, masks, noise, order", async () => {
	const { stdout, stderr } = spawnSync(
		process.execPath,
		[
			"--disable-warning=ExperimentalWarning",
			"--input-type=module",
			"-e",
			`import { trainedWeights } from ${JSON.stringify(new URL("./test-trained.ts", import.meta.url).href)};
			console.log(JSON.stringify(await trainedWeights()));`,
		],
		{ encoding: "utf8" },
	);
	assert.equal(stderr, "");
	assert.deepEqual(JSON.parse(stdout), await trainedWeights());
});

test("numbers of no distribution are refused, and not drawn for ever", () => {
	const { NaN: none, POSITIVE_INFINITY: infinity } = Number;
	const refused: readonly (readonly [() => tf.Tensor, RegExp])[] = [
		...[-1, none, infinity].flatMap((stddev) => [
			[() => tf.truncatedNormal([3], 0, stddev), /stddev is/] as const,
			[() => tf.randomNormal([3], 0, stddev), /stddev is/] as const,
			[
				() => tf.initializers.truncatedNormal({ mean: 0, stddev }).apply([3]),
				/truncatedNormal: stddev is/,
			] as const,
		]),
		...[none, infinity, -infinity].flatMap((bound) => [
			[() => tf.truncatedNormal([3], bound, 1), /mean is/] as const,
			[() => tf.randomNormal([3], bound, 1), /mean is/] as const,
			[() => tf.randomUniform([3], bound, 1), /minval is/] as const,
			[() => tf.randomUniform([3], 0, bound), /maxval is/] as const,
			[() => tf.randomUniformInt([3], bound, 5), /minval is/] as const,
			[() => tf.randomGamma([3], bound), /alpha is/] as const,
			[() => tf.randomGamma([3], 1, bound), /beta is/] as const,
		]),
		[() => tf.randomGamma([3], 0), /alpha is 0.*above 0/],
		[() => tf.randomGamma([3], -1), /alpha is -1/],
		[
			() => tf.initializers.randomUniform({ minval: none }).apply([3]),
			/minval is/,
		],
		[
			() =>
				tf.layers.gaussianNoise({ stddev: -1 }).apply(tf.ones([2, 2]), {
					training: true,
				}) as tf.Tensor,
			/stddev is a number from 0 on, not -1/,
		],
	];
	for (const [draw, message] of refused)
		assert.throws(draw, { name: "UsageError", message });
	assert.deepEqual([...tf.truncatedNormal([2], 3, 0).dataSync()], [3, 3]);
	assert.deepEqual([...tf.randomNormal([2], 3, 0).dataSync()], [3, 3]);
});
