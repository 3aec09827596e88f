import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { maskOf } from "../../backend/layers/masks.ts";
import * as tf from "../../backend/tf.ts";
import { type Array64, arrayOf as arrayOfTensor, sizeOf } from "../array.ts";
import { assertSame, soil, tidied } from "../op-check.ts";
import {
	arrayOf,
	buildModel,
	type Graph,
	outputsOf,
	type Recorded,
	tensorOf,
} from "./graph.ts";

/** What Keras computed for a graph, in float64; recorded/layers.py writes it. */
export interface LayerCase extends Graph {
	readonly name?: string;
	/** As in a step of training; as in a prediction otherwise. */
	readonly training?: boolean;
	readonly expected: readonly Recorded[];
	/** Weights of the outputs in the sum whose gradients follow. */
	readonly dy?: readonly (Recorded | null)[];
	readonly gradients?: {
		/** Of the inputs that are floats. */
		readonly inputs: readonly Recorded[];
		/** Of the trainable weights. */
		readonly weights: readonly Recorded[];
	};
	/** The weights that are not trained, after the call. */
	readonly after?: readonly Recorded[];
}

export interface Off {
	forward: number;
	gradient: number;
}

const TOLERANCE = 1e-5;

export const readCases = (): readonly LayerCase[] =>
	["layers", "layers-recurrent", "layers-spatial"].flatMap((name) => {
		const path = new URL(`../recorded/${name}.json`, import.meta.url);
		return JSON.parse(readFileSync(path, "utf8")) as LayerCase[];
	});

/** What the case is about, for a reader. */
export const titleOf = ({ name, nodes, inputs, training }: LayerCase): string =>
	`${name ?? nodes.map(([factory, config]) => `${factory} ${JSON.stringify(config)}`).join(" → ")} of ${inputs.map(({ shape }) => `[${shape}]`).join(", ")}${training ? ", training" : ""}`;

const NOTHING = { inputs: {}, attrs: {} };

function same(
	actual: Array64,
	expected: Recorded,
	tolerance: number,
	what: string,
): number {
	const wanted = arrayOf(expected);
	// A count that Keras gives in another type.
	const dtype = actual.dtype ?? "float32";
	return assertSame(actual, { ...wanted, dtype }, tolerance, what, NOTHING);
}

function forward(
	model: tf.LayersModel,
	inputs: readonly Recorded[],
	training: boolean,
): Array64[] {
	return tidied(() =>
		outputsOf(model, inputs.map(tensorOf), training).map(arrayOfTensor),
	);
}

/** Compares outputs, gradients, and the weights that a call changes. */
export function checkValues(one: LayerCase): Off {
	const what = titleOf(one);
	const training = one.training ?? false;
	const off: Off = { forward: 0, gradient: 0 };
	const { model } = buildModel(one);
	try {
		soil(one.expected);
		const outputs = forward(model, one.inputs, training);
		assert.equal(outputs.length, one.expected.length, `${what}: outputs`);
		for (const [k, expected] of one.expected.entries())
			off.forward = Math.max(
				off.forward,
				same(outputs[k] as Array64, expected, TOLERANCE, what),
			);
		for (const [k, expected] of (one.after ?? []).entries())
			same(
				tidied(() =>
					arrayOfTensor(
						model.nonTrainableWeights[k]?.read() as unknown as tf.Tensor,
					),
				),
				expected,
				TOLERANCE,
				`${what}: weight ${k} that is not trained`,
			);
		if (!training) checkPrediction(one, model, outputs);
		for (const [k, symbolic] of model.outputs.entries())
			checkStatedShape(symbolic.shape, outputs[k] as Array64, what);
	} finally {
		model.dispose();
	}
	off.gradient = checkGradients(one, what);
	return off;
}

