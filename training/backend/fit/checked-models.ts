/** Mistakes in how models are built and used, told before tfjs stumbles over them or computes past them. */
import { Tensor, variable as variableOfTensor } from "@tensorflow/tfjs-core";
import {
	input as inputOf,
	LayersModel,
	layers,
	model as modelOf,
	Sequential,
	SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { UsageError } from "../../../base/errors.ts";
import { suggestion } from "../../../base/nearest.ts";
import { putInFront } from "../../explain/explain.ts";
import { Container, mend } from "../layers/classes.ts";
import { shapeProblem, shown } from "../layers/configuration.ts";

type Method = (this: object, ...args: unknown[]) => unknown;
type Methods<Name extends string> = Record<Name, Method>;

const isLayer = (value: unknown): boolean =>
	typeof value === "object" &&
	value !== null &&
	"inboundNodes" in value &&
	"apply" in value;

/** What was given in the place of a layer or a tensor. */
const called = (value: unknown): string =>
	isLayer(value)
		? `the layer ${(value as layers.Layer).name}`
		: value instanceof Tensor
			? `a tensor of the shape [${value.shape}]`
			: shown(value);

/** Complex inputs of a model would be computed with as if they were real. */
export function refuseComplex(
	value: unknown,
	what: string,
	dtypes: readonly (string | undefined)[] = [],
): void {
	const list =
		value instanceof Tensor || typeof value !== "object" || value === null
			? [value]
			: Object.values(value);
	for (const [at, one] of list.entries())
		if (
			one instanceof Tensor &&
			one.dtype === "complex64" &&
			dtypes[at] !== "complex64"
		)
			throw new UsageError(
				`${what} are complex numbers, and a model computes with real ones: give tf.real(x), tf.imag(x) or tf.abs(x), or both parts side by side with tf.concat([tf.real(x), tf.imag(x)], -1)`,
			);
}

const dtypesOf = (model: object) =>
	((model as LayersModel).inputs ?? []).map(({ dtype }) => dtype as string);

/** Inputs of one call have as many examples each; `predict` of tfjs takes the first one's number. */
function refuseUnequal(value: unknown): void {
	if (value instanceof Tensor || typeof value !== "object" || value === null)
		return;
	const counts = Object.values(value).map((one) =>
		one instanceof Tensor ? one.shape[0] : undefined,
	);
	if (new Set(counts).size > 1)
		throw new UsageError(
			`model.predict: the inputs have ${counts.join(" and ")} examples, which their first axis counts: give as many of each`,
		);
}

function checkWeights(layer: layers.Layer, weights: unknown): void {
	if (
		!Array.isArray(weights) ||
		!weights.every((one: unknown) => one instanceof Tensor)
	)
		throw new UsageError(
			`setWeights takes a list of tensors, as getWeights gives it, and not ${shown(weights)}`,
		);
	const own = layer.weights.map(({ shape }) => `[${shape}]`);
	const given = (weights as Tensor[]).map(({ shape }) => `[${shape}]`);
	if (own.length === 0 && given.length > 0)
		throw new UsageError(
			`${layer.name} has no weights${layer.built ? "" : " yet: apply it to an input, or give it an inputShape in a model"}`,
		);
	if (own.join() !== given.join())
		throw new UsageError(
			`the weights of ${layer.name} have the shapes ${own.join(", ")}, and those given ${given.join(", ") || "are none"}: setWeights takes one tensor for each, in the order of getWeights`,
		);
}

/** A window that is larger than the image leaves nothing, which tfjs finds out by the first batch, if at all. */
function refuseNothing(
	{ name }: layers.Layer,
	given: unknown,
	made: unknown,
): void {
	const isEmpty = (one: unknown) =>
		one instanceof SymbolicTensor &&
		one.shape.some((size) => size !== null && size <= 0);
	if (![made].flat().some(isEmpty) || [given].flat().some(isEmpty)) return;
	const shapes = [given]
		.flat()
		.map((one) => `[${(one as SymbolicTensor).shape.slice(1)}]`);
	throw new UsageError(
		`the layer ${name} takes more away than there is in examples of the shape ${shapes.join(", ")}: give a smaller kernelSize, poolSize or cropping, padding "same", or larger images`,
	);
}

function mendLayers(): void {
	const prototype = layers.Layer.prototype as unknown as Methods<
		"setWeights" | "apply" | "assertInputCompatibility"
	>;
	mend(
		prototype,
		"setWeights",
		(original) =>
			function (weights) {
				checkWeights(this as layers.Layer, weights);
				return original.call(this, weights);
			},
	);
	mend(
		prototype,
		"apply",
		(original) =>
			function (...args) {
				const [inputs] = args;
				const wrong = [inputs]
					.flat()
					.find(
						(one) =>
							one === undefined ||
							one === null ||
							typeof one === "number" ||
							isLayer(one),
					);
				if (inputs === undefined || inputs === null || wrong !== undefined)
					throw new UsageError(
						`the layer ${(this as layers.Layer).name} is applied to what tf.input or the apply of another layer gives, or to a tensor, and not to ${called(wrong ?? inputs)}`,
					);
				const made = original.apply(this, args);
				refuseNothing(this as layers.Layer, inputs, made);
				return made;
			},
	);
	mend(
		prototype,
		"assertInputCompatibility",
		(original) =>
			function (inputs) {
				try {
					return original.call(this, inputs);
				} catch (error) {
					const advice = adviceFor(inputs, String((error as Error).message));
					if (advice !== undefined)
						putInFront(
							error as Error,
							`the layer ${(this as layers.Layer).name} ${advice}`,
						);
					throw error;
				}
			},
	);
}

/** What to put between two layers that do not follow each other. */
function adviceFor(inputs: unknown, message: string): string | undefined {
	const found = /expected n?dim=(\d), found ndim=(\d)/.exec(message);
	const [first] = [inputs].flat();
	if (!found) return undefined;
	const [expected, given] = [Number(found[1]), Number(found[2])];
	const before =
		first instanceof SymbolicTensor
			? (first.sourceLayer as object as {
					name: string;
					returnSequences?: boolean;
					cell?: unknown;
				})
			: undefined;
	if (before && "cell" in before && expected === 3 && given === 2)
		return `takes sequences, [batch, steps, features], and ${before.name} gives its last step alone: make ${before.name} with returnSequences: true`;
	const axes = ["", "", "", "steps", "height, width", "depth, height, width"][
		expected
	];
	if (!axes || given >= expected) return undefined;
	const wanted = `[batch, ${axes}, ${expected === 3 ? "features" : "channels"}]`;
	return first instanceof Tensor && given === expected - 1
		? `takes ${wanted}, and was given [${first.shape}]: for one example add the batch axis, x.expandDims(0); for one value at each place the last, x.expandDims(-1)`
		: before
			? `takes ${wanted}, and ${before.name} gives ${given} axes: give inputShape all of them without the batch, or put tf.layers.reshape({ targetShape: [${axes}, ${expected === 3 ? "features" : "channels"}] }) between`
			: undefined;
}

function mendModels(): void {
	const container = Container.prototype as unknown as Methods<
		"getLayer" | "call"
	>;
	mend(
		container,
		"getLayer",
		(original) =>
			function (name, index) {
				const { layers: own } = this as LayersModel;
				const place = index ?? name;
				if (typeof place === "number") {
					if (!Number.isInteger(place) || place < 0 || place >= own.length)
						throw new UsageError(
							`the layers of the model are counted from 0 to ${own.length - 1}, and ${place} is none of them`,
						);
				} else if (!own.some((layer) => layer.name === place))
					throw new UsageError(
						`the model has no layer ${shown(place)}${suggestion(
							String(place),
							own.map((layer) => layer.name),
						)}`,
					);
				return original.call(this, name, index);
			},
	);
	mend(
		container,
		"call",
		(original) =>
			function (inputs, ...rest) {
				refuseComplex(inputs, "the inputs", dtypesOf(this));
				return original.call(this, inputs, ...rest);
			},
	);
	const models = LayersModel.prototype as unknown as Methods<
		"predict" | "predictOnBatch"
	>;
	for (const name of ["predict", "predictOnBatch"] as const)
		mend(
			models,
			name,
			(original) =>
				function (inputs, ...rest) {
					refuseComplex(inputs, `model.${name}: the inputs`, dtypesOf(this));
					refuseUnequal(inputs);
					return original.call(this, inputs, ...rest);
				},
		);
	const sequential = Sequential.prototype as unknown as Methods<"add" | "save">;
	mend(
		sequential,
		"add",
		(original) =>
			function (layer) {
				if (!isLayer(layer))
					throw new UsageError(
						`model.add: a model is made of layers, such as tf.layers.dense({ units: 8 }), and not of ${called(layer)}`,
					);
				return original.call(this, layer);
			},
	);
	mend(
		sequential,
		"save",
		(original) =>
			async function (this: object, ...args) {
				if ((this as Sequential).layers.length === 0)
					throw new UsageError(
						"model.save: the model has no layers yet: add some with model.add(…)",
					);
				return original.apply(this, args);
			},
	);
}

/** tfjs's, which takes tensors alone, with a sentence for others. */
export const variable: typeof variableOfTensor = (initial, ...rest) => {
	if (!((initial as unknown) instanceof Tensor))
		throw new UsageError(
			`tf.variable takes a tensor, such as tf.variable(tf.scalar(3)) or tf.variable(tf.tensor([1, 2])), and not ${shown(initial)}`,
		);
	return variableOfTensor(initial, ...rest);
};

/** tfjs's, that says what a shape is made of. */
export const input: typeof inputOf = (config) => {
	if (typeof config !== "object" || config === null)
		throw new UsageError(
			`tf.input takes an object: { shape: [2] }, of one example without the batch, and not ${shown(config)}`,
		);
	for (const name of ["shape", "batchShape"] as const) {
		const given = config[name];
		if (given === undefined || given === null) continue;
		const problem = shapeProblem(given, name, "input");
		if (problem !== undefined) throw new UsageError(`tf.input: ${problem}`);
	}
	return inputOf(config);
};

/** tfjs's, that looks at what it is made from. */
export const model: typeof modelOf = (config) => {
	for (const name of ["inputs", "outputs"] as const) {
		const given = [(config as typeof config | undefined)?.[name]].flat();
		const wrong = given.find((one) => !(one instanceof SymbolicTensor));
		if (given.length === 0 || given.some((one) => one === wrong))
			throw new UsageError(
				`tf.model: ${name} ${wrong === undefined ? "are missing" : `are what tf.input and layer.apply give, and not ${called(wrong)}`}: write tf.model({ inputs, outputs })`,
			);
	}
	return modelOf(config);
};

export function installModelChecks(): void {
	mendLayers();
	mendModels();
}
