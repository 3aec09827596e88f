import { UsageError } from "../base/errors.ts";
import * as tf from "./backend/tf.ts";

/** What a layer of a model gives for a batch: `[batch, …]` → `[batch, …]`. */
export type Forward = (input: tf.Tensor, training: boolean) => tf.Tensor;

/** What the layers of a model give, from its output back to its input. */
function* outputsOf(model: tf.LayersModel): Generator<tf.SymbolicTensor> {
	const seen = new Set(model.outputs);
	for (const tensor of seen) {
		yield tensor;
		for (const input of tensor.inputs) seen.add(input);
	}
}

/** Does each layer take what the one before it gives, and nothing else? */
const isChain = (model: tf.LayersModel): boolean =>
	model.getClassName() === "Sequential" ||
	(model.outputs.length === 1 &&
		[...outputsOf(model)].every(
			({ sourceLayer, inputs }, i) =>
				sourceLayer === model.layers.at(-1 - i) && inputs.length <= 1,
		));

/**
 * A model up to the layer of this name, it included. Layers of a chain are called
 * one after the other, which saves the bookkeeping of `model.apply`, a third of a
 * small model's step; a model with branches is followed as a graph. The layers
 * are the model's own: there is nothing to dispose of.
 */
export function forwardTo(model: tf.LayersModel, name: string): Forward {
	const last = model.layers.findIndex((layer) => layer.name === name);
	if (last < 0)
		throw new UsageError(
			`the model "${model.name}" has no layer "${name}"; a task's model ends in "logits" and "probabilities"`,
		);
	if (isChain(model)) {
		const layers = model.layers.slice(0, last + 1);
		return (input, training) =>
			layers.reduce(
				(output, layer) => layer.call(output, { training }) as tf.Tensor,
				input,
			);
	}
	// Not `layer.output`: a layer may be part of other models, too.
	const output = [...outputsOf(model)].find(
		({ sourceLayer }) => sourceLayer.name === name,
	) as tf.SymbolicTensor;
	const part = tf.model({ inputs: model.inputs, outputs: output });
	return (input, training) =>
		[part.call(input, { training })].flat()[0] as tf.Tensor;
}
