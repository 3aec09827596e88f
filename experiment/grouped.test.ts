import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped } from "./grouped.ts";

test("things are grouped by a key, groups and members in their order", () => {
	const groups = grouped(["b1", "a1", "b2", "c1", "a2"], ([letter]) => letter);
	assert.deepEqual(
		[...groups],
		[
			["b", ["b1", "b2"]],
			["a", ["a1", "a2"]],
			["c", ["c1"]],
		],
	);
	assert.equal(grouped([], String).size, 0);
});
