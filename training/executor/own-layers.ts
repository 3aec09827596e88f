import * as tf from "../backend/tf.ts";

/** Classes that TensorFlow.js came with: of others nobody knows what they depend on. */
const built: ReadonlySet<unknown> = new Set(
	Object.values(tf.serialization.SerializationMap.getMap().classNameMap).map(
		([layer]) => layer,
	),
);

/** The layers that a model consists of, those of its parts among them. */
function* layersOf(model: tf.LayersModel): Generator<tf.layers.Layer> {
	for (const layer of model.layers) {
		yield layer;
		if (layer instanceof tf.LayersModel) yield* layersOf(layer);
		const { layer: wrapped } = layer as { layer?: tf.layers.Layer };
		if (wrapped) yield wrapped;
	}
}

/** Why steps of the model cannot be told from its weights and inputs, if they cannot. */
export function ownLayerProblem(model: tf.LayersModel): string | undefined {
	for (const layer of layersOf(model))
		if (!built.has(layer.constructor))
			return `the layer ${layer.name} is of a class of its own, ${layer.getClassName()}, and may depend on more than its weights`;
	return undefined;
}
