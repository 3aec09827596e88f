// Each architecture on two examples of noise: what comes out, what learns, and what is kept.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../base/canonical.ts";
import { temporaryFolder } from "../../base/test-folder.ts";
import { installRandom } from "../../experiment/random/install.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { openStream, StreamSet } from "../../experiment/random/stream.ts";
import * as tf from "../backend/tf.ts";
import { forwardTo } from "../forward.ts";
import { type ModelInfo, models } from "./catalogue.ts";
import { architecture } from "./index.ts";

installRandom();

const EXAMPLES = 2;

const made = ({ name }: ModelInfo, seed: string): tf.LayersModel =>
	withStreams(new StreamSet(seed), () => architecture(name).create());

/** One digest of all weights. */
const digestOf = (model: tf.LayersModel) =>
	sha256(
		Buffer.concat(
			model
				.getWeights()
				.map((weight) => Buffer.from(weight.dataSync().slice().buffer)),
		),
	);

const sizeOf = (shape: readonly (number | null)[]) =>
	shape.reduce<number>((product, length) => product * (length ?? 1), 1);

/** Uniform in ±1; for texts, numbers of words. */
function inputOf({ name, inputShape, gives }: ModelInfo): tf.Tensor {
	const stream = openStream("inputs", name);
	const shape = [EXAMPLES, ...inputShape];
	const values = Float32Array.from({ length: sizeOf(shape) }, () =>
		gives === "class of a text"
			? Math.floor(2000 * stream.next())
			: 2 * stream.next() - 1,
	);
	return tf.tensor(values, shape);
}

/** Mean loss over examples whose classes, or attributes, alternate. */
function lossOf(
	{ gives, classes }: ModelInfo,
	output: tf.Tensor,
	input: tf.Tensor,
): tf.Scalar {
	if (gives === "the image again")
		return tf.losses.meanSquaredError(input, output) as tf.Scalar;
	const places = output.size / classes;
	const alternating = tf.tensor1d(
		Array.from({ length: places }, (_, i) => i % classes),
		"int32",
	);
	const targets = tf
		.oneHot(alternating, classes)
		.reshape(output.shape)
		.toFloat();
	return (
		gives === "attributes of a word image"
			? tf.losses.sigmoidCrossEntropy(targets, output)
			: tf.losses.softmaxCrossEntropy(targets, output)
	) as tf.Scalar;
}

const hasDropout = (model: tf.LayersModel) =>
	model.layers.some((layer) => layer.getClassName() === "Dropout");

/** Three steps of Adam: the loss before and after, and how large each weight's first gradient is. */
function trained(info: ModelInfo, model: tf.LayersModel) {
	const last = info.gives === "the image again" ? "image" : "logits";
	const forward = forwardTo(model, last);
	const input = inputOf(info);
	const loss = (training: boolean) =>
		lossOf(info, forward(input, training), input);
	// Without dropout the loss falls step by step; batches are normalised as in training.
	const measured = () => tf.tidy(() => loss(!hasDropout(model)).dataSync()[0]);
	const variables = model.trainableWeights.map(
		(weight) => (weight as unknown as { val: tf.Variable }).val,
	);
	const optimizer = tf.train.adam(0.002);
	const before = measured() as number;
	const slopes: [weight: string, size: number][] = [];
	for (let step = 0; step < 3; step++)
		tf.tidy(() => {
			const { grads } = tf.variableGrads(() => loss(true), variables);
			optimizer.applyGradients(
				grads as Parameters<typeof optimizer.applyGradients>[0],
			);
			if (step > 0) return;
			for (const [i, weight] of model.trainableWeights.entries()) {
				const gradient = grads[(variables[i] as tf.Variable).name];
				slopes.push([
					weight.originalName,
					gradient?.abs().max().dataSync()[0] ?? Number.NaN,
				]);
			}
		});
	const after = measured() as number;
	input.dispose();
	optimizer.dispose();
	return { before, after, slopes };
}

for (const info of models as readonly ModelInfo[]) {
	const { name, classes, inputShape, parameters } = info;

	test(`${name} has the parameters and shapes that dd.models says`, () => {
		const model = made(info, "1");
		assert.equal(
			model.trainableWeights.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
			parameters,
		);
		assert.deepEqual(
			model.inputs.map(({ shape }) => shape),
			[[null, ...inputShape]],
		);
		const shapes: Partial<Record<ModelInfo["gives"], readonly number[]>> = {
			"class of each pixel": [64, 64, classes],
			"the image again": inputShape,
		};
		assert.deepEqual(
			model.outputs.map(({ shape }) => shape),
			[[null, ...(shapes[info.gives] ?? [classes])]],
		);
		model.dispose();
	});

	test(`${name} starts from the same weights with the same seed, and from others with another`, () => {
		const [first, again, other] = ["1", "1", "2"].map((seed) => {
			const model = made(info, seed);
			const { name, layers } = model;
			const names = [name, ...layers.map((layer) => layer.name)];
			const weights = digestOf(model);
			model.dispose();
			return { names, weights };
		});
		assert.deepEqual(first, again);
		assert.deepEqual(first?.names, other?.names);
		assert.notEqual(first?.weights, other?.weights);
	});

	test(`${name} learns: every weight has a gradient, the loss falls, and twice the same bits come out`, () => {
		const runs = [1, 2].map(() =>
			withStreams(new StreamSet("7"), () => {
				const model = architecture(name).create();
				const result = trained(info, model);
				const weights = digestOf(model);
				model.dispose();
				return { ...result, weights };
			}),
		);
		const [{ before, after, slopes }] = runs as [(typeof runs)[number]];
		assert.deepEqual(
			slopes.filter(([, size]) => !(size > 0)),
			[],
		);
		assert.ok(after < before, `${before} → ${after}`);
		assert.deepEqual(runs[0], runs[1]);
	});

	test(`${name} predicts the same bits once it was saved and loaded`, async () => {
		const model = made(info, "1");
		const folder = join(temporaryFolder(), name);
		await model.save(folder);
		const loaded = await tf.loadLayersModel(folder);
		const input = inputOf(info);
		const [before, after] = [model, loaded].map((one) =>
			tf.tidy(() => [...(one.predict(input) as tf.Tensor).dataSync()]),
		);
		assert.deepEqual(after, before);
		for (const one of [model, loaded]) one.dispose();
		input.dispose();
	});
}
