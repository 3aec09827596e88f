import assert from "node:assert/strict";
import { test } from "node:test";
import { shareTexts, textAt } from "./shared-texts.ts";

test("texts in shared memory are what they were, empty ones and those of many bytes too", () => {
	const texts = ["train/1.png", "", "Grüße/😀.png", "a\nb", ""];
	const shared = structuredClone(shareTexts(texts));
	assert.deepEqual(
		texts.map((_, index) => textAt(shared, index)),
		texts,
	);
	assert.equal(shareTexts([]).ends.length, 0);
});
