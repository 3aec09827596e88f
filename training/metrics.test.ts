import assert from "node:assert/strict";
import { test } from "node:test";
import { setReplay } from "../experiment/given-options.ts";
import { accuracy, confusionMatrix } from "./metrics.ts";

test("accuracy is the share of right predictions", () => {
	assert.equal(accuracy([0, 1, 1, 2], [0, 1, 0, 2]), 0.75);
	assert.equal(accuracy(["cat", "dog"], ["cat", "cat"]), 0.5);
	assert.ok(Number.isNaN(accuracy([], [])));
});

test("a confusion matrix counts true classes in rows, predicted ones in columns", () => {
	assert.deepEqual(confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1], ["a", "b"]), {
		classes: ["a", "b"],
		matrix: [
			[1, 1],
			[0, 2],
		],
	});
});

test("labels may be names, and classes without examples keep their row", () => {
	assert.deepEqual(
		confusionMatrix(["b", "b"], ["b", "a"], ["a", "b", "c"]).matrix,
		[
			[0, 0, 0],
			[1, 1, 0],
			[0, 0, 0],
		],
	);
});

test("without class names, every label that occurs is a class, numbers by value", () => {
	assert.deepEqual(confusionMatrix([10, 2], [2, 2]), {
		classes: ["2", "10"],
		matrix: [
			[1, 0],
			[1, 0],
		],
	});
});

test("lengths that differ and labels that are no class are named", () => {
	assert.throws(() => accuracy([1], []), /1 labels but 0 predictions/);
	assert.throws(
		() => confusionMatrix([0, 3], [0, 0], ["a", "b"]),
		/label at index 1 is 3.*a, b/,
	);
});

test("names are in one order in every locale", () => {
	const { classes, matrix } = confusionMatrix(["b", "a"], ["B", "é"]);
	assert.deepEqual(classes, ["B", "a", "b", "é"]);
	assert.deepEqual(
		matrix.map((row) => row.join("")),
		["0000", "0001", "1000", "0000"],
	);
	assert.deepEqual(confusionMatrix([true, false], [true, true]), {
		classes: ["false", "true"],
		matrix: [
			[0, 1],
			[0, 1],
		],
	});
});

test('the number 1 and the text "1" are two classes, and lists that have both are refused', () => {
	const message =
		/^UsageError: (accuracy|confusionMatrix): labels and predictions are all numbers.*, but labels\[0\] is the number 0 and predictions\[1\] is the text "1"; turn them into one kind/;
	assert.throws(() => accuracy([0, 1], [0, "1"]), message);
	assert.throws(() => confusionMatrix([0, 1], [0, "1"]), message);
	// Classes with names say what an index is.
	assert.deepEqual(confusionMatrix([0, 1], [0, "b"], ["a", "b"]).matrix, [
		[1, 0],
		[0, 1],
	]);
});

test("a replay repeats what was recorded before labels of different kinds were refused", (context) => {
	context.after(() => setReplay(false));
	assert.throws(() => accuracy([0, 1], ["0", "1"]), /turn them into one kind/);
	setReplay(true);
	assert.equal(accuracy([0, 1], ["0", "1"]), 0);
});
