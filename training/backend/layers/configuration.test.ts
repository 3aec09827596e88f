import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../../base/errors.ts";
import * as tf from "../tf.ts";

type Factory = (config?: unknown) => tf.layers.Layer;
const layers = tf.layers as unknown as Record<string, Factory>;

const mistakes: [layer: string, config: unknown, said: RegExp][] = [
	["dense", undefined, /tf\.layers\.dense: units is missing/],
	["dense", 3, /its options are an object: \{ units: 3 \}/],
	["dense", {}, /units is missing/],
	["dense", { unit: 3 }, /units is missing; did you mean it by unit\?/],
	["dense", { units: 0 }, /units is a whole number above 0, not 0/],
	["dense", { units: -1 }, /not -1/],
	["dense", { units: 2.5 }, /not 2\.5/],
	["dense", { units: "3" }, /not "3"/],
	["dense", { units: Number.NaN }, /not NaN/],
	["dense", { units: 2, input_shape: [2] }, /write inputShape/],
	["dense", { units: 2, inputShape: 2 }, /write \[2\] for examples of 2/],
	["dense", { units: 2, inputShape: [-1] }, /null leaves a size open/],
	["dense", { units: 2, inputShape: [2.5] }, /whole numbers, and not 2\.5/],
	["dense", { units: 2, activation: "Relu" }, /did you mean "relu"\?/],
	["dense", { units: 2, activation: "reluu" }, /did you mean "relu"\?/],
	["dense", { units: 2, activation: "hard_sigmoid2" }, /"hardSigmoid"/],
	["dense", { units: 2, activation: "LeakyReLU" }, /add tf\.layers\.leakyReLU/],
	["dense", { units: 2, activation: "foo" }, /there are elu, gelu/],
	["dense", { units: 2, activation: () => 1 }, /takes one of its names/],
	["lstm", { units: 2, recurrentActivation: "Sigmoid" }, /"sigmoid"/],
	["lstm", { units: 2, dropout: 2 }, /write 0\.02 for 2 percent/],
	["simpleRNN", {}, /units is missing/],
	["gruCell", { units: -2 }, /not -2/],
	["conv2d", { filters: 1 }, /kernelSize is missing/],
	["conv1d", { kernelSize: 1 }, /filters is missing/],
	["conv3d", { filters: 0, kernelSize: 1 }, /filters is a whole number above/],
	["conv2d", { filters: 1, kernelSize: 0 }, /or a list of 2, such as \[2,2\]/],
	["conv2d", { filters: 1, kernelSize: [2, 2, 2] }, /a list of 2/],
	["conv2d", { filters: 1, kernelSize: [2, 1.5] }, /not \[2,1\.5\]/],
	["conv1d", { filters: 1, kernelSize: [2, 2] }, /above 0, not \[2,2\]/],
	["conv2d", { filters: 1, kernelSize: 2, strides: 0 }, /strides is a whole/],
	["conv2d", { filters: 1, kernelSize: 2, padding: "SAME" }, /write "same"/],
	["conv2d", { filters: 1, kernelSize: 2, padding: "causal" }, /conv1d/],
	[
		"conv2d",
		{ filters: 1, kernelSize: 2, dataFormat: "channels_last" },
		/write "channelsLast"/,
	],
	["convLstm2d", { filters: 1 }, /kernelSize is missing/],
	["convLstm2dCell", { filters: 1, kernelSize: [2, 0] }, /a list of 2/],
	["depthwiseConv2d", {}, /kernelSize is missing/],
	["maxPooling2d", { poolSize: -1 }, /poolSize is a whole number above 0/],
	["maxPooling2d", { poolSize: [2] }, /a list of 2/],
	["averagePooling1d", { poolSize: 2, strides: 1.5 }, /strides is a whole/],
	["globalMaxPool2d", { dataFormat: "NCHW" }, /write "channelsFirst"/],
	["maxPool2d", { padding: "causal" }, /"valid", "same"/],
	["upSampling2d", { size: 0 }, /size is a whole number above 0/],
	["zeroPadding2d", { padding: -1 }, /whole numbers from 0 on/],
	["cropping2D", { cropping: [[1, 1.5]] }, /whole numbers from 0 on/],
	["dropout", {}, /rate is missing/],
	["dropout", { rate: 50 }, /write 0\.5 for 50 percent/],
	["dropout", { rate: -0.1 }, /from 0 to 1, such as 0\.5, and not -0\.1/],
	["spatialDropout1d", { rate: Number.NaN }, /not NaN/],
	["alphaDropout", { rate: 1 }, /from 0 to below 1/],
	["gaussianNoise", { stddev: -1 }, /from 0 on, not -1/],
	["embedding", { inputDim: 3 }, /outputDim is missing/],
	["repeatVector", { n: 1.5 }, /n is a whole number/],
	["reshape", {}, /targetShape is missing/],
	["reshape", { targetShape: [-1, -1] }, /more than one size open/],
	["permute", { dims: 1 }, /counted from 1, such as \[2, 1\]/],
	["bidirectional", {}, /layer is missing/],
	[
		"bidirectional",
		{ layer: tf.layers.dense({ units: 1 }) },
		/a recurrent layer, such as tf\.layers\.lstm/,
	],
	["timeDistributed", { layer: tf.layers.dense }, /is another layer/],
	["rnn", {}, /cell is missing/],
	["resizing", { height: 2 }, /width is missing/],
	["rescaling", {}, /scale is missing/],
];

test("a layer that cannot be made is refused by a sentence that names the option", () => {
	for (const [layer, config, said] of mistakes)
		assert.throws(
			() => layers[layer]?.(config),
			(error) => error instanceof UsageError && said.test(error.message),
			`${layer} ${JSON.stringify(config)}`,
		);
});

test("what layers can be made of stays possible", () => {
	for (const [layer, config] of [
		["dense", { units: 2, activation: null, inputShape: [null, 3] }],
		["dense", { units: 2, activation: "gelu_new" }],
		["dense", { units: 2, activation: "hardSigmoid", name: undefined }],
		["conv2d", { filters: 1, kernelSize: [2, 3], strides: null }],
		["conv1d", { filters: 1, kernelSize: [2], padding: "causal" }],
		["maxPooling2d", undefined],
		["maxPooling1d", { poolSize: [2], strides: 1 }],
		["dropout", { rate: 1 }],
		["reshape", { targetShape: [null, 2] }],
		["zeroPadding2d", { padding: [1, [2, 0]] }],
		["bidirectional", { layer: tf.layers.gru({ units: 2 }) }],
		["add", undefined],
	] as const)
		assert.ok(layers[layer]?.(config), layer);
});