/** The shape that a layer says must be the one that it gives. */
function checkStatedShape(
	stated: readonly (number | null)[],
	{ shape }: Array64,
	what: string,
): void {
	assert.equal(stated.length, shape.length, `${what}: says shape [${stated}]`);
	for (const [axis, size] of stated.entries())
		if (size !== null && axis > 0)
			assert.equal(
				size,
				shape[axis],
				`${what}: says shape [${stated}], gives [${shape}]`,
			);
}

/** predict gives the same bits, again and again; each example as if it were alone. */
function checkPrediction(
	{ inputs, expected }: LayerCase,
	model: tf.LayersModel,
	outputs: readonly Array64[],
): void {
	const predicted = (given: readonly tf.Tensor[]) =>
		[
			model.predict(given.length === 1 ? (given[0] as tf.Tensor) : [...given]),
		].flat() as tf.Tensor[];
	soil(expected);
	assert.deepEqual(
		tidied(() => predicted(inputs.map(tensorOf)).map(arrayOfTensor)),
		outputs,
		"predict and apply differ",
	);
	if ((inputs[0]?.shape[0] ?? 0) < 2) return;
	const first = (array: Array64) =>
		Array.from(array.values).slice(
			0,
			array.values.length / (array.shape[0] as number),
		);
	const beside = tidied(() =>
		predicted(
			inputs.map((input) => {
				const tensor = tensorOf(input);
				if (tensor.dtype !== "float32") return tensor;
				const [own, others] = [
					tensor.slice(0, 1),
					tf.fill(
						[(tensor.shape[0] as number) - 1, ...tensor.shape.slice(1)],
						Number.NaN,
					),
				];
				return own.concat(others, 0);
			}),
		).map(arrayOfTensor),
	);
	for (const [k, output] of outputs.entries())
		assert.deepEqual(
			first(beside[k] as Array64),
			first(output),
			"what stands beside an example changes it",
		);
}

function checkGradients(one: LayerCase, what: string): number {
	const { gradients, dy = [] } = one;
	if (!gradients) return 0;
	let worst = 0;
	const { model } = buildModel(one);
	try {
		soil([...gradients.inputs, ...gradients.weights]);
		const found = gradientsOf(one, model, dy);
		const expected = [...gradients.inputs, ...gradients.weights];
		assert.equal(found.length, expected.length, `${what}: gradients`);
		for (const [k, slope] of expected.entries()) {
			const of =
				k < gradients.inputs.length
					? `input ${k}`
					: `weight ${k - gradients.inputs.length}`;
			worst = Math.max(
				worst,
				same(
					found[k] as Array64,
					slope,
					TOLERANCE * 3,
					`${what}: gradient of ${of}`,
				),
			);
		}
	} finally {
		model.dispose();
	}
	return worst;
}

/** How far apart the two gradients are whose difference the second one is compared with. */
const STEP = 2e-3;
/** Differences of 32-bit gradients are only so exact. */
const SECOND_TOLERANCE = 2e-2;

