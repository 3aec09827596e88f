import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openNotebook, resultOf } from "../../kernel/engine/test-notebook.ts";
import { CellSyntaxError } from "../compile/syntax.ts";
import { transformCell } from "../compile/transform.ts";

/** Why a cell is not TypeScript; undefined for one that is. */
function refusal(code: string): CellSyntaxError | undefined {
	try {
		transformCell(code);
		return undefined;
	} catch (error) {
		assert(error instanceof CellSyntaxError);
		return error;
	}
}

describe("a cell of Python is told what it is in TypeScript:", () => {
	for (const [code, typescript] of [
		["def f(x):\n    return x", "function name(x) { … }"],
		["async def f(x: int) -> int: return x", "function name(x) { … }"],
		["for i in range(3):\n    f(i)", "for (let i = 0; i < n; i++) { … }"],
		["for k, v in d.items():\n    f(k)", "for (const x of list) { … }"],
		["import numpy as np", 'import * as name from "package"'],
		["import os, sys  # both", 'import * as name from "package"'],
		["from math import sqrt", 'import { name } from "package"'],
		["if x > 3:\n    y = 1\nelif x: y = 2", "if (condition) { … }"],
		["if (x > 3):\n    y = 1", "if (condition) { … }"],
		["if (x) { y }\nelif z:\n    y = 2", "else if (condition) { … }"],
		["while x: f()", "while (condition) { … }"],
		["try:\n    f()\nexcept E as e:\n    g()", "try { … } catch (error) { … }"],
		['with open("f") as g:\n    g.read()', "using name = …"],
		["class A(B):\n    x = 1", "class Name extends Base { … }"],
		["f = lambda a, b=1: a", "(x) => x + 1"],
		["y = [i * i for i in values]", "list.filter((x) => …).map((x) => …)"],
		["y = [\n  i for i in values\n]", "list.filter((x) => …).map((x) => …)"],
		['f"{x} and not y"', "`text $" + "{value}`"],
		["g(rf'{x}')", "`text $" + "{value}`"],
		['re.compile(r"\\d")', "String.raw`text`"],
		['"""a text\nof lines"""', "`text`, which may have several lines"],
		["# a comment\n1", "// a comment"],
		["#!comment\n1\n# x", "// a comment"],
		["const a = 1  # the first", "// a comment"],
		['raise ValueError("x")', 'throw new Error("…")'],
		["assert x == 1", "console.assert(condition)"],
		["del x", "delete object.key"],
		['print "x"', "console.log(value)"],
		["y = 1 if x else 2", "condition ? one : other"],
		["y = x is not None", "===, !== and list.includes(x)"],
		["y = a and not b", "!, && and ||"],
		["if (x > 3) and (y(2)): f()", "if (condition) { … }"],
		["import numpy\nx = 1", 'import * as name from "package"'],
		["class A:\n    #a comment\n    x = 1", "class Name extends Base { … }"],
		["values[1:3]", "list.slice(from, to)"],
		["f(1, **options)", "...list, and one object for named arguments"],
	] as const)
		test(JSON.stringify(code), () => {
			const { message = "" } = refusal(code) ?? {};
			assert.match(
				message,
				/^this is a TypeScript kernel, and `.*` is Python; /,
			);
			assert(message.includes(typescript), message);
		});
});

describe("what is TypeScript, or nearly, is not called Python:", () => {
	for (const code of [
		"const lambda = 0.1; const def = 1, elif = 2, and = 3, or = 4, not = 5, is = 6, pass = 7, from = 8, print = 9; def, pass",
		"label: for (const x of []) continue label",
		"type A = { [key: string]: number }; let a: A = {}; a['x: y']",
		"class A { #x = 1; *gen() {} get() { return this.#x } }",
		"if (1) { 2 } else { 3 }",
		'const s = "# no comment, and if x: f(**y) or not f"',
		"const t = a ? b : c; var a, b, c",
	])
		test(JSON.stringify(code), () => {
			assert.equal(refusal(code), undefined);
		});
	for (const code of [
		"const a = { lambda: 0.1, rate 3 }",
		'console.log("salt and pepper, if x: not # y"',
		"while (a ? b : c",
		"if (x) f() else g()",
		"class A { m() { return this.#nowhere } }",
		"function f(x): x is string {{",
		"const o = { else: 1, if: 2, for: 3,, }",
		"const n = (2 ** x",
		"switch (x) { case 1: f() default: g( }",
		"const t = [1, 2",
		"let x = // what is not here, and why",
		"/** Mean and variance. */\nfunction stats(xs: number[] { return xs }",
		"/* this and that */ const = 5",
		"/*\n# salt and pepper\n*/ const = 5",
		"const text = `salt and pepper\nmore or less`;\nconst b = = 2;",
		"const text = `\nif x:\n$" +
			"{a ? `b and c` : {}} or not\n`; const b = = 2;",
		"const text = `salt and pepper\nmore or less",
		"const text = 'more or less';\nconst b = = 2;",
		"const words = /salt and `pepper/;\nconst b = = 2; // a and b",
		"const el = <p>salt and pepper</q>;",
		"const el = <p>\n  salt and pepper, cats in boxes {x y}\n</p>;",
		"const el = <p>{x} is not it, look for cats in boxes if not and else</q>;",
		"const el = <p>\n  {x} salt and pepper {y z}\n</p>;",
		"const el = <p>\n  {x} if not: this\n</q>;",
		"class C {\n  #count number = 0;\n}",
		"class C {\n#count number = 0;\n}",
		"raise(3);\nconst b = = 2;",
		"if (a === 1) return a: 5",
		"while (a && (b || c(1))) x = a: 5",
	])
		test(JSON.stringify(code), () => {
			const { message = "" } = refusal(code) ?? {};
			assert.notEqual(message, "");
			assert.doesNotMatch(message, /Python/);
		});
});

test("a name that only Python has is told what TypeScript writes", async () => {
	const { execute } = await openNotebook();
	assert.equal(
		resultOf(await execute('print("x")')),
		"ReferenceError: print is not defined; this is a TypeScript kernel; what Python writes as print is console.log(value)",
	);
	assert.match(resultOf(await execute("const y = None")), /null or undefined$/);
	assert.equal(
		resultOf(await execute("nothing")),
		"ReferenceError: nothing is not defined",
	);
	assert.equal(
		resultOf(await execute("const print = (x: string) => x; print('mine')")),
		"'mine'",
	);
});
