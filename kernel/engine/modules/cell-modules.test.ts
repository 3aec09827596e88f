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

describe("a cell with @module", () => {
	test("runs when a later cell imports it by ./name, once", async () => {
		const { execute } = await openNotebook();
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
		const { execute } = await openNotebook();
		await execute(LIBRARY);
		await execute(
			'/**\n * More.\n * @module other\n */\nimport { f } from "./mylib";\nexport const g = f(5);',
		);
		const cell = 'import { g } from "./other"; g';
		assert.equal(resultOf(await execute(cell)), "6");
		await execute(LIBRARY.replace("x + 1", "x + 100"));
		assert.equal(resultOf(await execute(cell)), "105");
	});

	test("has its errors placed in it", async () => {
		const { execute } = await openNotebook();
		await execute(
			"/** @module mine */\nexport const value = 1;\nexport const fail = () => missing;",
		);
		const cell = await execute('import { fail } from "./mine"; fail()');
		assert.match(tracebackOf(cell), /mine\.ts:3:27/);
		assert.match(resultOf(cell), /ReferenceError: missing is not defined/);
	});

	test("that does not parse is an error of the cell, and is not there", async () => {
		const { execute } = await openNotebook();
		const cell = await execute("/** @module broken */\nexport const = 1;");
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

	for (const code of [
		"// @module comment\nexport const h = 1",
		"const a = 1;\n/** @module late */\nexport const h = 1",
		"/** @module a/b */\nexport const h = 1",
		"/** @module */\nexport const h = 1",
	])
		test(`is a plain cell otherwise: ${JSON.stringify(code)}`, async () => {
			const { execute } = await openNotebook();
			await execute(code);
			assert.equal(resultOf(await execute("h")), "1");
		});
});
