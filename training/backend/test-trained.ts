import { installRandom } from "../../experiment/random/install.ts";
import { withStreams } from "../../experiment/random/scope.ts";
import { StreamSet } from "../../experiment/random/stream.ts";
import * as tf from "./tf.ts";

installRandom();

/** The weights of a model whose start, masks, noise and order of examples were all drawn under one seed. */
export function trainedWeights(): Promise<number[][]> {
	return withStreams(new StreamSet("1"), async () => {
		const model = tf.sequential({
			layers: [
				tf.layers.dense({ inputShape: [2], units: 8 }),
				tf.layers.dropout({ rate: 0.5, seed: 0 }),
				tf.layers.gaussianNoise({ stddev: 0.1 }),
				tf.layers.alphaDropout({ rate: 0.2 }),
				tf.layers.dense({ units: 1 }),
			],
		});
		model.compile({ optimizer: "adam", loss: "meanSquaredError" });
		await model.fit(tf.randomNormal([32, 2]), tf.truncatedNormal([32, 1]), {
			epochs: 2,
			batchSize: 8,
		});
		const data = tf.data.zip({
			xs: tf.data.array([
				[1, 2],
				[3, 4],
				[5, 6],
			]),
			ys: tf.data.array([[1], [2], [3]]),
		});
		await model.fitDataset(data.shuffle(3).batch(1), { epochs: 2 });
		return model.getWeights().map((one) => [...one.dataSync()]);
	});
}
