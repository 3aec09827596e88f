import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { withoutColours } from "../engine/test-notebook.ts";
import { createTypeService } from "../language/service.ts";
import { typeCheckError } from "./type-report.ts";

test("a cell that types stop is told what running it would have told", () => {
	for (const [code, written, advice] of [
		[2304, "print", /this is a TypeScript kernel;.*console\.log/],
		[2307, '"npm:zod"', /here: %npm install zod, then/],
		[2307, "'zod/v4'", /install it: %npm install zod$/],
		[2882, '"zod/v4"', /install it: %npm install zod$/],
		[2307, '"node:fss"', /did you mean "node:fs"\?$/],
		[2307, '"./zod"', undefined],
		[2304, "nobody", undefined],
		[2304, "Deno", /^ {2}this kernel runs on Node, not on Deno/],
		[2503, "Deno", /this kernel runs on Node, not on Deno/],
		[2304, "$$", /ijavascript's object is not needed/],
		[2304, "$$async$$", /ijavascript's object is not needed/],
		[2552, "window", /cells run in Node, not in/],
		[18004, "window", /cells run in Node, not in the page/],
		[2304, "zz", /^ {2}declare it where .*: let zz = …$/],
		[2304, "other", /^ {2}declare it where .*: let other = …$/],
		[2304, "document", /^ {2}declare it .*: let document = …$/],
		[2322, "window", undefined],
	] as const) {
		const source = `${written}\nzz = 5; [other] = []; document += 1; $$ = 5`;
		const found = {
			start: 0,
			length: written.length,
			line: 1,
			column: 1,
			message: "It is not known.",
			code,
			severity: "error",
		} as const;
		const { traceback } = typeCheckError([found], {
			source,
			executionCount: 1,
		});
		const lines = withoutColours(traceback.join("\n")).split("\n");
		assert.equal(lines[1], `TS${code}: It is not known.`);
		if (advice) assert.match(lines[2] ?? "", advice);
		else assert.match(lines[2] ?? "", /^ {2}at In \[1\]/);
	}
});

test("these are the codes of what TypeScript does not find", async (context) => {
	const service = createTypeService({ cwd: temporaryFolder() });
	context.after(() => service.dispose());
	for (const [code, advice] of [
		["print(1)", /this is a TypeScript kernel/],
		["const given = { window }", /cells run in Node, not in the page/],
		["type Path = Deno.Path", /this kernel runs on Node, not on Deno/],
		['import * as zod from "zod"', /%npm install zod/],
		['import "zod"', /%npm install zod/],
		['const zod = await import("zod")', /%npm install zod/],
	] as const) {
		const { traceback } = typeCheckError(await service.diagnostics(code), {
			source: code,
			executionCount: 1,
		});
		assert.match(traceback.join("\n"), advice, code);
	}
});
