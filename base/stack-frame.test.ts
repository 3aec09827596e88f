import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFrameLine } from "./stack-frame.ts";

test("a line of a stack says the function, the file and the position", () => {
	const read = (text: string) => {
		const frame = parseFrameLine(text);
		return (
			frame && [
				frame.caller,
				frame.isAsync,
				frame.location,
				frame.line,
				frame.column,
			]
		);
	};
	for (const [text, expected] of [
		["    at f (/a/b.ts:1:2)", ["f", false, "/a/b.ts", 1, 2]],
		["    at async f (/a/b.ts:1:2)", ["async f", false, "/a/b.ts", 1, 2]],
		["    at async /a/b.ts:10:20", ["", true, "/a/b.ts", 10, 20]],
		["    at /a/b.ts:1:2", ["", false, "/a/b.ts", 1, 2]],
		["    at C:\\a\\b.ts:1:2", ["", false, "C:\\a\\b.ts", 1, 2]],
		[
			"    at Object.f [as g] (node:vm:1:2)",
			["Object.f [as g]", false, "node:vm", 1, 2],
		],
		[
			"    at eval (eval at f (/a.ts:1:2), <anonymous>:3:4)",
			["eval", false, "eval at f (/a.ts:1:2), <anonymous>", 3, 4],
		],
		["    at /a/b.ts:1:2:3", ["", false, "/a/b.ts:1", 2, 3]],
		["    at f (<anonymous>)", undefined],
		["    at :1:2", undefined],
		["Error: at f (/a.ts:1:2)", undefined],
	] as const)
		assert.deepEqual(read(text), expected, text);
});
