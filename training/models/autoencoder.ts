import * as tf from "../backend/tf.ts";
import { convolution, relu } from "./blocks.ts";
import { uniformByFanIn } from "./initializer.ts";
import { architectureOf } from "./model.ts";

const filters = [16, 32, 64];

/**
 * A convolutional auto-encoder (after Masci, Meier, Cireşan, Schmidhuber: Stacked
 * Convolutional Auto-Encoders for Hierarchical Feature Extraction, 2011):
 * `[batch, 32, 32, 3]` → `code`, `[batch, code]` → `image`, `[batch, 32, 32, 3]`
 * in the units of the input. Three convolutions with a step of 2 to 4×4×64, a
 * linear layer, and the same back. It has no classes.
 */
export const autoencoder = architectureOf("Autoencoder", (_, { code }) => {
	const model = tf.sequential({ name: "Autoencoder" });
	model.add(tf.layers.inputLayer({ name: "input", inputShape: [32, 32, 3] }));
	for (const [index, size] of filters.entries()) {
		model.add(convolution(`down${index + 1}`, size, { strides: 2 }));
		model.add(relu(`down${index + 1}_relu`));
	}
	const inner = 4 * 4 * 64;
	model.add(tf.layers.flatten({ name: "flatten" }));
	model.add(
		tf.layers.dense({ name: "code", units: code, ...uniformByFanIn(inner) }),
	);
	model.add(
		tf.layers.dense({ name: "decoded", units: inner, ...uniformByFanIn(code) }),
	);
	model.add(relu("decoded_relu"));
	model.add(tf.layers.reshape({ name: "maps", targetShape: [4, 4, 64] }));
	for (const [index, size] of [32, 16, 3].entries()) {
		const isLast = index === 2;
		model.add(
			tf.layers.conv2dTranspose({
				name: isLast ? "image" : `up${index + 1}`,
				...{ filters: size, kernelSize: 3, strides: 2, padding: "same" },
				kernelInitializer: "heNormal",
			}),
		);
		if (!isLast) model.add(relu(`up${index + 1}_relu`));
	}
	return model;
});
