import * as tf from "../backend/tf.ts";
import { convRelu, joined, relu, through } from "./blocks.ts";
import { uniformByFanIn } from "./initializer.ts";
import { architectureOf } from "./model.ts";

/** Filters of each convolution; a pooling that halves height and width follows the first two blocks. */
const blocks = [
	[64, 64],
	[128, 128],
	[256, 256, 256, 256, 256, 256, 512, 512, 512],
];

/** Bins per side, in the spatial pyramid. */
const pyramid = [1, 2, 4];

/**
 * PHOCNet (Sudholt, Fink: PHOCNet: A Deep Convolutional Neural Network for Word
 * Spotting in Handwritten Documents, 2016): images of words `[batch, 48, 128, 1]` →
 * `[batch, classes]`, for each attribute of a word's pyramid of characters (PHOC)
 * the probability that the word has it; they do not sum to 1, so train by binary
 * cross-entropy. `features` has the maxima in 1×1, 2×2 and 4×4 bins. The paper's
 * images vary in size, which changes no weight. With `width: 1` it has the
 * paper's layers; by default an eighth of their filters and units.
 */
export const phocnet = architectureOf("PHOCNet", (attributes, { width }) => {
	const scaled = (full: number) => Math.ceil(full * width);
	const input = tf.input({ name: "input", shape: [48, 128, 1] });
	let output: tf.SymbolicTensor = input;
	for (const [block, sizes] of blocks.entries()) {
		for (const [layer, full] of sizes.entries()) {
			const name = `block${block + 1}_conv${layer + 1}`;
			output = through(output, ...convRelu(name, scaled(full)));
		}
		const name = `block${block + 1}_pool`;
		if (block < 2)
			output = through(output, tf.layers.maxPooling2d({ name, poolSize: 2 }));
	}
	const bins = pyramid.map((side) =>
		through(
			output,
			tf.layers.maxPooling2d({
				name: `pyramid${side}`,
				poolSize: [12 / side, 32 / side],
				strides: [12 / side, 32 / side],
			}),
			tf.layers.flatten({ name: `pyramid${side}_flatten` }),
		),
	);
	output = joined(tf.layers.concatenate({ name: "features" }), ...bins);
	for (const index of [1, 2])
		output = through(
			output,
			tf.layers.dense({
				...{ name: `dense${index}`, units: scaled(4096) },
				kernelInitializer: "heNormal",
			}),
			relu(`dense${index}_relu`),
			tf.layers.dropout({ name: `dense${index}_dropout`, rate: 0.5 }),
		);
	const outputs = through(
		output,
		tf.layers.dense({
			...{ name: "logits", units: attributes },
			...uniformByFanIn(scaled(4096)),
		}),
		tf.layers.activation({ name: "probabilities", activation: "sigmoid" }),
	);
	return tf.model({ name: "PHOCNet", inputs: input, outputs });
});
