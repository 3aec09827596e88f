import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "../backend/tf.ts";
import { elementwise } from "./elementwise.ts";
import { testFamily } from "./family.ts";

testFamily(elementwise);

test("whereAsync has a row for each place that is true, of every rank", async () => {
	const places = async (values: tf.TensorLike) =>
		(await tf.whereAsync(tf.cast(values, "bool"))).arraySync();
	const table = [
		[1, 0, 1],
		[0, 0, 1],
	];
	assert.deepEqual(await places(table), [
		[0, 0],
		[0, 2],
		[1, 2],
	]);
	assert.deepEqual(await places([0, 1]), [[1]]);
	const none = await tf.whereAsync(tf.zeros([2, 2], "bool"));
	assert.deepEqual(none.shape, [0, 2]);
});
