import assert from "node:assert/strict";
import { test } from "node:test";
import { codePointOffset, utf16Offset } from "./code-points.ts";

test("a cursor in code points finds its place in UTF-16, and back", () => {
	for (const [text, codePoints, utf16] of [
		['"😀"; Math.ma', 12, 13],
		["😀😀", 1, 2],
		["ä", 1, 1],
		["", 0, 0],
	] as const) {
		assert.equal(utf16Offset(text, codePoints), utf16);
		assert.equal(codePointOffset(text, utf16), codePoints);
	}
});

test("a cursor outside the text is at its end or its start", () => {
	assert.equal(utf16Offset("😀", 9), 2);
	assert.equal(utf16Offset("😀", -9), 0);
});
