import type { LayersModel } from "@tensorflow/tfjs-layers";

/**
 * An architecture. The models it builds end in two layers, `logits` and
 * `probabilities` (a softmax): `predict` gives class probabilities, training
 * takes the logits. Layer names are fixed, so that two models built one after
 * the other save under the same names.
 */
export interface Architecture {
	readonly name: string;
	readonly description: string;
	/** Of one example: `[2]` or `[height, width, channels]`. */
	readonly inputShape: readonly number[];
	/** A fresh model, its weights drawn from `Math.random`. */
	create(classes: number): LayersModel;
}
