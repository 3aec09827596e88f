import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
} from "../test-notebook.ts";

const LIBRARY =
	'/** @module mylib */\nexport function f(x: number) { return x + 1 }\nconsole.log("mylib runs");';

const { execute } = await openNotebook();

describe("a cell with @module", () => {
	test("runs when a later cell imports it by ./name, once", async () => {
		assert.equal(textOf(await execute(LIBRARY)), "");
		const cell = 'import { f } from "./mylib"; f(1)';
		const first = await execute(cell);
		assert.deepEqual([resultOf(first), textOf(first)], ["2", "mylib runs\n"]);
		assert.equal(textOf(await execute(cell)), "");
		assert.equal(
			resultOf(await execute('(await import("./mylib.js")).f(2)')),
			"3",
		);
	});

	test("is imported anew after it was run again with other code, also by modules between", async () => {
		await execute(LIBRARY.replace("@module mylib", "@module base"));
		await execute(
			'/**\n * More.\n * @module other\n */\nimport { f } from "./base";\nexport const g = f(5);',
		);
		const cell = 'import { g } from "./other"; g';
		assert.equal(resultOf(await execute(cell)), "6");
		await execute(
			LIBRARY.replace("@module mylib", "@module base").replace(
				"x + 1",
				"x + 100",
			),
		);
		assert.equal(resultOf(await execute(cell)), "105");
	});

	test("has its errors placed in it", async () => {
		await execute(
			"/** @module mine */\nexport const value = 1;\nexport const fail = () => missing;",
		);
		const cell = await execute('import { fail } from "./mine"; fail()');
		assert.match(tracebackOf(cell), /mine\.ts:3:27/);
		assert.match(resultOf(cell), /ReferenceError: missing is not defined/);
	});

	test("that does not parse is an error of the cell, and is not there", async () => {
		const cell = await execute("/** @module broken */\nexport const = 1;", {
			executionCount: 1,
		});
		assert.match(tracebackOf(cell), /In \[1\], line 2, column 14/);
		assert.match(
			resultOf(await execute('import "./broken"')),
			/Cannot find module/,
		);
	});

	test("is typed: its own errors, and those of cells that import it", async () => {
		const { execute } = await openNotebook({
			types: { policy: "report", patient: true },
		});
		const module = await execute(`${LIBRARY}\nexport const n: number = "s";`);
		assert.match(textOf(module, "stderr"), /TS2322[\s\S]*line 4, column 14/);
		assert.match(
			textOf(await execute('import { f } from "./mylib"; f("a")'), "stderr"),
			/TS2345/,
		);
		await execute(LIBRARY.replace("x: number", "x: string"));
		assert.equal(
			textOf(await execute('import { f } from "./mylib"; f("a")'), "stderr"),
			"",
		);
	});

	for (const [value, start] of [
		"// @module comment",
		"const a = 1;\n/** @module late */",
		"/** @module a/b */",
		"/** @module */",
	].entries())
		test(`is a plain cell otherwise: ${JSON.stringify(start)}`, async () => {
			await execute(`${start}\nexport const h = ${value}`);
			assert.equal(resultOf(await execute("h")), String(value));
		});
});
