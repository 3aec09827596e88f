import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutColours } from "../engine/test-notebook.ts";
import { typeCheckError } from "./type-report.ts";

test("a cell that types stop is told what running it would have told", () => {
	for (const [message, advice] of [
		["Cannot find name 'print'.", /this is a TypeScript kernel;.*console\.log/],
		["Cannot find module 'npm:zod' or …", /here: %npm install zod, then/],
		["Cannot find module 'zod/v4' or …", /install it: %npm install zod$/],
		["Cannot find module 'node:fss' or …", /did you mean "node:fs"\?$/],
		["Cannot find module './zod' or …", undefined],
		["Cannot find name 'nobody'.", undefined],
		["Cannot find name 'Deno'.", /^ {2}this kernel runs on Node, not on Deno/],
		["Cannot find namespace 'Deno'.", /this kernel runs on Node, not on Deno/],
		["Cannot find name '$$'.", /ijavascript's object is not needed/],
		["Cannot find name '$$async$$'.", /ijavascript's object is not needed/],
		["Cannot find name 'window'. Did you mean …?", /cells run in Node, not in/],
		[
			"No value exists in scope for the shorthand property 'window'. Either …",
			/cells run in Node, not in the page/,
		],
		["Cannot find name 'zz'.", /^ {2}declare it where .*: let zz = …$/],
		["Cannot find name 'other'.", /^ {2}declare it where .*: let other = …$/],
		["Cannot find name 'document'.", /^ {2}declare it .*: let document = …$/],
	] as const) {
		const found = {
			start: 0,
			length: 5,
			line: 1,
			column: 1,
			message,
			code: 2304,
			severity: "error",
		} as const;
		const { traceback } = typeCheckError([found], {
			source: "print, window\nzz = 5; [other] = []; document += 1; $$ = 5",
			executionCount: 1,
		});
		const lines = withoutColours(traceback.join("\n")).split("\n");
		assert.equal(lines[1], `TS2304: ${message}`);
		if (advice) assert.match(lines[2] ?? "", advice);
		else assert.match(lines[2] ?? "", /^ {2}at In \[1\]/);
	}
});
