import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../tf.ts";

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
		"NaN",
		"categoricalCrossentropy",
		2,
		"softmax",
		[
			[0, 1],
			[Number.NaN, 0],
		],
		/label of example 1 has the value NaN/,
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

const legal: [string, string, number, tf.TensorLike][] = [
	[
		"rows weighted by an advantage",
		"categoricalCrossentropy",
		2,
		[
			[0, 1.7],
			[-0.4, 0],
		],
	],
	[
		"rows that a mask made 0",
		"categoricalCrossentropy",
		2,
		[
			[0, 0],
			[0, 1],
		],
	],
	[
		"rounded shares",
		"categoricalCrossentropy",
		2,
		[
			[0.3, 0.3],
			[0.67, 0.3],
		],
	],
	[
		"interpolated labels a little beside 0 and 1",
		"binaryCrossentropy",
		1,
		[[-1e-4], [1.0005]],
	],
];
for (const [name, loss, units, given] of legal)
	test(`${name} are trained on under ${loss}`, async () => {
		const model = classifier(loss, units, "sigmoid");
		const { history } = await model.fit(inputs(2), tf.tensor(given), {
			verbose: 0,
		});
		assert.ok(Number.isFinite(history.loss?.[0]));
	});

test("class indices are trained on and evaluated as whole numbers and truths as well as floats", async () => {
	for (const type of ["float32", "int32", "bool"] as const) {
		const model = threeClasses();
		model.compile({
			optimizer: "sgd",
			loss: "sparseCategoricalCrossentropy",
			metrics: ["accuracy"],
		});
		const y = column([0, 1]).cast(type);
		const dataset = tf.data.array([{ xs: inputs(2), ys: y.clone() }]);
		const validationData: [tf.Tensor, tf.Tensor] = [inputs(2), y];
		const round = async () => {
			await model.fit(inputs(2), y, { verbose: 0, validationData });
			await model.trainOnBatch(inputs(2), y);
			tf.dispose(model.evaluate(inputs(2), y));
		};
		await round();
		const before = tf.memory().numTensors;
		await round();
		// Those of inputs(2).
		assert.equal(tf.memory().numTensors - before, 3, type);
		const fresh = () => tf.data.array([{ xs: inputs(2), ys: y.clone() }]);
		tf.dispose(await model.evaluateDataset(fresh(), {}));
		await model.fitDataset(dataset, {
			epochs: 1,
			verbose: 0,
			validationData: fresh(),
		});
		assert.equal(y.isDisposed, false);
	}
	await assert.rejects(
		threeClasses().fit(inputs(1), column([3]).toInt(), { verbose: 0 }),
		/label of example 0 is 3/,
	);
});

test("a model that leaves open how many classes there are takes any whole number from 0 on", async () => {
	const model = tf.sequential({
		layers: [
			tf.layers.inputLayer({
				inputShape: [null] as unknown as number[],
			}),
			tf.layers.activation({ activation: "softmax" }),
		],
	});
	model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
	const score = model.evaluate(inputs(2), column([0, 1])) as tf.Scalar;
	assert.ok(Math.abs((score.dataSync()[0] ?? 0) - Math.log(2)) < 1e-6);
	assert.throws(
		() => model.evaluate(inputs(1), column([-1])),
		/label of example 0 is -1, and sparseCategoricalCrossentropy takes whole numbers from 0 on;/,
	);
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

test("a training on a data set that has no epochs left does nothing", async () => {
	const dataset = tf.data.array([{ xs: inputs(1), ys: column([0]) }]);
	const { epoch } = await threeClasses().fitDataset(dataset, {
		epochs: 3,
		initialEpoch: 3,
		verbose: 0,
	});
	assert.deepEqual(epoch, []);
});
