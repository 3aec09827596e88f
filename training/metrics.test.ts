import assert from "node:assert/strict";
import { test } from "node:test";
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

test("classes that are numbers come before those that are names", () => {
	const { classes, matrix } = confusionMatrix(
		["b", 10, 2, "a"],
		["B", 2, 2, "é"],
	);
	assert.deepEqual(classes, ["2", "10", "B", "a", "b", "é"]);
	assert.deepEqual(
		matrix.map((row) => row.join("")),
		["100000", "100000", "000000", "000001", "001000", "000000"],
	);
});
