import * as tf from "../backend/tf.ts";
import {
	classifier,
	convNormRelu,
	convolution,
	joined,
	normalisation,
	relu,
	through,
} from "./blocks.ts";
import { architectureOf } from "./model.ts";

const stages = [16, 32, 64];

/** Halves height and width, and fills up with channels of zeros: the paper's shortcut without weights (A). */
const shortcut = (name: string, channels: number): tf.layers.Layer[] => [
	tf.layers.averagePooling2d({
		...{ name: `${name}_pool`, poolSize: 1, strides: 2 },
	}),
	tf.layers.zeroPadding2d({
		name: `${name}_pad`,
		// With channels first, the last two axes are padded: width by nothing, and the channels.
		dataFormat: "channelsFirst",
		padding: [
			[0, 0],
			[channels / 2, channels / 2],
		],
	}),
];

/**
 * ResNet-20 for CIFAR (He, Zhang, Ren, Sun: Deep Residual Learning for Image
 * Recognition, 2016, section 4.2): `[batch, 32, 32, 3]` → `[batch, classes]`. A
 * convolution and nine blocks of two on maps of 32×32×16, 16×16×32 and 8×8×64;
 * `features` has the 64 means. 269,722 parameters for 10 classes, the paper's
 * 0.27 million.
 */
export const resnet20 = architectureOf("ResNet20", (classes) => {
	const input = tf.input({ name: "input", shape: [32, 32, 3] });
	let output = through(input, ...convNormRelu("conv", 16, { useBias: false }));
	for (const [stage, filters] of stages.entries())
		for (const block of [1, 2, 3]) {
			const name = `stage${stage + 1}_block${block}`;
			const halves = stage > 0 && block === 1;
			const inner = through(
				output,
				...convNormRelu(`${name}_conv1`, filters, {
					strides: halves ? 2 : 1,
					useBias: false,
				}),
				convolution(`${name}_conv2`, filters, { useBias: false }),
				normalisation(`${name}_conv2_norm`),
			);
			const past = halves ? shortcut(`${name}_shortcut`, filters / 2) : [];
			output = through(
				joined(
					tf.layers.add({ name: `${name}_add` }),
					through(output, ...past),
					inner,
				),
				relu(`${name}_relu`),
			);
		}
	const outputs = through(
		output,
		tf.layers.globalAveragePooling2d({ name: "features" }),
		...classifier(64, classes),
	);
	return tf.model({ name: "ResNet20", inputs: input, outputs });
});
