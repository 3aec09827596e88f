// Our models of the workloads; every other peer gets their topology, layer names and weights.
import * as tf from "../../dist/training/backend/tf.js";
import { architecture } from "../../dist/training/models/index.js";

const { layers } = tf;

const convolution = (name, filters, kernelSize, options = {}) =>
	layers.conv2d({
		name,
		filters,
		kernelSize,
		padding: "same",
		useBias: false,
		kernelInitializer: "heNormal",
		...options,
	});
const normalised = (name, input) =>
	layers.batchNormalization({ name }).apply(input);
const relu = (name, input) => layers.reLU({ name }).apply(input);

function textLstm({ input, output: [classes] }) {
	const [length] = input.shape;
	return tf.sequential({
		layers: [
			layers.embedding({
				name: "embedding",
				inputDim: input.below,
				outputDim: 64,
				inputLength: length,
			}),
			layers.lstm({
				name: "lstm",
				units: 64,
				// Those of the papers and of PyTorch; tfjs takes the hard sigmoid by default.
				recurrentActivation: "sigmoid",
				recurrentInitializer: "glorotUniform",
			}),
			layers.dense({
				name: "probabilities",
				units: classes,
				activation: "softmax",
			}),
		],
	});
}

function unet({ input: { shape }, output }) {
	const twice = (name, filters, input) => {
		let maps = input;
		for (const part of ["a", "b"]) {
			const layer = convolution(`${name}${part}`, filters, 3).apply(maps);
			maps = relu(
				`${name}${part}-relu`,
				normalised(`${name}${part}-norm`, layer),
			);
		}
		return maps;
	};
	const pooled = (name, input) =>
		layers.maxPooling2d({ name, poolSize: 2 }).apply(input);
	const joined = (name, below, beside) =>
		layers
			.concatenate({ name })
			.apply([
				layers.upSampling2d({ name: `${name}-up`, size: [2, 2] }).apply(below),
				beside,
			]);
	const input = tf.input({ shape });
	const down1 = twice("down1", 16, input);
	const down2 = twice("down2", 32, pooled("pool1", down1));
	const bottom = twice("bottom", 64, pooled("pool2", down2));
	const up2 = twice("up2", 32, joined("join2", bottom, down2));
	const up1 = twice("up1", 16, joined("join1", up2, down1));
	const probabilities = layers
		.conv2d({
			name: "probabilities",
			filters: output.at(-1),
			kernelSize: 1,
			activation: "softmax",
		})
		.apply(up1);
	return tf.model({ inputs: input, outputs: probabilities });
}

/** @see https://arxiv.org/abs/1512.03385 section 4.2; shortcuts are those of its option B */
function resnet20({ input: { shape }, output: [classes] }) {
	// Padding of the same width on all sides, as in the paper: TensorFlow's "same" has less at the top where the stride is 2.
	const strided = (name, filters, strides, input) =>
		strides === 1
			? convolution(name, filters, 3).apply(input)
			: convolution(name, filters, 3, { strides, padding: "valid" }).apply(
					layers
						.zeroPadding2d({ name: `${name}-pad`, padding: 1 })
						.apply(input),
				);
	const input = tf.input({ shape });
	let maps = relu(
		"first-relu",
		normalised("first-norm", convolution("first", 16, 3).apply(input)),
	);
	for (const [stage, filters] of [16, 32, 64].entries())
		for (const block of [1, 2, 3]) {
			const name = `stage${stage + 1}-${block}`;
			const strides = stage > 0 && block === 1 ? 2 : 1;
			const inner = relu(
				`${name}a-relu`,
				normalised(
					`${name}a-norm`,
					strided(`${name}a`, filters, strides, maps),
				),
			);
			const outer = normalised(
				`${name}b-norm`,
				convolution(`${name}b`, filters, 3).apply(inner),
			);
			const shortcut =
				strides === 1
					? maps
					: normalised(
							`${name}s-norm`,
							convolution(`${name}s`, filters, 1, { strides }).apply(maps),
						);
			maps = relu(
				`${name}-relu`,
				layers.add({ name: `${name}-sum` }).apply([outer, shortcut]),
			);
		}
	const features = layers
		.globalAveragePooling2d({ name: "pool", dataFormat: "channelsLast" })
		.apply(maps);
	const probabilities = layers
		.dense({ name: "probabilities", units: classes, activation: "softmax" })
		.apply(features);
	return tf.model({ inputs: input, outputs: probabilities });
}

const MAKERS = {
	"points-mlp": ({ output: [classes] }) => architecture("MLP").create(classes),
	"cnn-basic": ({ output: [classes] }) =>
		architecture("CNN_basic").create(classes),
	"text-lstm": textLstm,
	unet,
	"resnet-20": resnet20,
};

/** A fresh model of a workload. */
export const createModel = (name, workload) => MAKERS[name](workload);

/** How many parameters a model trains, and how many others it has. */
export function parametersOf(model) {
	const size = (weights) =>
		weights.reduce(
			(sum, { shape }) =>
				sum + shape.reduce((product, side) => product * side, 1),
			0,
		);
	return [size(model.trainableWeights), size(model.nonTrainableWeights)];
}
