import assert from "node:assert/strict";
import { test } from "node:test";
import { latestOfEach } from "./latest.ts";

const latest = (...tries: readonly string[]) =>
	latestOfEach(
		tries,
		(text) => text[0],
		(text) => text.includes("finished"),
	);

test("of several tries of a member, the latest that finished counts", () => {
	assert.deepEqual(
		latest("a finished 1", "b failed", "a finished 2", "a failed"),
		["a finished 2", "b failed"],
	);
});

test("where none finished, the latest counts", () => {
	assert.deepEqual(latest("a failed 1", "a failed 2"), ["a failed 2"]);
	assert.deepEqual(latest("a failed", "a finished"), ["a finished"]);
});
