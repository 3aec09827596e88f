import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import {
	classifier,
	convolution,
	joined,
	normRelu,
	through,
} from "./blocks.ts";
import { architectureOf } from "./model.ts";

/**
 * DenseNet-BC for CIFAR (Huang, Liu, van der Maaten, Weinberger: Densely
 * Connected Convolutional Networks, 2017): `[batch, 32, 32, 3]` → `[batch, classes]`.
 * Three blocks of (depth − 4) / 6 layers on maps of 32×32, 16×16 and 8×8; each
 * layer adds `growth` channels to all before it, and a transition keeps half of
 * them. `features` has the means of the last maps. With `depth: 100` it has
 * 769,162 parameters for 10 classes, the paper's 0.8 million.
 */
export const densenet = architectureOf(
	"DenseNet",
	(classes, { depth, growth }) => {
		const layers = (depth - 4) / 6;
		if (!Number.isInteger(layers) || layers < 1)
			throw new UsageError(
				`the model DenseNet has a depth of 6 · n + 4, for example 22, 40 or 100, not ${depth}`,
			);
		const convolved = (name: string, filters: number, kernelSize: number) => [
			...normRelu(name),
			convolution(name, filters, { kernelSize, useBias: false }),
		];
		const input = tf.input({ name: "input", shape: [32, 32, 3] });
		let channels = 2 * growth;
		let output = through(
			input,
			convolution("conv", channels, { useBias: false }),
		);
		for (const block of [1, 2, 3]) {
			if (block > 1) {
				const name = `transition${block - 1}`;
				channels = Math.floor(channels / 2);
				output = through(
					output,
					...convolved(name, channels, 1),
					tf.layers.averagePooling2d({ name: `${name}_pool`, poolSize: 2 }),
				);
			}
			for (let layer = 1; layer <= layers; layer++) {
				const name = `block${block}_layer${layer}`;
				const added = through(
					output,
					...convolved(`${name}_bottleneck`, 4 * growth, 1),
					...convolved(`${name}_conv`, growth, 3),
				);
				const all = tf.layers.concatenate({ name: `${name}_concatenate` });
				output = joined(all, output, added);
				channels += growth;
			}
		}
		const outputs = through(
			output,
			...normRelu("last"),
			tf.layers.globalAveragePooling2d({ name: "features" }),
			...classifier(channels, classes),
		);
		return tf.model({ name: "DenseNet", inputs: input, outputs });
	},
);
