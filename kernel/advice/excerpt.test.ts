import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { excerpt } from "./excerpt.ts";

const shown = (line: string, column: number, length: number) =>
	excerpt(["", line], 2, column, { length }).map(stripVTControlCharacters);

test("the mark stands under what it marks, whatever letters stand before it", () => {
	for (const [before, width] of [
		["", 0],
		["\t", 2],
		["/* 日本 */ ", 11],
		["/* e\u0301 🇨🇭 👩‍👩‍👧 */ ", 14],
	] as const)
		assert.deepEqual(shown(`${before}oops(1)`, before.length + 1, 4), [
			`    2 │ ${before.replace("\t", "  ")}oops(1)`,
			`      │ ${" ".repeat(width)}^^^^`,
		]);
	assert.deepEqual(shown("'日本'", 1, 4)[1], "      │ ^^^^^^");
	assert.deepEqual(excerpt(["one"], 2, 1), []);
});
