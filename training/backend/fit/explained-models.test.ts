import assert from "node:assert/strict";
import { test } from "node:test";
import { explainError } from "../../explain/explain.ts";
import * as tf from "../tf.ts";

function model(loss = "meanSquaredError", units = 2): tf.Sequential {
	const made = tf.sequential({
		layers: [tf.layers.dense({ units, inputShape: [2] })],
	});
	made.compile({ optimizer: "sgd", loss });
	return made;
}
const x = () => tf.ones([3, 2]);
const quiet = { verbose: 0 } as const;
const disposed = () => {
	const tensor = x();
	tensor.dispose();
	return tensor;
};
/** As code that TypeScript did not look at gives it. */
const loose = (value: unknown) => value as tf.Tensor;
const promise = () => loose(Promise.resolve(x()));

const said: [string, () => unknown, RegExp, RegExp][] = [
	[
		"a disposed tensor in predict",
		() => model().predict(disposed()),
		/^model\.predict: the inputs are a tensor that was disposed before/,
		/reading 'backend'/,
	],
	[
		"disposed inputs of fit",
		() => model().fit(disposed(), x(), quiet),
		/^model\.fit: the inputs are a tensor that was disposed/,
		/Tensor is disposed/,
	],
	[
		"disposed labels of fit",
		() => model().fit(x(), disposed(), quiet),
		/^model\.fit: the labels are a tensor that was disposed/,
		/Tensor is disposed/,
	],
	[
		"a disposed tensor in an operation",
		() => disposed().add(1),
		/^this tensor was disposed before it was used/,
		/Tensor is disposed/,
	],
	[
		"labels that are texts",
		() => model().fit(x(), loose(["a", "b", "c"]), quiet),
		/^model\.fit: the labels are texts/,
		/Expected to see 1 Tensor/,
	],
	[
		"a tensor of texts as labels",
		() => model().fit(x(), tf.tensor1d(["a", "b", "c"]), quiet),
		/^model\.fit: the labels are texts/,
		/target expected/,
	],
	[
		"lists in place of tensors",
		() =>
			model().fit(
				loose([
					[1, 2],
					[3, 4],
				]),
				loose([0, 1]),
				quiet,
			),
		/^model\.fit: the inputs are a list of numbers, and a model takes tensors/,
		/Expected to see 1 Tensor/,
	],
	[
		"a list of rows in predict",
		() => model().predict(loose([[1, 2]])),
		/^model\.predict: the inputs are a list of numbers/,
		/reading 'length'/,
	],
	[
		"nothing as inputs",
		() => model().predict(loose(undefined)),
		/^model\.predict: the inputs are undefined/,
		/reading 'length'/,
	],
	[
		"inputs that were not awaited",
		() => model().predict(promise()),
		/^model\.predict: the inputs are a Promise: write await/,
		/got 0 Tensors/,
	],
	[
		"labels that were not awaited",
		() => model().fit(x(), promise(), quiet),
		/^model\.fit: the labels are a Promise/,
		/No data provided/,
	],
	[
		"a Promise in an operation",
		() => tf.add(promise(), 1),
		/^add was given a Promise as a: write await/,
		/must be a Tensor or TensorLike/,
	],
	[
		"a tensor made of a Promise",
		() => tf.tensor(loose(x().data()) as never),
		/of a Promise, such as tensor\.data\(\) gives, take the values with await first/,
		/values passed to tensor/,
	],
	[
		"class indices under categorical cross-entropy",
		() =>
			model("categoricalCrossentropy", 3).fit(
				x(),
				tf.tensor1d([0, 1, 2]),
				quiet,
			),
		/use the loss "sparseCategoricalCrossentropy", or make rows of them with tf\.oneHot\(labels\.toInt\(\), 3\)/,
		/target expected/,
	],
	[
		"one-hot rows under sparse cross-entropy",
		() =>
			model("sparseCategoricalCrossentropy", 3).fit(
				x(),
				tf.ones([3, 3]),
				quiet,
			),
		/use the loss "categoricalCrossentropy" and a last layer of 3 units/,
		/target expected/,
	],
	[
		"one-hot rows of other classes",
		() => model("categoricalCrossentropy", 3).fit(x(), tf.ones([3, 2]), quiet),
		/each label has the shape \[2\], and the model gives \[3\]/,
		/target expected/,
	],
	[
		"a model that was not compiled",
		() =>
			tf
				.sequential({
					layers: [tf.layers.dense({ units: 1, inputShape: [2] })],
				})
				.fit(x(), x()),
		/call model\.compile/,
		/needs to be compiled/,
	],
	[
		"a first layer without the shape of its input",
		() => tf.sequential({ layers: [tf.layers.dense({ units: 1 })] }),
		/inputShape: \[2\], without the batch/,
		/must get an `inputShape`/,
	],
	[
		"a gradient of what does not follow",
		() => tf.grad(() => tf.scalar(1))(tf.ones([2])),
		/the loss does not follow from the variables/,
		/Cannot compute gradient/,
	],
	[
		"a kernel that wasm lacks",
		() => tf.engine().runKernel("Foresee", { x: tf.ones([1]) }),
		/dd\.useBackend\("cpu"\)/,
		/not registered for backend 'wasm'/,
	],
	[
		"a flat list for a tensor of two axes",
		() => tf.tensor2d([1, 2, 3] as never),
		/a flat list of values has no 2 axes/,
		/requires shape to be provided/,
	],
];
for (const [name, mistake, sentence, original] of said)
	test(`the message about ${name} begins with what to do, and what tfjs said stays below`, async () => {
		const error: unknown = await (async () => mistake())().then(
			() => undefined,
			(thrown: unknown) => explainError(thrown),
		);
		assert.ok(error instanceof Error);
		assert.match(error.message, sentence);
		const parts = error.message.split("\nTensorFlow.js said: ");
		assert.equal(parts.length, 2);
		assert.match(parts[1] as string, original);
		assert.ok(error.stack?.includes(error.message));
	});

