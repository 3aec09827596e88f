import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "./tf.ts";

function classifier(
	loss: string,
	units: number,
	activation: "softmax" | "sigmoid" | "linear",
) {
	const model = tf.sequential({
		layers: [tf.layers.dense({ units, activation, inputShape: [2] })],
	});
	model.compile({ optimizer: "sgd", loss });
	return model;
}

const threeClasses = () =>
	classifier("sparseCategoricalCrossentropy", 3, "softmax");
const inputs = (count: number) => tf.ones([count, 2]);
const column = (labels: number[]) => tf.tensor2d(labels, [labels.length, 1]);

const labels: [
	string,
	string,
	number,
	"softmax" | "sigmoid" | "linear",
	tf.TensorLike,
	RegExp,
][] = [
	[
		"beyond the classes",
		"sparseCategoricalCrossentropy",
		3,
		"softmax",
		[[0], [7]],
		/label of example 1 is 7, and this model tells 3 classes apart.*from 0 to 2.*8 units/,
	],
	[
		"below 0",
		"sparseCategoricalCrossentropy",
		3,
		"softmax",
		[[-1], [0]],
		/example 0 is -1.*counted from 0/,
	],
	[
		"between two classes",
		"sparseCategoricalCrossentropy",
		3,
		"softmax",
		[[0.5], [0]],
		/example 0 is 0.5/,
	],
	[
		"NaN",
		"sparseCategoricalCrossentropy",
		3,
		"softmax",
		[[0], [Number.NaN]],
		/example 1 is NaN/,
	],
	[
		"of no class, one-hot",
		"categoricalCrossentropy",
		2,
		"softmax",
		[
			[0, 1],
			[0, 0],
		],
		/example 1 is \[0, 0\].*tf\.oneHot/,
	],
	[
		"of two classes, one-hot",
		"categoricalCrossentropy",
		2,
		"softmax",
		[
			[1, 1],
			[0, 1],
		],
		/example 0 is \[1, 1\].*sums to 2.*binaryCrossentropy/,
	],
	[
		"with a negative share",
		"categoricalCrossentropy",
		2,
		"softmax",
		[
			[2, -1],
			[0, 1],
		],
		/example 0 is \[2, -1\]/,
	],
	[
		"beyond 1",
		"binaryCrossentropy",
		1,
		"sigmoid",
		[[1], [2]],
		/example 1 is 2.*between 0 and 1/,
	],
	[
		"-1 for the other class",
		"binaryCrossentropy",
		1,
		"sigmoid",
		[[-1], [1]],
		/example 0 is -1/,
	],
	[
		"infinite",
		"meanSquaredError",
		1,
		"linear",
		[[0], [Number.POSITIVE_INFINITY]],
		/label of example 1 has the value Infinity/,
	],
];
for (const [name, loss, units, activation, given, message] of labels)
	test(`a label ${name} is refused under ${loss}`, async () => {
		const model = classifier(loss, units, activation);
		const y = tf.tensor(given);
		await assert.rejects(model.fit(inputs(2), y, { verbose: 0 }), message);
		assert.throws(() => model.evaluate(inputs(2), y), message);
		await assert.rejects(model.trainOnBatch(inputs(2), y), message);
		const dataset = tf.data.array([{ xs: inputs(2), ys: y }]);
		await assert.rejects(
			model.fitDataset(dataset, { epochs: 1, verbose: 0 }),
			message,
		);
	});

test("a data set whose labels fit is trained on", async () => {
	const dataset = tf.data.array([{ xs: inputs(2), ys: column([0, 2]) }]);
	const { history } = await threeClasses().fitDataset(dataset, {
		epochs: 2,
		verbose: 0,
	});
	assert.equal(history.loss?.length, 2);
});

test("labels that fit are trained on, and a model that was refused others trains", async () => {
	const model = threeClasses();
	await assert.rejects(model.fit(inputs(2), column([0, 3]), { verbose: 0 }));
	await model.fit(inputs(3), column([0, 1, 2]), { verbose: 0 });
	const soft = classifier("categoricalCrossentropy", 2, "softmax");
	await soft.fit(inputs(2), tf.tensor2d([0.1, 0.9, 1 / 3, 2 / 3], [2, 2]), {
		verbose: 0,
	});
});

test("validation data are looked at as well", async () => {
	await assert.rejects(
		threeClasses().fit(inputs(1), column([0]), {
			validationData: [inputs(1), column([3])],
			verbose: 0,
		}),
		/label of example 0 is 3/,
	);
});

test("each output of a model is judged by its own loss", async () => {
	const input = tf.input({ shape: [2] });
	const outputs = [1, 2].map((units) =>
		tf.layers
			.dense({
				units,
				name: `head${units}`,
				activation: units === 1 ? "linear" : "softmax",
			})
			.apply(input),
	) as tf.SymbolicTensor[];
	const model = tf.model({ inputs: input, outputs });
	for (const loss of [
		["meanSquaredError", "sparseCategoricalCrossentropy"],
		{ head1: "meanSquaredError", head2: "sparseCategoricalCrossentropy" },
	]) {
		model.compile({ optimizer: "sgd", loss });
		await model.fit(inputs(1), [column([5]), column([1])], { verbose: 0 });
		await assert.rejects(
			model.fit(inputs(1), [column([5]), column([2])], { verbose: 0 }),
			/label of example 0 is 2, and this model tells 2 classes apart/,
		);
	}
});

test("inputs with NaN are refused, very large ones are not", async () => {
	const model = threeClasses();
	await assert.rejects(
		model.fit(tf.tensor2d([0, 1, 2, Number.NaN], [2, 2]), column([0, 1]), {
			verbose: 0,
		}),
		/the inputs of example 1 have the value NaN/,
	);
	await model.fit(tf.fill([2, 2], 3e38), column([0, 1]), { verbose: 0 });
});

test("no examples are refused, as tensors and as a data set", async () => {
	await assert.rejects(
		threeClasses().fit(tf.zeros([0, 2]), tf.zeros([0, 1]), { verbose: 0 }),
		/there are no examples: the inputs have the shape \[0,2\]/,
	);
	await assert.rejects(
		threeClasses().fitDataset(
			tf.data.array<{ xs: tf.Tensor; ys: tf.Tensor }>([]),
			{ epochs: 1, verbose: 0 },
		),
		/the data set gave no batch/,
	);
});
