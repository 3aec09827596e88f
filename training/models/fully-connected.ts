import type { LayersModel } from "@tensorflow/tfjs-layers";
import * as tf from "../backend/tf.ts";
import { uniformByFanIn } from "./initializer.ts";

/** `2 → hidden[0] → … → classes`, with one activation after every hidden layer. */
export function fullyConnected(
	name: string,
	hidden: readonly number[],
	activation: "tanh" | "relu",
	classes: number,
): LayersModel {
	const model = tf.sequential({ name });
	let inputs = 2;
	for (const [index, units] of hidden.entries()) {
		model.add(
			tf.layers.dense({
				name: `dense${index + 1}`,
				inputShape: [inputs],
				units,
				activation,
				...uniformByFanIn(inputs),
			}),
		);
		inputs = units;
	}
	model.add(
		tf.layers.dense({
			name: "logits",
			units: classes,
			...uniformByFanIn(inputs),
		}),
	);
	model.add(tf.layers.softmax({ name: "probabilities" }));
	return model;
}
