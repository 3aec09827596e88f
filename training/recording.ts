import { UsageError } from "../base/errors.ts";
import { rejecting } from "../base/rejecting.ts";
import type { BoundaryPoint, ParamTree } from "../experiment/events.ts";
import { givenOptions } from "../experiment/given-options.ts";
import type { Label } from "../experiment/labels.ts";
import { nested } from "../experiment/parameters/nested.ts";
import type { GeneratorName } from "../experiment/random/generators.ts";
import { currentStreams } from "../experiment/random/scope.ts";
import { activeRun, requireRun } from "../experiment/record/active-run.ts";
import { codeStream } from "../experiment/session.ts";
import { inspect } from "../host/inspect.ts";
import * as tf from "./backend/tf.ts";
import { decisionBoundary, type PointClassifier } from "./boundary.ts";
import { fitCallbacks } from "./callbacks.ts";
import { collectState, type Restorable, restoreState } from "./checkpoint.ts";
import { pca } from "./embedding.ts";
import { loadKept, rememberModel } from "./kept-models.ts";
import { matrixOf } from "./metrics.ts";

/** Labels as a list, a typed array or a tensor `[n]`. */
export type Labels = ArrayLike<Label> | tf.Tensor;

/** Points of the plane: `[x, y]` pairs with labels, or points with their own. */
export interface LabelledPoints {
	/** `[n, 2]`. */
	readonly points: readonly (readonly [number, number])[] | tf.Tensor2D;
	/** Class index per point. */
	readonly labels: ArrayLike<number> | tf.Tensor;
}

interface PictureOptions {
	/** Tells pictures of a run apart; updates of one share it. */
	readonly name?: string;
	readonly step?: number;
	/** Class names, in the order of their indices. */
	readonly classes?: readonly string[];
}

function listOf(values: Labels, caller: string): Label[] {
	if (!(values instanceof tf.Tensor)) return Array.from(values);
	if (values.rank !== 1)
		throw new UsageError(
			`${caller}: labels must have shape [n], not [${values.shape}]; of scores or one-hot rows take the index with .argMax(-1)`,
		);
	return Array.from(values.dataSync());
}

/** What the language and consoles ask of any object is no parameter. */
const ASKED_OF_OBJECTS = new Set(["then", "toJSON", "constructor"]);

const present = (): ParamTree => nested(activeRun()?.params ?? {});

/**
 * The running run's parameters, by name. Reading an undeclared one throws.
 * Outside of a run there are none.
 * @example
 * await dd.run({ name: "read", params: { lr: 0.1 } }, () => {
 *   dd.log({ twice: 2 * Number(dd.params.lr) });
 * });
 */
export const params: ParamTree = new Proxy(
	// A console does not see what a proxy answers, only this.
	Object.defineProperty({}, inspect.custom, {
		value: present,
		configurable: true,
	}),
	{
		get(_, key) {
			if (typeof key === "symbol") return undefined;
			const all = present();
			if (Object.hasOwn(all, key)) return all[key];
			if (ASKED_OF_OBJECTS.has(key)) return undefined;
			const declared = Object.keys(nested(requireRun("dd.params").params));
			throw new UsageError(
				`dd.params.${key}: this run declares ${declared.join(", ") || "no parameters"}`,
			);
		},
		has: (_, key) => Object.hasOwn(present(), key),
		ownKeys: () => Object.keys(present()),
		getOwnPropertyDescriptor: (_, key) =>
			Object.hasOwn(present(), key)
				? {
						value: present()[String(key)],
						enumerable: true,
						configurable: true,
					}
				: undefined,
	},
);

/**
 * Records scalars of the running run, e.g. `dd.log({ loss, val_loss }, { step: epoch })`.
 * Steps start at 1; without one, each metric counts its own.
 * @example
 * await dd.run({ name: "logged" }, () => {
 *   for (let epoch = 1; epoch <= 3; epoch++) dd.log({ loss: 1 / epoch }, { step: epoch });
 * });
 */
export function log(
	values: Record<string, number>,
	options: { step?: number } = {},
): void {
	requireRun("dd.log").log(values, options);
}

/**
 * Callbacks for `model.fit(x, y, { callbacks: dd.callbacks() })`: log every epoch, show progress, stop on interrupt.
 * @example
 * import * as tf from "@tensorflow/tfjs";
 *
 * await dd.run({ name: "fitted" }, async () => {
 *   const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1], units: 1 })] });
 *   model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
 *   const x = tf.linspace(0, 1, 10).expandDims(1);
 *   await model.fit(x, x.mul(2), { epochs: 2, callbacks: dd.callbacks() });
 * });
 */