/** The gradient of the gradient with respect to the first input, by differences of the gradient, which is proven. */
export function checkSecond(one: LayerCase): void {
	const at = one.inputs.findIndex(({ dtype }) => dtype === undefined);
	if (at < 0) return;
	const { model } = buildModel(one);
	try {
		tf.tidy(() => {
			const given = one.inputs.map(tensorOf);
			const x = given[at] as tf.Tensor;
			const waves = (size: number) => tf.cos(tf.range(0, size));
			const gradient = tf.grad((x: tf.Tensor) => {
				const outputs = outputsOf(
					model,
					given.with(at, x),
					one.training ?? false,
				);
				return tf.addN(
					outputs.map((y) =>
						tf.sum(tf.mul(tf.square(y), waves(y.size).reshape(y.shape))),
					),
				);
			});
			// Not from 0, which masks.
			const direction = waves(x.size)
				.reshape(x.shape)
				.mul(tf.cast(tf.notEqual(x, 0), "float32"));
			const second = tf.grad((x: tf.Tensor) =>
				tf.sum(tf.mul(gradient(x), direction)),
			)(x);
			const [above, below] = [STEP, -STEP].map((step) =>
				gradient(tf.add(x, tf.mul(direction, step))),
			) as [tf.Tensor, tf.Tensor];
			const expected = tf.div(tf.sub(above, below), 2 * STEP);
			const size = Math.max(
				1,
				tf.max(tf.abs(expected)).dataSync()[0] as number,
			);
			// Where the slopes before and behind differ, there is a kink, and nothing to compare.
			const bend = tf.div(
				tf.sub(tf.add(above, below), tf.mul(gradient(x), 2)),
				STEP,
			);
			const isSmooth = tf.cast(tf.less(tf.abs(bend), 0.02 * size), "float32");
			const differences = tf.mul(tf.sub(second, expected), isSmooth);
			const off = tf.max(tf.abs(differences)).dataSync()[0] as number;
			assert.ok(
				off / size < SECOND_TOLERANCE,
				`${titleOf(one)}: gradient of the gradient: off by ${off / size}`,
			);
		});
	} finally {
		model.dispose();
	}
}

/** Of Σ dy · outputs, with respect to inputs and weights. */
function gradientsOf(
	{ inputs, training = false }: LayerCase,
	model: tf.LayersModel,
	dy: readonly (Recorded | null)[],
): Array64[] {
	return tidied(() => {
		const given = inputs.map((input) =>
			(input.dtype ?? "float32") === "float32"
				? tf.variable(tensorOf(input))
				: tensorOf(input),
		);
		const moving = given.filter(
			(input): input is tf.Variable => input instanceof tf.Variable,
		);
		const weights = model.trainableWeights.map(
			(weight) => weight.read() as unknown as tf.Variable,
		);
		const all = [...moving, ...weights];
		const { grads } = tf.variableGrads(() => {
			const outputs = outputsOf(model, given, training);
			return tf.addN(
				outputs.flatMap((output, k) => {
					const by = dy[k];
					return by ? [tf.sum(tf.mul(output, tensorOf(by)))] : [];
				}),
			) as tf.Scalar;
		}, all);
		const slopes = all.map((variable) => {
			const slope = grads[variable.name];
			return arrayOfTensor(slope ?? tf.zerosLike(variable));
		});
		tf.dispose(moving);
		return slopes;
	});
}

/** Saved and loaded, from JSON, and with weights that were set: the same bits. */
export async function checkCopies(one: LayerCase): Promise<void> {
	const { model } = buildModel(one);
	const folder = await mkdtemp(join(tmpdir(), "layers-"));
	try {
		model.summary(undefined, undefined, () => undefined);
		const expected = forward(model, one.inputs, false);
		await model.save(`file://${folder}/model`);
		const loaded = await tf.loadLayersModel(`file://${folder}/model`);
		assert.deepEqual(
			forward(loaded, one.inputs, false),
			expected,
			"saved and loaded",
		);
		const rebuilt = await tf.models.modelFromJSON(
			JSON.parse(model.toJSON() as unknown as string) as never,
		);
		rebuilt.setWeights(model.getWeights());
		assert.deepEqual(
			forward(rebuilt, one.inputs, false),
			expected,
			"toJSON and modelFromJSON",
		);
		assert.deepEqual(
			asJson(rebuilt.toJSON(null, false)),
			asJson(model.toJSON(null, false)),
			"configurations",
		);
		for (const copy of [loaded, rebuilt]) copy.dispose();
	} finally {
		model.dispose();
		await rm(folder, { recursive: true });
	}
}

/** A configuration as JSON has it, without the type that a layer without one takes from its default. */
const asJson = (json: unknown): unknown =>
	JSON.parse(
		JSON.stringify(json, (key, value: unknown) =>
			key === "dtype" ? undefined : value,
		),
	);

const STEPS = 3;

