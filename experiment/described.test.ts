import assert from "node:assert/strict";
import { test } from "node:test";
import { described } from "./described.ts";

test("a value of a message is named as code would write it, or by what it is", () => {
	const cases: readonly (readonly [unknown, string])[] = [
		[undefined, "undefined"],
		[null, "null"],
		[0.5, "0.5"],
		[Number.NaN, "NaN"],
		[true, "true"],
		['a "b"', '"a \\"b\\""'],
		["x".repeat(201), "a text of 201 characters"],
		[[1], "a list"],
		[{}, "an object"],
		[Promise.resolve(), "a promise"],
		// biome-ignore lint/suspicious/noThenProperty: a promise of another library
		[{ then: () => undefined }, "a promise"],
		[() => 1, "a function"],
		[Symbol("s"), "a symbol"],
	];
	for (const [value, text] of cases) assert.equal(described(value), text);
});