export function callbacks(): tf.CustomCallback {
	return fitCallbacks(requireRun("dd.callbacks"));
}

/**
 * Keeps a value as files of the run: a model, a tensor, a typed array, text, or
 * anything that JSON can hold. Resolves when it is written.
 * @example
 * await dd.run({ name: "kept" }, async () => {
 *   await dd.artifact("weights", Float32Array.of(0.5, 1));
 *   await dd.artifact("notes", { classes: ["cat", "dog"] });
 * });
 */
export function artifact(name: string, value: unknown): Promise<void> {
	return rejecting(() => {
		const run = requireRun("dd.artifact");
		const kept = run.artifact(name, value);
		// Of one that nobody awaits, the end of the run tells what became.
		const remembered = rememberModel(run, name, value);
		remembered.catch(() => undefined);
		const both = kept.then(() => remembered);
		both.catch(() => undefined);
		return both;
	});
}

/**
 * Loads a model that `dd.artifact` has kept: in a run its own, elsewhere that
 * of the latest run that has one of the name. Its predictions are the same, bit
 * for bit; to train on, compile it.
 * @example
 * await dd.run({ name: "trained" }, async () => {
 *   await dd.artifact("classifier", dd.architecture("FC_simple").create(2));
 * });
 * const model = await dd.load("classifier");
 * const same = await dd.load("classifier", { run: "last" });
 * @param options.run an id or the beginning of one, "last", or a run's folder
 * @throws UsageError when no run has kept such a model, or its files were changed
 */
export function load(
	name: string,
	options: { run?: string } = {},
): Promise<tf.LayersModel> {
	return rejecting(() => {
		const example = 'dd.load("classifier", { run: "last" })';
		const { run } = givenOptions("dd.load", options, example);
		return loadKept(name, run);
	});
}

/**
 * Keeps where a training stands after a step, in place of the checkpoint
 * before: a run that is interrupted, killed or fails is resumed from there.
 * All of it is as it was at the call, also where nobody awaits it.
 * @example
 * await dd.run({ name: "long", params: { epochs: 2 } }, async ({ epochs }) => {
 *   const weights = Float32Array.of(0, 0);
 *   const done = await dd.restore({ weights });
 *   for (let epoch = done + 1; epoch <= epochs; epoch++) {
 *     weights[0] = Math.random();
 *     await dd.checkpoint(epoch, { weights });
 *   }
 * });
 * @param parts models (with their optimizer), optimizers, variables, typed arrays, objects of JSON
 */
export async function checkpoint(
	step: number,
	parts: Restorable,
): Promise<void> {
	const run = requireRun("dd.checkpoint");
	if (!Number.isInteger(step) || step < 1)
		throw new UsageError(
			`dd.checkpoint: the step is the number of epochs that are done, at least 1, not ${step}`,
		);
	await run.checkpoint(step, collectState(parts));
}

/**
 * Of a run that resumes another: puts the parts, the streams of random numbers
 * and what was recorded back to the last checkpoint. Resolves to its step; 0
 * in a run that begins.
 * @example
 * await dd.run({ name: "again" }, async () => {
 *   const weights = Float32Array.of(0, 0);
 *   const done = await dd.restore({ weights }); // 0 in a run that begins
 *   await dd.checkpoint(done + 1, { weights });
 * });
 */
export async function restore(parts: Restorable): Promise<number> {
	const saved = requireRun("dd.restore").restore();
	if (!saved) return 0;
	await restoreState(parts, saved);
	return saved.step;
}

/**
 * Records and shows how often each true class was predicted as each class; the
 * predictions are kept too, as artifact `NAME-predictions-1` and so on.
 * @example
 * await dd.run({ name: "tested" }, () => {
 *   dd.confusion([0, 1, 1], [0, 1, 0], { name: "test", classes: ["cat", "dog"] });
 * });
 */
