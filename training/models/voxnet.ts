import * as tf from "../backend/tf.ts";
import { classifier } from "./blocks.ts";
import { architectureOf } from "./model.ts";

/** Filters, their size, their step, and the share of values that is dropped after each. */
const convolutions = [
	{ filters: 32, kernelSize: 5, strides: 2, rate: 0.2 },
	{ filters: 32, kernelSize: 3, strides: 1, rate: 0.3 },
];

/**
 * VoxNet (Maturana, Scherer: VoxNet: A 3D Convolutional Neural Network for
 * Real-Time Object Recognition, 2015): volumes `[batch, 32, 32, 32, 1]` →
 * `[batch, classes]`. Two convolutions without padding, LeakyReLU(0.1), maps of
 * 14³ and 12³, a pooling to 6³, 128 units in `features`. 921,736 parameters for 40 classes, as
 * the paper has it.
 */
export const voxnet = architectureOf("VoxNet", (classes) => {
	const model = tf.sequential({ name: "VoxNet" });
	model.add(
		tf.layers.inputLayer({ name: "input", inputShape: [32, 32, 32, 1] }),
	);
	for (const [index, { rate, ...shape }] of convolutions.entries()) {
		const name = `conv${index + 1}`;
		model.add(
			tf.layers.conv3d({ name, ...shape, kernelInitializer: "heNormal" }),
		);
		model.add(tf.layers.leakyReLU({ name: `${name}_relu`, alpha: 0.1 }));
		if (index === 1)
			model.add(tf.layers.maxPooling3d({ name: "pool", poolSize: 2 }));
		model.add(tf.layers.dropout({ name: `${name}_dropout`, rate }));
	}
	model.add(tf.layers.flatten({ name: "flatten" }));
	model.add(
		tf.layers.dense({
			...{ name: "features", units: 128, activation: "relu" },
			kernelInitializer: "heNormal",
		}),
	);
	model.add(tf.layers.dropout({ name: "features_dropout", rate: 0.4 }));
	for (const layer of classifier(128, classes)) model.add(layer);
	return model;
});
