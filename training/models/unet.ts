import { UsageError } from "../../base/errors.ts";
import * as tf from "../backend/tf.ts";
import { convolution, convRelu, joined, through } from "./blocks.ts";
import { architectureOf } from "./model.ts";

/** How often height and width are halved. */
const levels = 4;

const twice = (name: string, filters: number) => [
	...convRelu(`${name}_conv1`, filters),
	...convRelu(`${name}_conv2`, filters),
];

/**
 * U-Net (Ronneberger, Fischer, Brox: U-Net: Convolutional Networks for Biomedical
 * Image Segmentation, 2015): `[batch, size, size, channels]` →
 * `[batch, size, size, classes]`, the probabilities of each pixel's classes. Its
 * convolutions are padded, so that the output is as large as the input. With
 * `filters: 64` it has the paper's layers: 31,030,658 parameters for one channel
 * and 2 classes; by default it is a quarter as wide.
 */
export const unet = architectureOf(
	"UNet",
	(classes, { filters, size, channels }) => {
		if (size % 2 ** levels !== 0)
			throw new UsageError(
				`the model UNet halves its images four times: size must be a multiple of ${2 ** levels}, not ${size}`,
			);
		const input = tf.input({ name: "input", shape: [size, size, channels] });
		const kept: tf.SymbolicTensor[] = [];
		let output: tf.SymbolicTensor = input;
		for (let level = 0; level < levels; level++) {
			output = through(
				output,
				...twice(`down${level + 1}`, filters * 2 ** level),
			);
			kept.push(output);
			const name = `down${level + 1}_pool`;
			output = through(output, tf.layers.maxPooling2d({ name, poolSize: 2 }));
		}
		output = through(
			output,
			...twice("bottom", filters * 2 ** levels),
			tf.layers.dropout({ name: "bottom_dropout", rate: 0.5 }),
		);
		for (let level = levels - 1; level >= 0; level--) {
			const name = `up${level + 1}`;
			const up = through(
				output,
				tf.layers.conv2dTranspose({
					...{ name, filters: filters * 2 ** level, kernelSize: 2, strides: 2 },
					kernelInitializer: "heNormal",
				}),
			);
			output = through(
				joined(
					tf.layers.concatenate({ name: `${name}_concatenate` }),
					kept[level] as tf.SymbolicTensor,
					up,
				),
				...twice(name, filters * 2 ** level),
			);
		}
		const outputs = through(
			output,
			convolution("logits", classes, { kernelSize: 1 }),
			tf.layers.softmax({ name: "probabilities" }),
		);
		return tf.model({ name: "UNet", inputs: input, outputs });
	},
);
