import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../../base/errors.ts";
import { explainError } from "../../explain/explain.ts";
import * as tf from "../tf.ts";

const model = () => {
	const made = tf.sequential({
		layers: [tf.layers.dense({ units: 2, inputShape: [2], name: "first" })],
	});
	made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
	return made;
};
/** As code that TypeScript did not look at gives it. */
const loose = (value?: unknown) => value as never;
const complex = () => tf.complex(tf.ones([3, 2]), tf.ones([3, 2]));
const labels = () => tf.ones([3, 2]);
const quiet = { verbose: 0 } as const;
const pair = () => {
	const inputs = [tf.input({ shape: [2] }), tf.input({ shape: [2] })];
	const outputs = tf.layers.add().apply(inputs) as tf.SymbolicTensor;
	return tf.model({ inputs, outputs });
};
const image = { inputShape: [4, 4, 1] };

const mistakes: [name: string, mistake: () => unknown, said: RegExp][] = [
	[
		"complex inputs of fit",
		() => model().fit(complex(), labels(), quiet),
		/tf\.real\(x\), tf\.imag\(x\) or tf\.abs\(x\)/,
	],
	[
		"complex inputs of evaluate",
		() => model().evaluate(complex(), labels()),
		/the inputs are complex/,
	],
	[
		"complex inputs of predict",
		() => model().predict(complex()),
		/^model\.predict: the inputs are complex/,
	],
	[
		"complex inputs of predictOnBatch",
		() => model().predictOnBatch(complex()),
		/the inputs are complex/,
	],
	[
		"complex inputs of apply",
		() => model().apply(complex()),
		/the inputs are complex/,
	],
	[
		"complex labels",
		() => model().fit(labels(), complex(), quiet),
		/the labels are complex/,
	],
	[
		"a complex data set",
		() =>
			model().fitDataset(tf.data.array([{ xs: complex(), ys: labels() }]), {
				...quiet,
				epochs: 1,
			}),
		/the inputs are complex/,
	],
	[
		"inputs of several counts",
		() => pair().predict([tf.ones([1, 2]), tf.ones([2, 2])]),
		/the inputs have 1 and 2 examples/,
	],
	[
		"an unknown layer",
		() => model().getLayer("frist"),
		/no layer "frist"; did you mean "first"\?/,
	],
	[
		"a layer past the end",
		() => model().getLayer(loose(), 9),
		/from 0 to 0, and 9 is none/,
	],
	[
		"weights of another number",
		() => model().setWeights([tf.ones([2, 2])]),
		/have the shapes \[2,2\], \[2\], and those given \[2,2\]/,
	],
	[
		"weights of other shapes",
		() => model().layers[0]?.setWeights([tf.ones([2, 3]), tf.ones([2])]),
		/the weights of first have/,
	],
	[
		"weights as lists",
		() => model().setWeights(loose([[1, 2], [1]])),
		/a list of tensors, as getWeights gives it/,
	],
	[
		"weights of a layer without any yet",
		() => tf.layers.dense({ units: 1 }).setWeights([tf.ones([1, 1])]),
		/has no weights yet/,
	],
	[
		"a factory for a layer",
		() => model().add(loose(tf.layers.dense)),
		/made of layers, such as .* not of a function/,
	],
	[
		"an empty model that is saved",
		() => tf.sequential().save("nothing"),
		/^model\.save: the model has no layers yet/,
	],
	[
		"a layer applied to a layer",
		() =>
			tf.layers
				.dense({ units: 1 })
				.apply(loose(tf.layers.dense({ units: 1, name: "other" }))),
		/not to the layer other/,
	],
	[
		"a layer applied to nothing",
		() => tf.layers.dense({ units: 1 }).apply(loose()),
		/not to undefined/,
	],
	[
		"a model of a layer",
		() =>
			tf.model({
				inputs: tf.input({ shape: [2] }),
				outputs: loose(tf.layers.dense({ units: 1 })),
			}),
		/outputs are what tf\.input and layer\.apply give/,
	],
	["a model of nothing", () => tf.model(loose({})), /inputs are missing/],
	[
		"a model of data",
		() => tf.model({ inputs: loose(tf.ones([2])), outputs: loose() }),
		/not a tensor of the shape \[2\]/,
	],
	[
		"an input without an object",
		() => tf.input(loose()),
		/tf\.input takes an object/,
	],
	["an input of a number", () => tf.input({ shape: loose(3) }), /write \[3\]/],
	[
		"a window larger than the image",
		() =>
			tf.sequential({
				layers: [tf.layers.conv2d({ ...image, filters: 1, kernelSize: 5 })],
			}),
		/takes more away than there is in examples of the shape \[4,4,1\]/,
	],
	[
		"a pool larger than the image",
		() =>
			tf.sequential({
				layers: [tf.layers.maxPooling2d({ ...image, poolSize: 5 })],
			}),
		/padding "same", or larger images/,
	],
	[
		"compile of nothing",
		() => model().compile(loose()),
		/model\.compile takes an object/,
	],
	[
		"a variable of a number",
		() => tf.variable(loose(3)),
		/tf\.variable\(tf\.scalar\(3\)\)/,
	],
	["unit matrices of a number", () => tf.eye(2, 2, loose(4)), /write \[4\]/],
	[
		"a model file without a path",
		() => tf.loadLayersModel(loose()),
		/takes the path of a folder/,
	],
];
for (const [name, mistake, said] of mistakes)
	test(`a model refuses ${name} by a sentence`, async () => {
		const error: unknown = await (async () => mistake())().then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
		assert.ok(error instanceof UsageError, String(error));
		assert.match(error.message, said);
	});

test("two layers that do not follow each other are told what belongs between", () => {
	const { dense, lstm, gru, conv2d, bidirectional } = tf.layers;
	const line = (...layers: tf.layers.Layer[]) => tf.sequential({ layers });
	const steps = { units: 3, inputShape: [4, 2] };
	const filter = { filters: 1, kernelSize: 2 };
	for (const [build, said] of [
		[
			() => line(lstm({ ...steps, name: "one" }), gru({ units: 2 })),
			/make one with returnSequences: true/,
		],
		[
			() =>
				line(
					lstm(steps),
					bidirectional({ layer: lstm({ units: 2 }) as never }),
				),
			/returnSequences: true/,
		],
		[
			() => line(dense({ units: 3, inputShape: [2] }), conv2d(filter)),
			/targetShape: \[height, width, channels\]/,
		],
		[
			() => line(conv2d({ ...filter, inputShape: [4, 4] })),
			/takes \[batch, height, width, channels\]/,
		],
		[
			() => conv2d(filter).apply(tf.ones([4, 4, 1])),
			/add the batch axis, x\.expandDims\(0\)/,
		],
	] as const)
		assert.throws(build, (error) => said.test(String(explainError(error))));
});
