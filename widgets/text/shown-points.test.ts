import assert from "node:assert/strict";
import { test } from "node:test";
import { pointLabel, pointOf } from "../../experiment/sweep/point.ts";
import { shownPoints } from "./shown-points.ts";

test("groups of a multirun that differ in a secret stay apart, and none is shown", () => {
	const points = [
		{ password: "hunter22a", token: "abc", lr: 0.1 },
		{ password: "hunter22abcd", token: "abc", lr: 0.1 },
		{ password: "hunter22a", token: "xyz", lr: 0.1 },
	].map((params) =>
		pointOf({ varied: ["password", "token", "lr"] }, { params }),
	);
	assert.deepEqual(shownPoints(points).map(pointLabel), [
		"password=…1, token=…1, lr=0.1",
		"password=…2, token=…1, lr=0.1",
		"password=…1, token=…2, lr=0.1",
	]);
});

test("a parameter that varies and that a member has not is no part of its label", () => {
	assert.deepEqual(
		pointOf({ varied: ["lr", "units"] }, { params: { lr: 1, batch: 2 } }),
		{ lr: 1 },
	);
});
