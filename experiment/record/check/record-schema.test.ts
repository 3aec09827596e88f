import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { RunRecord } from "../record.ts";
import { openTestSession, recordRun } from "../test-record.ts";
import { oddFields, wrongFields } from "./record-schema.ts";

openTestSession();
const { directory } = await recordRun((run) => run.log({ loss: 0.5 }));
const read = (): RunRecord =>
	JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
const whole = read();

test("a run's record is as its schema says: no field is missing, wrong or unknown", () => {
	assert.deepEqual(wrongFields({ ...whole }), []);
	assert.deepEqual(oddFields(whole), []);
});

test("what is wrong in a record is named, each field by its path", () => {
	const { digest, ...rest } = whole;
	assert.ok(digest);
	assert.deepEqual(
		wrongFields({
			...rest,
			repeat: -1,
			params: { lr: { value: [null] }, layers: { value: [1, 2] } },
			seed: { ...whole.seed, boot: 7 },
		}).sort(),
		["digest", "params.lr.value", "repeat", "seed.boot"],
	);
});

test("a path shows strange names as texts, and no more of them than 100 characters", () => {
	const pathOf = (name: string) =>
		wrongFields({ ...whole, metrics: { [name]: [] } });
	const long = "a".repeat(100);
	assert.deepEqual(pathOf("val/loss"), ["metrics.val/loss"]);
	assert.deepEqual(pathOf("a b"), ['metrics."a b"']);
	assert.deepEqual(pathOf(long), [`metrics.${long}`]);
	assert.deepEqual(pathOf(`${long}b`), [`metrics."${long}"`]);
});

test("an entry is looked at whatever its name is, also one that objects have", () => {
	for (const name of ["__proto__", "constructor", "prototype", "toString"]) {
		const metrics: unknown = JSON.parse(`{"${name}": [1]}`);
		assert.deepEqual(wrongFields({ ...whole, metrics }), [`metrics.${name}`]);
		const fine: unknown = JSON.parse(`{"${name}": 1}`);
		assert.deepEqual(wrongFields({ ...whole, metrics: fine }), []);
		const odd = Object.defineProperty({ ...whole }, name, {
			value: 1,
			enumerable: true,
		});
		assert.deepEqual(oddFields(odd), [{ field: name, value: 1 }]);
	}
});

test("a field that no run writes is odd, and so is one that every ended run has and this one lacks", () => {
	const { leaks, ...rest } = whole;
	assert.ok(leaks);
	assert.deepEqual(oddFields(rest), [{ field: "leaks" }]);
	assert.deepEqual(
		oddFields({
			...whole,
			seed: Object.assign({ verified: true }, whole.seed),
		}),
		[{ field: "seed.verified", value: true }],
	);
});

test("a member of a multirun in format 1 need not say which it is", () => {
	const multirun = { id: "a", total: 2 };
	const fields = (format: 1 | 2) =>
		oddFields({ ...whole, format, multirun }).map(({ field }) => field);
	assert.deepEqual(fields(1), []);
	assert.deepEqual(fields(2), [
		"multirun.index",
		"multirun.repeats",
		"multirun.varied",
	]);
});
