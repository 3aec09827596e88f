import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "./attacks.ts";

test("an expression that goes back far, or starts often, is seen", () => {
	const slow = [
		String.raw`\s+$`,
		"(a+)+b",
		"^(a|aa)+$",
		String.raw`\/\*[\s\S]*?\*\/`,
		" imported from (.*)$",
		String.raw`^\w*x\w*y$`,
		String.raw`"(?:\\.|[^"\\])*"`,
		"(?:a|b)*?c",
		"(?=.*x)y",
		String.raw`(\w+)\s*=`,
		String.raw`[rR]ead\w*\(`,
	];
	const fast = [
		String.raw`^\s+`,
		String.raw`^\s*(\S+?)\s*$`,
		String.raw`(?<!\s)\s+$`,
		"^[^=]+=.*",
		"[a-z]",
		String.raw`\d{1,3}$`,
		String.raw`^(["']).*\1$`,
	];
	assert.deepEqual(
		slow.filter((source) => !judge({ source, flags: "" }).superlinear),
		[],
	);
	assert.deepEqual(
		fast.filter((source) => judge({ source, flags: "" }).superlinear),
		[],
	);
});
