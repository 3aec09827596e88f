import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../../backend/tf.ts";
import {
	checkCopies,
	checkSecond,
	checkTraining,
	checkValues,
	readCases,
	titleOf,
} from "./case.ts";
import { aliases, byProperties, isTrained, layersOf, others } from "./index.ts";

const cases = readCases();
const lastOf = (one: (typeof cases)[number]) => one.nodes.at(-1)?.[0] as string;

for (const factory of new Set(cases.map(lastOf)))
	test(`${factory}: outputs and gradients are Keras's`, () => {
		for (const one of cases.filter((one) => lastOf(one) === factory))
			checkValues(one);
	});

/** One case for each layer that gives what the model gives; the table is made from all. */
const kinds = new Map(cases.map((one) => [lastOf(one), one]));
for (const one of cases)
	if (one.name || one.inputs.length > 2) kinds.set(titleOf(one), one);

test("models of every layer are saved, loaded and made again with the same bits", async () => {
	for (const one of kinds.values())
		await checkCopies(one).catch((error: Error) => {
			throw new Error(titleOf(one), { cause: error });
		});
});

test("gradients of every layer have gradients of their own", () => {
	for (const one of kinds.values()) if (one.gradients) checkSecond(one);
});

test("fit, fitDataset, trainOnBatch and a loop of one's own train every layer alike", async () => {
	for (const one of kinds.values())
		if (isTrained(one))
			await checkTraining(one).catch((error: Error) => {
				throw new Error(titleOf(one), { cause: error });
			});
});

test("every layer that tf.layers offers has a case, or is named with where it is checked", () => {
	const checked = new Set([
		...cases.flatMap((one) => [...layersOf(one)]),
		...Object.keys(aliases),
		...Object.keys(others),
		...byProperties,
	]);
	assert.deepEqual(
		Object.keys(tf.layers).filter((name) => !checked.has(name)),
		[],
	);
	assert.deepEqual(
		[...checked].filter((name) => !(name in tf.layers)),
		[],
		"named, and not there",
	);
});

test("other names of layers make the same layers", () => {
	const factories = tf.layers as unknown as Record<
		string,
		(config: object) => tf.layers.Layer
	>;
	for (const [alias, name] of Object.entries(aliases))
		assert.equal(
			factories[alias]?.({}).getClassName(),
			factories[name]?.({}).getClassName(),
		);
});
