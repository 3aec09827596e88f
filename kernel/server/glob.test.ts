import assert from "node:assert/strict";
import { test } from "node:test";
import { globMatcher } from "./glob.ts";

test("a pattern is one of a shell, over the whole text", () => {
	for (const [glob, text, expected] of [
		["*", "", true],
		["*", "a\nb", true],
		["", "", true],
		["", "a", false],
		["a", "a", true],
		["a", "ab", false],
		["a*", "a\nb", true],
		["*b", "ab", true],
		["*b", "abc", false],
		["a*a", "a", false],
		["a*a", "aa", true],
		["*ab*cd*", "xabxcdx", true],
		["*ab*cd*", "xcdxabx", false],
		["*ab*ab", "ab", false],
		["*aab", "aaab", true],
		["a?c", "a😀c", true],
		["a?c", "ac", false],
		["[a-c]x", "bx", true],
		["[^a-c]x", "bx", false],
		["[^a-c]x", "dx", true],
		["[z-a]", "[z-a]", true],
		["[", "[", true],
		["[]", "[]", true],
		["[\\]", "\\", true],
		["x[\\w]", "xa", false],
		["f(x.y)+$", "f(x.y)+$", true],
		["***a***", "bab", true],
	] as const)
		assert.equal(globMatcher(glob)(text), expected, `${glob} of ${text}`);
});

test("a pattern of many stars takes little work, and one of too much finds nothing", () => {
	const text = "a".repeat(100_000);
	for (const glob of [
		`${"*a".repeat(500)}*b`,
		`${"*a".repeat(50_000)}*b`,
		`*${"a?".repeat(25_000)}b*`,
		`*${"[a]".repeat(20_000)}b*`,
		"[".repeat(100_000),
		"[a".repeat(50_000),
		"*".repeat(100_000),
	])
		assert.equal(globMatcher(glob)(text), /^\*+$/.test(glob), glob.slice(0, 9));
});
