import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";
import { explainError } from "./explain.ts";

const dense = (units: number, inputShape?: number[]) =>
	tf.layers.dense({ units, ...(inputShape && { inputShape }) });
const model = () => {
	const made = tf.sequential({ layers: [dense(2, [2])] });
	made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
	return made;
};
const quiet = { verbose: 0 } as const;
const input = (shape: number[]) => tf.input({ shape });
const applied = (layer: tf.layers.Layer, to: unknown) =>
	layer.apply(to as tf.SymbolicTensor) as tf.SymbolicTensor;

const mistakes: [string, () => unknown, RegExp][] = [
	[
		"other features",
		() => model().predict(tf.ones([3, 3])),
		/shape \[2\].*features/,
	],
	[
		"features of fit",
		() => model().fit(tf.ones([3, 3]), tf.ones([3, 2]), quiet),
		/examples of the shape \[2\], and was given 3 of the shape \[3\]/,
	],
	["one example", () => model().predict(tf.ones([2])), /x\.expandDims\(0\)/],
	[
		"one example as a batch",
		() => model().predictOnBatch(tf.ones([2])),
		/x\.expandDims\(0\)/,
	],
	["one number", () => model().predict(tf.scalar(2)), /with the batch axis/],
	[
		"4 inputs and 5 labels",
		() => model().fit(tf.ones([4, 2]), tf.ones([5, 2]), quiet),
		/^there are 4 examples and 5 labels/,
	],
	[
		"a batch size of 0",
		() => model().predict(tf.ones([3, 2]), { batchSize: 0 }),
		/batchSize is a whole number above 0, and not 0/,
	],
	[
		"labels of another rank",
		() => model().fit(tf.ones([3, 2]), tf.ones([3, 2, 2]), quiet),
		/^the labels have the shape \[3,2,2\]/,
	],
	[
		"an empty model",
		() => tf.sequential().predict(tf.ones([1, 2])),
		/^the model has no layers yet/,
	],
	[
		"training before compile",
		() =>
			tf
				.sequential({ layers: [dense(1, [2])] })
				.trainOnBatch(tf.ones([1, 2]), tf.ones([1, 1])),
		/call model\.compile/,
	],
	[
		"a second dispose",
		() => {
			const one = model();
			one.dispose();
			one.dispose();
		},
		/was disposed before/,
	],
	[
		"an input that is missing",
		() => {
			const a = input([2]);
			return tf.model({ inputs: a, outputs: applied(dense(1), input([2])) });
		},
		/not among the inputs of the model/,
	],
	[
		"a name used twice",
		() => {
			const a = input([2]);
			const named = () => tf.layers.dense({ units: 2, name: "one" });
			return tf.model({
				inputs: a,
				outputs: applied(named(), applied(named(), a)),
			});
		},
		/^2 layers have the name one/,
	],
	[
		"shapes that do not merge",
		() => applied(tf.layers.add(), [input([2]), input([3])]),
		/concatenate\(\) to put them side by side/,
	],
	[
		"symbols and numbers at once",
		() => applied(tf.layers.add(), [input([2]), tf.ones([1, 2])]),
		/not to both at once/,
	],
	[
		"weights before there is a model",
		() => dense(1).countParams(),
		/is not part of a model yet/,
	],
	[
		"cropping more than there is",
		() =>
			tf.sequential({
				layers: [
					tf.layers.cropping2D({ cropping: 3, inputShape: [4, 4, 1] } as never),
				],
			}),
		/takes more away than there is/,
	],
	[
		"an optimizer that was not made",
		() =>
			model().compile({
				optimizer: tf.train.sgd as never,
				loss: "meanSquaredError",
			}),
		/tf\.train\.adam\(0\.001\)/,
	],
	[
		"an unknown output",
		() => model().execute(tf.ones([1, 2]), "nope"),
		/no output \["nope"\]/,
	],
	[
		"a URL that nothing saves to",
		() => model().save("nope://x"),
		/nothing can save a model at nope:\/\/x/,
	],
	[
		"a rate of dropout of 1",
		() => tf.dropout(tf.ones([2]), 1),
		/from 0 to below 1/,
	],
	[
		"one outcome",
		() => tf.multinomial(tf.tensor1d([1]), 2),
		/at least 2 outcomes/,
	],
	[
		"weights of whole numbers",
		() => model().setWeights([tf.ones([2, 2], "int32"), tf.ones([2])]),
		/give value\.cast\("float32"\)/,
	],
];
for (const [name, mistake, sentence] of mistakes)
	test(`what TensorFlow.js says of models begins with what to do: ${name}`, async () => {
		const error: unknown = await (async () => mistake())().then(
			() => undefined,
			(thrown: unknown) => explainError(thrown),
		);
		assert.ok(error instanceof Error);
		assert.match(error.message, sentence);
	});
