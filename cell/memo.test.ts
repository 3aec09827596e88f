import assert from "node:assert/strict";
import { test } from "node:test";
import { remembering } from "./memo.ts";

test("the latest answers are remembered, and no more of them than asked for", () => {
	const asked: string[] = [];
	const answer = remembering((text) => {
		asked.push(text);
		return text.length;
	}, 2);
	assert.deepEqual(
		["a", "bb", "a", "ccc", "a", "bb"].map(answer),
		[1, 2, 1, 3, 1, 2],
	);
	assert.deepEqual(asked, ["a", "bb", "ccc", "bb"]);
});

test("the answer on a long text is not kept", () => {
	let asked = 0;
	const answer = remembering(() => ++asked, 2);
	const long = "x".repeat(200_000);
	assert.deepEqual([answer(long), answer(long)], [1, 2]);
});

test("an answer that is undefined is one", () => {
	let asked = 0;
	const answer = remembering(() => {
		asked++;
		return undefined;
	}, 2);
	answer("a");
	answer("a");
	assert.equal(asked, 1);
});