test("a second fit of a model says that the first was not awaited", async () => {
	const one = model();
	const first = one.fit(x(), x(), quiet);
	await assert.rejects(
		one.fit(x(), x(), quiet),
		/^Error: an earlier model\.fit of this model is still training: write await before it\n/,
	);
	await first;
});

test("objects and instances stand in one list of callbacks, in any order", async () => {
	for (const first of [true, false]) {
		const seen: string[] = [];
		const object: tf.CustomCallbackArgs = {
			onEpochEnd: () => void seen.push("object"),
		};
		const instance = new tf.CustomCallback({
			onEpochEnd: () => void seen.push("instance"),
		});
		const callbacks = (
			first ? [instance, object] : [object, instance]
		) as tf.CustomCallbackArgs[];
		await model().fit(x(), x(), { ...quiet, epochs: 2, callbacks });
		const dataset = tf.data.array([{ xs: x(), ys: x() }]);
		await model().fitDataset(dataset, { ...quiet, epochs: 1, callbacks });
		assert.equal(seen.filter((each) => each === "object").length, 3);
		assert.equal(seen.filter((each) => each === "instance").length, 3);
	}
});

test("a list of callbacks may hold what a condition left out", async () => {
	let epochs = 0;
	const callbacks = [
		false,
		undefined,
		null,
		{ onEpochEnd: () => void epochs++ },
		"",
		0,
	] as unknown as tf.CustomCallbackArgs[];
	await model().fit(x(), x(), { ...quiet, callbacks });
	await model().fit(x(), x(), { ...quiet, callbacks: callbacks.slice(0, 3) });
	const dataset = tf.data.array([{ xs: x(), ys: x() }]);
	await model().fitDataset(dataset, { ...quiet, epochs: 1, callbacks });
	assert.equal(epochs, 2);
});

test("what cannot be changed, or throws when it is looked at, is thrown on as it is", () => {
	const frozen = Object.freeze(new Error("Tensor is disposed."));
	assert.equal(explainError(frozen), frozen);
	const trap = new Proxy(new Error("m"), {
		get() {
			throw new Error("trap");
		},
	});
	assert.equal(explainError(trap), trap);
	assert.equal(explainError("text"), "text");
});

test("errors of the user's own code, and ours, stay as they are", async () => {
	const own = new TypeError(
		"Cannot read properties of undefined (reading 'backend')",
	);
	assert.equal(explainError(own).message, own.message);
	await assert.rejects(
		model().fit(x(), x(), {
			...quiet,
			callbacks: {
				onEpochEnd: () => {
					throw own;
				},
			},
		}),
		(error) => error === own && !own.message.includes("said"),
	);
});
