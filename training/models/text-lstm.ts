import * as tf from "../backend/tf.ts";
import { classifier } from "./blocks.ts";
import { uniformByFanIn } from "./initializer.ts";
import { architectureOf } from "./model.ts";

/**
 * An LSTM over words (Hochreiter, Schmidhuber: Long Short-Term Memory, 1997, with
 * the forget gate of Gers et al. 2000): numbers of words `[batch, length]`, each
 * below `words` → `[batch, classes]`. What the last word leaves in the layer
 * `features`, of `units` values, is classified. The LSTM has
 * 4 · units · (embedding + units + 1) parameters.
 */
export const textLstm = architectureOf(
	"TextLSTM",
	(classes, { words, length, embedding, units }) => {
		const { kernelInitializer, biasInitializer } = uniformByFanIn(units);
		return tf.sequential({
			name: "TextLSTM",
			layers: [
				tf.layers.embedding({
					...{ name: "embedding", inputDim: words, outputDim: embedding },
					inputLength: length,
				}),
				tf.layers.lstm({
					...{ name: "features", units, kernelInitializer, biasInitializer },
					recurrentInitializer: uniformByFanIn(units).kernelInitializer,
					unitForgetBias: false,
				}),
				...classifier(units, classes),
			],
		});
	},
);
