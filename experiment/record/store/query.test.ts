import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestSession, recordDiverged, recordRun } from "../test-record.ts";
import { type Condition, factOf, parseCondition, selectRuns } from "./query.ts";
import type { StoredRun } from "./store.ts";

openTestSession();
const runs = [
	await recordRun((run) => run.log({ accuracy: 0.9, loss: 1 }), {
		experiment: "a",
		params: {
			lr: 0.1,
			set: "xor",
			loss: "mse",
			deep: true,
			"optim.decay": 0.5,
			layers: [32, 64],
		},
	}),
	await recordDiverged((run) => run.log({ accuracy: 0.95, loss: Number.NaN }), {
		experiment: "b",
		params: { lr: 0.01, set: "moons", deep: false },
	}),
	await recordDiverged((run) => run.log({ loss: Number.POSITIVE_INFINITY }), {
		experiment: "c",
		params: { lr: 1, set: "10" },
	}),
];

const conditions: [string, string][] = [
	["lr=0.1", "a"],
	["lr = 0.10", "a"],
	["lr!=0.1", "bc"],
	["lr<1", "ab"],
	["lr<=0.1", "ab"],
	["lr>0.01", "ac"],
	["lr>=1", "c"],
	["accuracy>0.9", "b"],
	["accuracy!=0.9", "b"],
	["set=xor", "a"],
	["set='10'", "c"],
	["set=10", "c"],
	["set>n", "a"],
	["deep=true", "a"],
	["experiment=b", "b"],
	["status=finished", "a"],
	["status=diverged", "bc"],
	["loss=mse", "a"],
	["metrics.loss<=1", "a"],
	["metrics.loss>1e300", "c"],
	["metrics.loss=Infinity", "c"],
	["metrics.loss>=1e999", "c"],
	["metrics.loss!=1e999", "ab"],
	["params.loss=mse", "a"],
	["started>2020-01-01", "abc"],
	["seed=42", "abc"],
	["optim.decay<1", "a"],
	["layers=[32,64]", "a"],
	["layers=[32]", ""],
];

for (const [text, expected] of conditions)
	test(`${text} holds for the runs ${expected}`, () => {
		const chosen = selectRuns(runs, { where: [parseCondition(text)] });
		assert.equal(
			chosen.map(({ record }) => record.experiment).join(""),
			expected,
		);
	});

test("all conditions of a query must hold", () => {
	const where = ["lr<1", "set!=xor"].map(parseCondition);
	assert.deepEqual(selectRuns(runs, { where }), [runs[1]]);
});

const orders: [string, string][] = [
	["lr", "bac"],
	["-lr", "cab"],
	["accuracy", "abc"],
	["-accuracy", "bac"],
	["metrics.loss", "acb"],
	["-metrics.loss", "cab"],
	["set", "cba"],
	["-started", "cba"],
];

for (const [sort, expected] of orders)
	test(`sorted by ${sort} the runs are ${expected}, those without a value last`, () => {
		assert.equal(
			selectRuns(runs, { sort })
				.map(({ record }) => record.experiment)
				.join(""),
			expected,
		);
	});

test("a name that no run has is an error with the nearest one", () => {
	for (const query of [
		{ sort: "-acuracy" },
		{ where: [parseCondition("acuracy>1")] },
	])
		assert.throws(() => selectRuns(runs, query), {
			name: "UsageError",
			message:
				'no run has a parameter or metric "acuracy"; did you mean "accuracy"?',
		});
	assert.deepEqual(selectRuns([], { sort: "anything" }), []);
	assert.equal(factOf(runs[0] as never, "toString"), undefined);
});

for (const text of ["lr", "=1", "lr=", "", "lr > "])
	test(`"${text}" is no condition`, () => {
		assert.throws(() => parseCondition(text), {
			name: "UsageError",
			message: `"${text}" is not a condition; write NAME=VALUE, or with !=, <, <=, > or >=, for example "accuracy>0.9"`,
		});
	});

test("a condition keeps its value's type", () => {
	assert.deepEqual(parseCondition("val/acc >= 0.5"), {
		name: "val/acc",
		operator: ">=",
		value: 0.5,
	} satisfies Condition);
});

test("how long a run took is told in seconds; where that is not known, it is no fact", () => {
	const { directory, record } = runs[0] as StoredRun;
	const lasting = (milliseconds: number | undefined) =>
		factOf({ directory, record: { ...record, milliseconds } }, "seconds");
	assert.equal(lasting(2500), 2.5);
	assert.equal(lasting(0), 0);
	assert.equal(lasting(undefined), undefined);
});
