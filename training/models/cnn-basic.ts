import * as tf from "../backend/tf.ts";
import { uniformByFanIn } from "./initializer.ts";
import { architectureOf } from "./model.ts";

const filters = [
	{ filters: 24, kernelSize: 5, strides: 3 },
	{ filters: 48, kernelSize: 3, strides: 2 },
	{ filters: 72, kernelSize: 3, strides: 1 },
];

/**
 * DeepDIVA's CNN_basic: three convolutions without padding, LeakyReLU(0.01)
 * after each, and one linear layer. Maps of 10×10, 4×4 and 2×2 over images
 * `[32, 32, 3]`; 46,306 parameters for 10 classes. The layer `flatten` gives
 * the 288 features of an image.
 */
export const cnnBasic = architectureOf("CNN_basic", (classes) => {
	const model = tf.sequential({ name: "CNN_basic" });
	let channels = 3;
	for (const [index, shape] of filters.entries()) {
		model.add(
			tf.layers.conv2d({
				name: `conv${index + 1}`,
				...(index === 0 ? { inputShape: [32, 32, channels] } : {}),
				...shape,
				...uniformByFanIn(shape.kernelSize ** 2 * channels),
			}),
		);
		model.add(
			tf.layers.leakyReLU({ name: `activation${index + 1}`, alpha: 0.01 }),
		);
		channels = shape.filters;
	}
	model.add(tf.layers.flatten({ name: "flatten" }));
	model.add(
		tf.layers.dense({
			name: "logits",
			units: classes,
			...uniformByFanIn(2 * 2 * channels),
		}),
	);
	model.add(tf.layers.softmax({ name: "probabilities" }));
	return model;
});
