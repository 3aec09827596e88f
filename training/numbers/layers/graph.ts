import * as tf from "../../backend/tf.ts";
import {
	type Array64,
	array,
	type NumberType,
	tensorOf as tensorOfArray,
} from "../array.ts";
import { listOf } from "../op-check.ts";

/** A layer as a case names it: its factory of tf.layers, and what it is given. */
export type Named = readonly [factory: string, config: Readonly<Config>];

// biome-ignore lint/suspicious/noExplicitAny: each layer knows its own.
type Config = Record<string, any>;

export interface Recorded {
	readonly shape: readonly number[];
	/** 32-bit floats where none is named. */
	readonly dtype?: NumberType;
	readonly values?: readonly (number | string)[];
	/** In place of values: how many sixteenths. */
	readonly sixteenths?: readonly number[];
}

/** A node of a case: a layer, or the node whose layer is used "again", and the tensors that it takes. */
export type GraphNode = readonly [
	factory: string,
	config: Readonly<Config> | number,
	from: readonly number[],
];

/** A small model: tensors are counted, first the inputs, then what each node gives. */
export interface Graph {
	readonly inputs: readonly Recorded[];
	readonly nodes: readonly GraphNode[];
	/** Of the layers, in their order. */
	readonly weights: readonly Recorded[];
	/** Tensors that the model gives. */
	readonly outputs: readonly number[];
}

export const arrayOf = ({
	shape,
	values,
	sixteenths,
	dtype,
}: Recorded): Array64 =>
	array(
		shape,
		sixteenths?.map((count) => count / 16) ?? values?.map(Number) ?? [],
		dtype,
	);

type Factory = (config: Config) => tf.layers.Layer;

const factories = tf.layers as unknown as Record<string, Factory>;

const isNamed = (value: unknown): value is Named =>
	Array.isArray(value) && typeof value[0] === "string" && value.length === 2;

/** Cells and wrapped layers are named in the same way as what holds them. */
function madeOf(value: unknown): unknown {
	if (isNamed(value)) return make(value[0], value[1]);
	return Array.isArray(value) && value.length > 0 && value.every(isNamed)
		? value.map(madeOf)
		: value;
}

/** Makes a layer. The configuration is a copy: some layers change theirs. */
export function make(
	factory: string,
	config: Readonly<Config>,
): tf.layers.Layer {
	const own = structuredClone(config) as Config;
	for (const name of ["cell", "cells", "layer"])
		if (name in own) own[name] = madeOf(own[name]);
	return (factories[factory] as Factory)(own);
}

export interface Built {
	readonly model: tf.LayersModel;
	/** Of the nodes that have a layer of their own. */
	readonly layers: readonly tf.layers.Layer[];
}

/** The model of a graph, with its weights. `batch` is the number of examples, where a layer has to know it. */
export function buildModel(graph: Graph, batch: number | null = null): Built {
	const inputs = graph.inputs.map(({ shape, dtype }) =>
		tf.input({
			batchShape: [batch, ...shape.slice(1)],
			dtype: dtype ?? "float32",
		}),
	);
	const tensors: tf.SymbolicTensor[] = [...inputs];
	const byNode: tf.layers.Layer[] = [];
	const layers: tf.layers.Layer[] = [];
	for (const [factory, config, from] of graph.nodes) {
		const isAgain = typeof config === "number";
		const layer = isAgain
			? (byNode[config] as tf.layers.Layer)
			: make(factory, config);
		if (!isAgain) layers.push(layer);
		byNode.push(layer);
		const given = from.map((at) => tensors[at] as tf.SymbolicTensor);
		const [first, ...more] = given as [tf.SymbolicTensor];
		tensors.push(
			...([
				layer.apply(more.length > 0 ? given : first),
			].flat() as tf.SymbolicTensor[]),
		);
	}
	const model = tf.model({
		inputs,
		outputs: graph.outputs.map((at) => tensors[at] as tf.SymbolicTensor),
	});
	setWeights(layers, graph.weights);
	return { model, layers };
}

/** Sets the weights of layers, in their order. */
export function setWeights(
	layers: readonly tf.layers.Layer[],
	weights: readonly Recorded[],
): void {
	tf.tidy(() => {
		let from = 0;
		for (const layer of layers) {
			const count = layer.weights.length;
			layer.setWeights(
				weights.slice(from, from + count).map((weight) => tensorOf(weight)),
			);
			from += count;
		}
		if (from !== weights.length)
			throw new Error(
				`the layers have ${from} weights, and ${weights.length} are on record`,
			);
	});
}

export const tensorOf = (recorded: Recorded): tf.Tensor =>
	tensorOfArray(tf, arrayOf(recorded));

/** What a model computes, with gradients where a tape is running. */
export const outputsOf = (
	model: tf.LayersModel,
	inputs: readonly tf.Tensor[],
	training: boolean,
): readonly tf.Tensor[] =>
	listOf(
		model.apply(inputs.length === 1 ? (inputs[0] as tf.Tensor) : [...inputs], {
			training,
		}) as tf.Tensor | tf.Tensor[],
	);