/** fit, fitDataset, trainOnBatch and a loop of one's own: the same weights after three steps. */
export async function checkTraining(one: LayerCase): Promise<void> {
	const ways: Record<string, (training: Training) => unknown> = {
		fit: ({ model, xs, ys, batch }) =>
			model.fit(xs, ys, {
				epochs: STEPS,
				batchSize: batch,
				shuffle: false,
				verbose: 0,
			}),
		fitDataset: ({ model, xs, ys }) =>
			model.fitDataset(
				tf.data
					.array([
						{
							xs: named(xs, model.inputNames),
							ys: named(ys, model.outputNames),
						},
					] as never)
					.repeat(STEPS),
				{ epochs: 1, batchesPerEpoch: STEPS, verbose: 0 },
			),
		trainOnBatch: async ({ model, xs, ys }) => {
			for (let step = 0; step < STEPS; step++) await model.trainOnBatch(xs, ys);
		},
		"a loop": ({ model, inputs, targets }) => {
			const optimizer = tf.train.sgd(0.05);
			const weights = model.trainableWeights.map(
				(weight) => weight.read() as unknown as tf.Variable,
			);
			for (let step = 0; step < STEPS; step++)
				optimizer.minimize(
					() => {
						const outputs = outputsOf(model, inputs, true);
						return outputs
							.map((output, k) =>
								meanWhere(
									tf.metrics.meanSquaredError(targets[k] as tf.Tensor, output),
									maskOf(output),
								),
							)
							.reduce((sum, loss) => tf.add(sum, loss)) as tf.Scalar;
					},
					false,
					weights,
				);
			optimizer.dispose();
		},
	};
	let expected: Array64[] | undefined;
	for (const [way, train] of Object.entries(ways)) {
		const { model } = buildModel(one);
		const inputs = one.inputs.map(tensorOf);
		const targets = one.expected.map(({ shape }) =>
			tf.tidy(() => tf.cos(tf.range(0, sizeOf(shape))).reshape([...shape])),
		);
		const optimizer = tf.train.sgd(0.05);
		try {
			model.compile({ optimizer, loss: "meanSquaredError" });
			await train({
				model,
				inputs,
				targets,
				xs: inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs,
				ys: targets.length === 1 ? (targets[0] as tf.Tensor) : targets,
				batch: inputs[0]?.shape[0] as number,
			});
			const weights = tidied(() => model.getWeights().map(arrayOfTensor));
			assert.ok(
				weights.every(({ values }) =>
					Array.from(values).every(Number.isFinite),
				),
				`${way}: weights are no numbers`,
			);
			if (expected && targets.length > 1)
				for (const [k, weight] of weights.entries())
					assertSame(weight, expected[k] as Array64, 1e-5, way, NOTHING);
			else if (expected)
				assert.deepEqual(
					weights,
					expected,
					`${way} and fit give other weights`,
				);
			expected = weights;
		} finally {
			model.dispose();
			optimizer.dispose();
			tf.dispose([inputs, targets]);
		}
	}
}

const meanWhere = (losses: tf.Tensor, mask: tf.Tensor | null): tf.Tensor =>
	mask
		? tf.div(tf.sum(tf.mul(losses, tf.cast(mask, "float32"))), tf.sum(mask))
		: tf.mean(losses);

interface Training {
	readonly model: tf.LayersModel;
	readonly inputs: readonly tf.Tensor[];
	readonly targets: readonly tf.Tensor[];
	readonly xs: tf.Tensor | tf.Tensor[];
	readonly ys: tf.Tensor | tf.Tensor[];
	readonly batch: number;
}

const named = (
	tensors: tf.Tensor | tf.Tensor[],
	names: readonly string[],
): tf.Tensor | tf.Tensor[] | Record<string, tf.Tensor> =>
	Array.isArray(tensors) && new Set(names).size === tensors.length
		? Object.fromEntries(
				tensors.map((tensor, at) => [names[at] as string, tensor]),
			)
		: tensors;
