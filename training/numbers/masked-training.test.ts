import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";

/** What Keras computed; recorded/masked-training.py writes it. */
interface Case {
	readonly middle: "none" | "lstm" | "leakyReLU" | "batchNormalization";
	readonly activation: "linear" | "sigmoid" | "softmax";
	readonly width: number;
	readonly loss: string;
	readonly metrics: string[];
	readonly weights: number[][];
	readonly y: number[][][];
	readonly sampleWeight?: number[];
	/** The loss and the metrics. */
	readonly evaluated: number[];
	readonly epochs: number[][];
	readonly after: number[][];
}

const { words, cases } = JSON.parse(
	readFileSync(
		new URL("recorded/masked-training.json", import.meta.url),
		"utf8",
	),
) as { words: number[][]; cases: Case[] };

const l = tf.layers;
const between = {
	none: () => [],
	lstm: () => [
		l.lstm({
			units: 2,
			returnSequences: true,
			recurrentActivation: "sigmoid",
		}),
	],
	leakyReLU: () => [l.leakyReLU({ alpha: 0.3 })],
	batchNormalization: () => [l.batchNormalization({ momentum: 0.75 })],
} satisfies Record<Case["middle"], () => tf.layers.Layer[]>;

function modelOf(one: Case): tf.Sequential {
	const { middle, width, activation, loss } = one;
	const model = tf.sequential({
		layers: [
			l.embedding({
				inputDim: 4,
				outputDim: 3,
				maskZero: true,
				inputLength: 4,
			}),
			...between[middle](),
			l.dense({ units: width, activation }),
		],
	});
	model.compile({
		optimizer: tf.train.sgd(0.5),
		loss,
		metrics: [...one.metrics],
	});
	setWeights(model, one.weights);
	return model;
}

/** Keras counts weights in the order of layers; tfjs those that are trained first. */
function setWeights(model: tf.Sequential, weights: readonly number[][]): void {
	let from = 0;
	for (const layer of model.layers) {
		const count = layer.weights.length;
		tf.tidy(() =>
			layer.setWeights(
				weights.slice(from, from + count).map((weight) => tf.tensor(weight)),
			),
		);
		from += count;
	}
}

const valuesOf = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

function assertClose(
	actual: readonly number[],
	expected: readonly number[],
	what: string,
): void {
	assert.equal(actual.length, expected.length, what);
	for (const [at, value] of expected.entries())
		assert.ok(
			Math.abs((actual[at] as number) - value) <=
				2e-5 * Math.max(1, Math.abs(value)),
			`${what}: ${actual} is not ${expected}`,
		);
}

const quiet = { verbose: 0, shuffle: false, epochs: 1 } as const;

/** One epoch in batches of two. */
const ways: Record<
	string,
	(
		model: tf.Sequential,
		x: tf.Tensor,
		y: tf.Tensor,
		one: Case,
	) => Promise<number[][]>
> = {
	async fit(model, x, y, one) {
		const sampleWeight = one.sampleWeight && tf.tensor1d(one.sampleWeight);
		const { history } = await model.fit(x, y, {
			...quiet,
			batchSize: 2,
			...(sampleWeight && { sampleWeight }),
		});
		sampleWeight?.dispose();
		return Object.values(history) as number[][];
	},
	async fitDataset(model, _x, _y, one) {
		const rows = tf.data.zip({
			xs: tf.data.array(words),
			ys: tf.data.array(one.y as never),
		} as never);
		const { history } = await model.fitDataset(rows.batch(2) as never, {
			verbose: 0,
			epochs: 1,
		});
		return Object.values(history) as number[][];
	},
};

for (const [place, one] of cases.entries())
	test(`losses and metrics of ${one.loss} after ${one.middle} are those of the steps that count (${place})`, async () => {
		const x = tf.tensor2d(words, [5, 4], "int32");
		const y = tf.tensor3d(one.y);
		for (const [way, train] of Object.entries(ways)) {
			if (way !== "fit" && one.sampleWeight) continue;
			const model = modelOf(one);
			const evaluated = model.evaluate(x, y, {
				batchSize: 2,
			}) as tf.Scalar[];
			assertClose(evaluated.flatMap(valuesOf), one.evaluated, "evaluate");
			tf.dispose(evaluated);
			const { numTensors } = tf.memory();
			for (const expected of one.epochs) {
				const history = await train(model, x, y, one);
				assertClose(history.flat(), expected, way);
			}
			assert.equal(tf.memory().numTensors, numTensors, `${way} left tensors`);
			assertClose(
				model.layers.flatMap((layer) =>
					layer.getWeights().flatMap((weight) => valuesOf(weight)),
				),
				one.after.flat(9) as number[],
				`weights after ${way}`,
			);
			model.dispose();
		}
		tf.dispose([x, y]);
	});

const maskedModel = (loss: unknown, metrics: unknown[] = []) => {
	const model = tf.sequential({
		layers: [
			l.masking({ inputShape: [3, 2] }),
			l.dense({ units: 1, kernelInitializer: "ones", useBias: false }),
		],
	});
	model.compile({
		optimizer: "sgd",
		loss: loss as string,
		metrics: metrics as string[],
	});
	return model;
};
const steps = () =>
	tf.tensor3d([
		[
			[1, 1],
			[0, 0],
			[0, 0],
		],
		[
			[2, 2],
			[1, 0],
			[0, 0],
		],
	]);

test("trainOnBatch counts as fit does", async () => {
	const model = maskedModel("meanSquaredError", ["mse"]);
	const labels = tf.tensor3d([0, 100, 9, 0, 0, 9], [2, 3, 1]);
	const [loss, metric] = (await model.trainOnBatch(
		steps(),
		labels,
	)) as number[];
	assertClose([loss as number, metric as number], [7, 7], "trainOnBatch");
});

test("where nothing counts, the loss is 0", () => {
	const model = maskedModel("meanSquaredError", ["mse"]);
	const found = model.evaluate(
		tf.zeros([2, 3, 2]),
		tf.ones([2, 3, 1]),
	) as tf.Scalar[];
	assert.deepEqual(found.flatMap(valuesOf), [0, 0]);
});

test("a loss that gives one number for all is left as it is, and one that does not fit the mask is refused", async () => {
	const labels = tf.zeros([2, 3, 1]);
	const whole = maskedModel((y: tf.Tensor, p: tf.Tensor) =>
		tf.sum(tf.square(tf.sub(y, p))),
	);
	assertClose(
		valuesOf(whole.evaluate(steps(), labels) as tf.Scalar),
		[21],
		"the sum",
	);
	const rows = maskedModel((y: tf.Tensor, p: tf.Tensor) =>
		tf.mean(tf.sub(y, p), [1, 2]),
	);
	await assert.rejects(
		rows.trainOnBatch(steps(), labels),
		(error) =>
			error instanceof UsageError &&
			/mask of the shape \[2,3\]/.test(error.message),
	);
});
