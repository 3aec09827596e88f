import assert from "node:assert/strict";
import { test } from "node:test";
import { shownValues } from "./replay-report.ts";

test("a long value is shown from where a replay differs, and is cut where it does not", () => {
	const long = "x".repeat(200);
	assert.deepEqual(shownValues("0.1", undefined), ["0.1", "–"]);
	assert.deepEqual(shownValues(long, long), [
		`${"x".repeat(59)}…`,
		`${"x".repeat(59)}…`,
	]);
	assert.deepEqual(shownValues(`${long}1${long}`, `${long}2`), [
		`…${"x".repeat(15)}1${"x".repeat(42)}…`,
		`…${"x".repeat(15)}2`,
	]);
});
