import assert from "node:assert/strict";
import { test } from "node:test";
import { mcnemar } from "./mcnemar.ts";

/** Labels of ones, and predictions that are right where the text has a 1. */
const right = (text: string) => [...text].map(Number);

test("two classifiers on one test set are compared by the examples that one alone has right", () => {
	const labels = right("1".repeat(20));
	const a = right("11111111111111110000");
	const b = right("11111110000000001000");
	const { p, midP, ...counts } = mcnemar(labels, a, b);
	assert.deepEqual(counts, {
		n: 20,
		both: 7,
		onlyA: 9,
		onlyB: 1,
		neither: 3,
		difference: 0.4,
		refusals: [],
	});
	assert.equal(p.toFixed(10), "0.0214843750");
	assert.equal(midP.toFixed(10), "0.0117187500");
	assert.equal(mcnemar(["x", "y"], ["x", "x"], ["x", "y"]).onlyB, 1);
});

test("too few differences carry no claim", () => {
	const labels = right("11111111");
	const { p, refusals } = mcnemar(labels, labels, right("11100000"));
	assert.equal(p.toFixed(10), "0.0625000000");
	assert.deepEqual(refusals, [
		"the classifiers differ on 5 of the examples: no p below 0.0625 is possible; it takes 6",
	]);
	assert.match(mcnemar(labels, labels, labels).refusals[0] ?? "", /nothing/);
	assert.throws(() => mcnemar(labels, [1], labels), /not 8, 1 and 8$/);
	assert.throws(() => mcnemar([], [], []), { name: "UsageError" });
});

test("a number and its text are two classes, so lists of different kinds are refused", () => {
	const numbers = Int32Array.of(1, 0, 1);
	const texts = ["1", "0", "1"];
	assert.throws(() => mcnemar(numbers, numbers, texts), {
		name: "UsageError",
		message:
			/labels\[0\] is the number 1 and b\[0\] is the text "1"; turn them into one kind/,
	});
	assert.throws(
		() => mcnemar([true, false], [true, 0 as never], [true, true]),
		{
			message: /labels\[0\] is the boolean true and a\[1\] is the number 0/,
		},
	);
	assert.equal(mcnemar(Array.from(numbers, String), texts, texts).both, 3);
});
