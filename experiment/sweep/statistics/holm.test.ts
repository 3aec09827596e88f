import assert from "node:assert/strict";
import { test } from "node:test";
import { holm } from "./holm.ts";

test("p values are adjusted for all comparisons together, each in its place", () => {
	assert.deepEqual(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
	assert.deepEqual(holm([0.5, 0.9]), [1, 1]);
	assert.deepEqual(holm([]), []);
});
