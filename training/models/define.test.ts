import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { getData } from "../../experiment/data/sets/get-data.ts";
import * as tf from "../backend/tf.ts";
import { run } from "../run.ts";
import { findTask } from "../tasks/find.ts";
import { tasks } from "../tasks/index.ts";
import { models, modelsThatGive } from "./catalogue.ts";
import { defineModel } from "./define.ts";
import { architecture, architectures } from "./index.ts";

process.env.DEEPDIVA_RUNS = join(temporaryFolder(), "runs");

const create = (classes: number) =>
	tf.sequential({
		layers: [
			tf.layers.dense({ inputShape: [2], units: 3, activation: "tanh" }),
			tf.layers.dense({ name: "logits", units: classes }),
			tf.layers.softmax({ name: "probabilities" }),
		],
	});

test("the list of built-in models names all of them", () => {
	assert.deepEqual(
		[...architectures.keys()],
		models.map(({ name }) => name),
	);
});

test("what is asked for by no name is told as an unknown name", async () => {
	for (const name of [undefined, null, 5]) {
		assert.throws(() => Reflect.apply(architecture, undefined, [name]), {
			name: "UsageError",
			message: new RegExp(`^there is no model "${name}"; there is: FC_simple`),
		});
		assert.throws(() => Reflect.apply(findTask, undefined, [name]), {
			name: "UsageError",
			message: new RegExp(`^there is no task "${name}"; there is: points`),
		});
		await assert.rejects(
			async () => Reflect.apply(getData, undefined, [name]),
			{
				name: "DataError",
				message: new RegExp(
					`^there is no data set "${name}"; there is: digits`,
				),
			},
		);
	}
});

test("a defined model is a choice of the tasks that take its input, and is trained by them", async () => {
	defineModel({ name: "tiny", summary: "Tiny.", inputShape: [2], create });
	defineModel({
		name: "wide",
		summary: "For images.",
		inputShape: [8, 8, 3],
		create,
	});
	const choices = (task: string) =>
		findTask(task).params.fields.model?.choices ?? [];
	assert.deepEqual(choices("points"), [
		"FC_simple",
		"FC_medium",
		"MLP",
		"tiny",
	]);
	assert.deepEqual(choices("image-classification"), [
		...modelsThatGive("class of an image"),
		"wide",
	]);
	// Grids and help have parameters in the task's order, whatever is defined.
	for (const [name, { params }] of tasks)
		assert.deepEqual(
			Object.keys(findTask(name).params.fields),
			Object.keys(params.fields),
		);
	assert.equal(architecture("tiny").create(4).outputs[0]?.shape[1], 4);
	const params = { model: "tiny", set: "xor", size: 60, epochs: 1 };
	const result = await run({ task: "points", params });
	assert.equal(result?.outcome.status, "finished");
	await assert.rejects(
		run({ task: "points", params: { ...params, model: "wide" } }),
		{
			message:
				"task points: model=wide is not available; there is: FC_simple, FC_medium, MLP, tiny",
		},
	);
});

const made = (make: (classes: number) => unknown) => ({
	name: "a",
	summary: "s",
	inputShape: [2],
	create: make,
});

const refused: readonly [string, unknown, string][] = [
	[
		"has a built-in name",
		{ ...made(create), name: "MLP" },
		'dd.defineModel("MLP"): there is a built-in model of this name; choose another one',
	],
	[
		"has no input shape",
		{ name: "a", summary: "s", create },
		'dd.defineModel("a"): inputShape is missing: the shape of one example, for example [2] or [32, 32, 3]',
	],
	[
		"has a batch in its input shape",
		{ ...made(create), inputShape: [null, 2] },
		'dd.defineModel("a"): inputShape must be a list of whole numbers of at least 1, for example [2] or [32, 32, 3], not [null, 2]',
	],
	[
		"makes nothing",
		{ name: "a", summary: "s", inputShape: [2] },
		'dd.defineModel("a"): create is missing: the function that makes a model for a number of classes',
	],
	[
		"makes what is no model",
		made(() => tf.scalar(1)),
		'dd.defineModel("a"): create must return a model, for example tf.sequential({ layers: [ … ] }), not an object',
	],
	[
		"only promises a model",
		made(async () => undefined),
		'dd.defineModel("a"): create must return a model, for example tf.sequential({ layers: [ … ] }), not a promise',
	],
	[
		"makes a model for other examples",
		{ ...made(create), inputShape: [3] },
		'dd.defineModel("a"): create made a model for examples of [2], and inputShape says [3]',
	],
	[
		"ends in other layers",
		made((units) =>
			tf.sequential({
				layers: [
					tf.layers.dense({ name: "first", inputShape: [2], units }),
					tf.layers.dense({ name: "last", units }),
				],
			}),
		),
		'dd.defineModel("a"): its last two layers must be named "logits" and "probabilities", not "first" and "last"; end it with tf.layers.dense({ name: "logits", units: classes }) and tf.layers.softmax({ name: "probabilities" })',
	],
	[
		"leaves out classes",
		made(() => create(1)),
		'dd.defineModel("a"): the model\'s output is [1] per example, not [2]: one value for each class',
	],
];

for (const [what, definition, message] of refused)
	test(`a model that ${what} is refused`, () => {
		assert.throws(
			() => {
				Reflect.apply(defineModel, undefined, [definition]);
				architecture("a").create(2);
			},
			{ name: "UsageError", message },
		);
	});
