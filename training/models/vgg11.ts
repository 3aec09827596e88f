import * as tf from "../backend/tf.ts";
import { classifier, convNormRelu, through } from "./blocks.ts";
import { architectureOf } from "./model.ts";

/** Filters of each convolution; a pooling that halves height and width ends a block. */
const blocks = [[64], [128], [256, 256], [512, 512], [512, 512]];

/**
 * VGG, configuration A (Simonyan, Zisserman: Very Deep Convolutional Networks
 * for Large-Scale Image Recognition, 2015), with batch normalisation and one
 * linear layer, as is usual for CIFAR: `[batch, 32, 32, 3]` → `[batch, classes]`.
 * With `width: 1` its convolutions have the paper's 9,220,480 parameters; by
 * default it has a quarter of the filters. `features` has what the last pooling
 * leaves: 512 · width values.
 */
export const vgg11 = architectureOf("VGG11", (classes, { width }) => {
	const input = tf.input({ name: "input", shape: [32, 32, 3] });
	let output = input;
	let filters = 0;
	for (const [block, sizes] of blocks.entries()) {
		for (const [layer, full] of sizes.entries()) {
			filters = Math.ceil(full * width);
			const name = `block${block + 1}_conv${layer + 1}`;
			output = through(output, ...convNormRelu(name, filters));
		}
		output = through(
			output,
			tf.layers.maxPooling2d({ name: `block${block + 1}_pool`, poolSize: 2 }),
		);
	}
	const outputs = through(
		output,
		tf.layers.flatten({ name: "features" }),
		...classifier(filters, classes),
	);
	return tf.model({ name: "VGG11", inputs: input, outputs });
});
