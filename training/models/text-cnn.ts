import * as tf from "../backend/tf.ts";
import { classifier, joined, relu, through } from "./blocks.ts";
import { uniformByFanIn } from "./initializer.ts";
import { architectureOf } from "./model.ts";

/**
 * Kim's network for sentences (Kim: Convolutional Neural Networks for Sentence
 * Classification, 2014), with embeddings that are learned (CNN-rand): numbers of
 * words `[batch, length]`, each below `words` → `[batch, classes]`. Windows of 3, 4
 * and 5 words, the maximum of each filter over the text in `features`, half of
 * them dropped. The paper's has `embedding: 300, filters: 100`: 360,300
 * parameters of convolutions.
 */
export const textCnn = architectureOf(
	"TextCNN",
	(classes, { words, length, embedding, filters }) => {
		const input = tf.input({ name: "input", shape: [length] });
		const vectors = through(
			input,
			tf.layers.embedding({
				...{ name: "embedding", inputDim: words, outputDim: embedding },
			}),
		);
		const windows = [3, 4, 5].map((size) =>
			through(
				vectors,
				tf.layers.conv1d({
					...{ name: `conv${size}`, filters, kernelSize: size },
					...uniformByFanIn(size * embedding),
				}),
				relu(`conv${size}_relu`),
				tf.layers.globalMaxPooling1d({ name: `conv${size}_max` }),
			),
		);
		const outputs = through(
			joined(tf.layers.concatenate({ name: "features" }), ...windows),
			tf.layers.dropout({ name: "dropout", rate: 0.5 }),
			...classifier(3 * filters, classes),
		);
		return tf.model({ name: "TextCNN", inputs: input, outputs });
	},
);
