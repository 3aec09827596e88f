import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import {
	openTestSession,
	recordRun,
} from "../experiment/record/test-record.ts";
import { useStream } from "../experiment/session.ts";
import * as tf from "./backend/tf.ts";
import * as dd from "./recording.ts";

test("dd.params reads, lists and prints the running run's parameters", async () => {
	openTestSession();
	await recordRun(
		async () => {
			assert.equal(dd.params.lr, 0.1);
			assert.deepEqual({ ...dd.params }, { lr: 0.1, set: "xor" });
			assert.deepEqual(Object.keys(await dd.params), ["lr", "set"]);
			assert.equal("lr" in dd.params, true);
			assert.equal("nope" in dd.params, false);
			assert.equal(Object.hasOwn(dd.params, "nope"), false);
			assert.equal(JSON.stringify(dd.params), '{"lr":0.1,"set":"xor"}');
			assert.equal(inspect(dd.params), "{ lr: 0.1, set: 'xor' }");
			assert.throws(() => dd.params.lt, {
				name: "UsageError",
				message: "dd.params.lt: this run declares lr, set",
			});
		},
		{ params: { lr: 0.1, set: "xor" } },
	);
	await recordRun(() => {
		assert.throws(() => dd.params.lr, {
			message: "dd.params.lr: this run declares no parameters",
		});
	});
	assert.equal(inspect(dd.params), "{}");
	assert.throws(() => dd.params.lr, {
		name: "UsageError",
		message: /^dd\.params belongs inside a run/,
	});
});

const outside: [string, () => unknown][] = [
	["dd.log", () => dd.log({ loss: 1 })],
	["dd.callbacks", () => dd.callbacks()],
	["dd.confusion", () => dd.confusion([0], [0])],
	["dd.boundary", () => dd.boundary(() => tf.zeros([1, 2]) as tf.Tensor2D, [])],
	["dd.embedding", () => dd.embedding([[1, 2]], [0])],
];

/** What is awaited rejects. */
const awaited: [string, () => Promise<unknown>][] = [
	["dd.artifact", () => dd.artifact("a", 1)],
	["dd.data", () => dd.data(".")],
	["dd.checkpoint", () => dd.checkpoint(1, {})],
	["dd.restore", () => dd.restore({})],
];

const belongsInside = (name: string) => ({
	name: "UsageError",
	message: `${name} belongs inside a run: start the cell with "%dd run NAME", or call it in the body of dd.run(…)`,
});

for (const [name, call] of outside)
	test(`${name} outside of a run says that it belongs inside`, () => {
		assert.throws(call, belongsInside(name));
	});

for (const [name, call] of awaited)
	test(`${name} outside of a run rejects, and says that it belongs inside`, async () => {
		const promise = call();
		assert.ok(promise instanceof Promise);
		await assert.rejects(promise, belongsInside(name));
	});

test("every confusion matrix is kept with its predictions", async () => {
	openTestSession();
	const { record, directory } = await recordRun(() => {
		dd.confusion(tf.tensor1d([0, 1], "int32"), [1, 1], { classes: ["a", "b"] });
		dd.confusion(["x", "y"], ["y", "y"]);
		dd.confusion([0], [0], { name: "val", step: 4 });
	});
	assert.deepEqual(Object.keys(record.outputs), [
		"artifact/confusion-predictions-1",
		"artifact/confusion-predictions-2",
		"artifact/val-predictions-1",
		"confusion/confusion-1",
		"confusion/confusion-2",
		"confusion/val-1",
	]);
	const read = (path: string) =>
		JSON.parse(readFileSync(join(directory, path), "utf8")) as unknown;
	assert.deepEqual(read("artifacts/confusion-predictions-2.json"), {
		labels: ["x", "y"],
		predictions: ["y", "y"],
	});
	assert.deepEqual(read("pictures/confusion-val-1.json"), {
		type: "confusion",
		name: "val",
		step: 4,
		confusion: { classes: ["0"], matrix: [[1]] },
	});
});

test("labels of the wrong shape are refused with what to do", async () => {
	openTestSession();
	await recordRun(() => {
		assert.throws(() => dd.confusion(tf.zeros([3, 2]), [0, 0, 0]), {
			name: "UsageError",
			message:
				"dd.confusion: labels must have shape [n], not [3,2]; of scores or one-hot rows take the index with .argMax(-1)",
		});
		assert.throws(
			() =>
				dd.boundary(() => tf.zeros([1, 2]) as tf.Tensor2D, {
					points: [[0, 0]],
					labels: [0, 1],
				}),
			{
				name: "UsageError",
				message:
					"dd.boundary: there are 1 points and 2 labels; give one label per point",
			},
		);
	});
});

test("boundaries and embeddings take lists and tensors alike", async () => {
	openTestSession();
	const points: [number, number][] = [
		[0, 0],
		[1, 1],
		[0, 1],
	];
	const labels = [0, 1, 1];
	const model = (x: tf.Tensor2D) => tf.tidy(() => x.mul(3) as tf.Tensor2D);
	const { record } = await recordRun(() => {
		dd.boundary(model, { points, labels });
		dd.boundary(model, {
			points: tf.tensor2d(points),
			labels: tf.tensor1d(labels, "int32"),
		});
		dd.embedding(points, labels);
		dd.embedding(tf.tensor2d(points), tf.tensor1d(labels, "int32"));
	});
	const { outputs } = record;
	assert.equal(
		outputs["boundary/boundary-1"]?.digest,
		outputs["boundary/boundary-2"]?.digest,
	);
	assert.equal(
		outputs["embedding/embedding-1"]?.digest,
		outputs["embedding/embedding-2"]?.digest,
	);
});

test("dd.rng goes on inside of a run, and starts anew outside", async () => {
	openTestSession();
	useStream("cell");
	const outsideFirst = dd.rng("a")();
	assert.equal(dd.rng("a")(), outsideFirst);
	const { record } = await recordRun(() => {
		const first = dd.rng("a")();
		assert.notEqual(dd.rng("a")(), first);
		assert.notEqual(first, outsideFirst);
	});
	assert.deepEqual(record.seed.streams, { a: 2 });
});

test("model.fit with dd.callbacks logs every epoch under the run", async () => {
	openTestSession();
	const { record } = await recordRun(async () => {
		const model = tf.sequential({
			layers: [tf.layers.dense({ units: 1, inputShape: [1] })],
		});
		model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
		await model.fit(tf.ones([4, 1]), tf.zeros([4, 1]), {
			epochs: 3,
			callbacks: dd.callbacks(),
		});
	});
	assert.deepEqual(Object.keys(record.metrics), ["loss"]);
	// One seed for the kernel, and three orders of four examples.
	assert.deepEqual(record.seed.streams, { init: 1, order: 12 });
});