export function confusion(
	labels: Labels,
	predictions: Labels,
	options: PictureOptions = {},
): void {
	const run = requireRun("dd.confusion");
	const example = 'dd.confusion(labels, predictions, { name: "test" })';
	const {
		name = "confusion",
		step,
		classes,
	} = givenOptions("dd.confusion", options, example);
	const truth = listOf(labels, "dd.confusion");
	const predicted = listOf(predictions, "dd.confusion");
	const number = run.show(
		"confusion",
		name,
		matrixOf("dd.confusion", truth, predicted, classes),
		step,
	);
	void run.artifact(`${name}-predictions-${number}`, {
		labels: truth,
		predictions: predicted,
	});
}

/**
 * Records and shows what a model of two inputs says over the plane around the
 * points: the winner by colour, its probability by strength.
 * @example
 * await dd.run({ name: "plane" }, () => {
 *   const { points, classes } = dd.pointSet("moons", 100, dd.rng("points"));
 *   dd.boundary(dd.architecture("MLP").create(classes.length), points, { step: 1, classes });
 * });
 * @param model gives class scores `[n, classes]` for points `[n, 2]`
 */
export function boundary(
	model: PointClassifier,
	points: LabelledPoints | readonly BoundaryPoint[],
	options: PictureOptions = {},
): void {
	const run = requireRun("dd.boundary");
	const example = "dd.boundary(model, points, { step: 3 })";
	const {
		name = "boundary",
		step,
		classes,
	} = givenOptions("dd.boundary", options, example);
	run.show(
		"boundary",
		name,
		decisionBoundary(model, pointList(points), classes ? { classes } : {}),
		step,
	);
}

function pointList(
	given: LabelledPoints | readonly BoundaryPoint[],
): readonly BoundaryPoint[] {
	if (!("points" in given)) return given;
	const positions =
		given.points instanceof tf.Tensor
			? (given.points.arraySync() as [number, number][])
			: given.points;
	const labels = listOf(given.labels, "dd.boundary").map(Number);
	if (positions.length !== labels.length)
		throw new UsageError(
			`dd.boundary: there are ${positions.length} points and ${labels.length} labels; give one label per point`,
		);
	return positions.map(([x, y], i) => ({ x, y, label: labels[i] as number }));
}

/**
 * Records and shows vectors `[n, d]` projected to the plane by principal components.
 * @example
 * await dd.run({ name: "embedded" }, () => {
 *   dd.embedding([[0, 1, 0], [1, 0, 0], [1, 1, 1]], ["a", "b", "b"], { name: "features" });
 * });
 */
export function embedding(
	vectors: tf.Tensor2D | readonly ArrayLike<number>[],
	labels: Labels,
	options: PictureOptions = {},
): void {
	const example = 'dd.embedding(vectors, labels, { name: "features" })';
	const { name = "embedding", step } = givenOptions(
		"dd.embedding",
		options,
		example,
	);
	const rows =
		vectors instanceof tf.Tensor
			? { values: vectors.dataSync(), width: vectors.shape[1] }
			: {
					values: vectors.flatMap((row) => Array.from(row)),
					width: vectors[0]?.length ?? 0,
				};
	requireRun("dd.embedding").show(
		"embedding",
		name,
		pca(rows.values, rows.width, listOf(labels, "dd.embedding").map(String)),
		step,
	);
}

/**
 * Verifies a data folder against its manifest, notes it in the running run's
 * record, and resolves to its absolute path. Throws DataChangedError.
 * @example
 * await dd.run({ name: "with-data" }, async () => {
 *   const folder = await dd.data("data/pets");
 *   console.log(folder);
 * });
 */
export function data(directory: string): Promise<string> {
	return rejecting(() => requireRun("dd.data").data(directory));
}

/**
 * Uniform numbers in [0, 1) from the stream `name`. In a run, and in a task
 * (`dd.task`), the stream is the run's or the task's own and goes on from call
 * to call; elsewhere it depends on root seed and name alone and starts anew.
 * @example
 * const next = dd.rng("shuffle");
 * const order = Array.from({ length: 5 }, (_, i) => ({ i, key: next() })).sort((a, b) => a.key - b.key);
 * order.length; // → 5
 * @param options.generator one of seedrandom's, e.g. "alea", for code that wants it
 */
export function rng(
	name: string,
	options: { generator?: GeneratorName } = {},
): () => number {
	const example = 'dd.rng("shuffle", { generator: "alea" })';
	const { generator } = givenOptions("dd.rng", options, example);
	const streams = currentStreams();
	return streams && (activeRun() || streams.isTask)
		? streams.stream(name, generator).next
		: codeStream(name, generator).next;
}
