import assert from "node:assert/strict";
import { test } from "node:test";
import { displayWidth } from "../../base/text-width.ts";
import { progressLine } from "./progress.ts";

const event = {
	type: "progress",
	done: 42,
	total: 100,
	unit: "batch",
	label: "epoch 3/10",
	values: { loss: 0.3141, val_accuracy: 0.91 },
} as const;

test("progress is one line: label, bar, percentage and the latest values", () => {
	assert.equal(
		progressLine(event, 60),
		"epoch 3/10 ━━━━╸──────  42 %  loss 0.314  val_accuracy 0.910",
	);
});

test("a progress line never is wider than the terminal", () => {
	for (let width = 1; width <= 120; width++)
		assert.ok(displayWidth(progressLine(event, width)) <= width);
});

test("100 % is shown only when the work is done", () => {
	const almost = { ...event, done: 999, total: 1000 };
	assert.match(progressLine(almost), / 99 %/);
	assert.match(progressLine({ ...almost, done: 1000 }), /100 %/);
});

test("work of unknown size is counted without a bar", () => {
	assert.equal(
		progressLine({ type: "progress", done: 7, unit: "image" }),
		"7 images",
	);
});
