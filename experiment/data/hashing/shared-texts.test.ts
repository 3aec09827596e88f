import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedTexts } from "./shared-texts.ts";

test("texts in shared memory are what they were, empty ones and those of many bytes too", () => {
	const texts = ["train/1.png", "", "Grüße/😀.png", "a\nb", ""];
	const shared = new SharedTexts(
		structuredClone(SharedTexts.from(texts).parts),
	);
	assert.deepEqual([...shared], texts);
	assert.equal(SharedTexts.from(shared), shared);
	assert.equal(SharedTexts.from([]).length, 0);
});

test("more texts than one piece of memory holds, and one longer than a piece, are what they were", () => {
	const texts = Array.from(
		{ length: 30_000 },
		(_, k) => `${k}-${"ü".repeat(20)}`,
	);
	texts.splice(15_000, 0, "long".repeat(600_000));
	assert.deepEqual([...SharedTexts.from(texts)], texts);
});

test("texts are found by what they have in them, and not by what two of them make together", () => {
	const texts = ["abc", "xab", "c", "", "abcabc", "ab", "c😀abc", "abc"];
	const shared = SharedTexts.from(texts);
	assert.deepEqual([...shared.containing("abc")], [0, 4, 6, 7]);
	assert.deepEqual([...shared.containing("none")], []);
	assert.deepEqual(
		[...shared.without(new Set([0, 3, 7]))],
		["xab", "c", "abcabc", "ab", "c😀abc"],
	);
});
