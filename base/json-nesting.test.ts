import assert from "node:assert/strict";
import { test } from "node:test";
import { DEEPEST_JSON, nestsTooDeeply } from "./json-nesting.ts";

const lists = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) =>
	`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test("JSON is read down to the bound, and one level more is told", () => {
	for (const nested of [lists, objects]) {
		assert.equal(nestsTooDeeply(nested(DEEPEST_JSON)), false);
		assert.equal(nestsTooDeeply(nested(DEEPEST_JSON + 1)), true);
	}
});

test("brackets in strings are no levels, and quotes in strings hide none", () => {
	const many = "[".repeat(1000);
	for (const text of [many, `"${many}`, `\\${many}`, `\\"${many}\\`])
		assert.equal(nestsTooDeeply(JSON.stringify([text, { [text]: 1 }])), false);
	for (const text of ['"', "\\", '\\"', '\\\\"'])
		assert.equal(
			nestsTooDeeply(`[${JSON.stringify(text)},${lists(DEEPEST_JSON)}]`),
			true,
		);
});

test("lists side by side are not taken for levels", () => {
	assert.equal(nestsTooDeeply(`[${Array(10_000).fill("[{}]").join()}]`), false);
});
