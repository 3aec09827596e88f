import assert from "node:assert/strict";
import { test } from "node:test";
import type { ActiveRun } from "../../../experiment/record/active-run.ts";
import { guard } from "../../../experiment/record/guard.ts";
import { listRuns } from "../../../experiment/record/store/store.ts";
import {
	openTestSession,
	planOf,
	recordDiverged,
	recordRun,
} from "../../../experiment/record/test-record.ts";
import { session } from "../../../experiment/session.ts";
import * as tf from "../tf.ts";

function model(name?: string): tf.Sequential {
	const made = tf.sequential({
		...(name ? { name } : {}),
		layers: [tf.layers.dense({ units: 1, inputShape: [1] })],
	});
	made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
	return made;
}
const x = () => tf.ones([2, 1]);
const far = () => tf.fill([2, 1], 3e38);
const quiet = { epochs: 2, verbose: 0 } as const;
const lose = (one: tf.LayersModel) => one.fit(x(), far(), quiet);

/** What a session tells from now on. */
function listen(): string[] {
	openTestSession();
	const told: string[] = [];
	session().observers.add({
		event: (_, event) => {
			if (event.type === "notice") told.push(event.text);
		},
	});
	return told;
}

const trainings: [string, (one: tf.Sequential) => Promise<unknown>][] = [
	["fit", lose],
	[
		"fitDataset",
		(one) =>
			one.fitDataset(tf.data.array([{ xs: x(), ys: far() }]), {
				...quiet,
				epochs: 1,
			}),
	],
	["trainOnBatch", (one) => one.trainOnBatch(x(), far())],
	[
		"fit, with a validation that is lost",
		(one) => one.fit(x(), x(), { ...quiet, validationData: [x(), far()] }),
	],
];
for (const [name, train] of trainings)
	test(`a run whose model is lost in ${name} is told so once, and has diverged without a log`, async () => {
		const told = listen();
		const { record } = await recordDiverged(async () => {
			const one = model("net");
			await train(one);
			await train(one);
		});
		assert.equal(record.status, "diverged");
		assert.deepEqual(record.metrics, {});
		assert.match(
			record.error?.message ?? "",
			/^(?:val_)?loss of net became (?:Infinity|NaN) in training\. Likely causes: a learning rate/,
		);
		assert.deepEqual(told, [record.error?.message]);
	});

test("a run that fails after a model was lost has diverged, with the error that ended it", async () => {
	const root = openTestSession();
	await assert.rejects(
		guard(planOf(), async () => {
			await lose(model());
			throw new RangeError("a picture of NaN");
		}),
		RangeError,
	);
	const [stored] = listRuns(root).runs;
	assert.equal(stored?.record.status, "diverged");
	assert.equal(stored?.record.error?.name, "RangeError");
});

const fine: [string, (run: ActiveRun) => Promise<unknown>][] = [
	[
		"that train a model well",
		async () => {
			await model().fit(x(), x(), quiet);
			await model().trainOnBatch(x(), x());
		},
	],
	[
		"that train a lost model anew",
		async () => {
			const one = model();
			const weights = one.getWeights().map((weight) => weight.clone());
			await lose(one);
			one.setWeights(weights);
			await one.fit(x(), x(), quiet);
		},
	],
	[
		"that train for no epoch",
		async () => model().fit(x(), far(), { ...quiet, epochs: 0 }),
	],
];
for (const [name, body] of fine)
	test(`runs ${name} have finished`, async () => {
		openTestSession();
		assert.equal((await recordRun(body)).record.status, "finished");
	});

test("one model that is trained well does not hide another that is lost", async () => {
	openTestSession();
	await recordDiverged(async () => {
		await lose(model());
		await model().fit(x(), x(), quiet);
	});
});

test("a loss that is logged and trained with is told once", async () => {
	const told = listen();
	await recordDiverged(async (run) => {
		await model().fit(x(), far(), {
			...quiet,
			callbacks: {
				onEpochEnd: (_, logs) => run.log({ loss: logs?.loss ?? 0 }),
			},
		});
	});
	assert.equal(told.length, 1);
});

test("outside of a run, a model may be trained to anything", async () => {
	const told = listen();
	const { history } = await lose(model());
	assert.ok(!Number.isFinite(history.loss?.at(-1)));
	assert.deepEqual(told, []);
});
