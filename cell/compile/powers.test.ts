import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import MagicString from "magic-string";
import { parseSync } from "oxc-parser";
import { transformSync } from "oxc-transform";
import { installPower, POWER } from "../../experiment/strict-math/power.ts";
import { callPowers, mayHavePowers } from "./powers.ts";
import { transformCell } from "./transform.ts";

installPower();

function rewritten(source: string): string {
	const text = new MagicString(source);
	const { program, errors } = parseSync("a.ts", source, {
		sourceType: "module",
	});
	assert.deepEqual(errors, []);
	callPowers(text, program);
	return text.toString();
}

/** The value of the last expression. */
function resultOf(source: string): unknown {
	const { code, errors } = transformSync("a.ts", source, {
		lang: "ts",
		sourceType: "script",
	});
	assert.deepEqual(errors, []);
	return vm.runInThisContext(
		`(() => { ${code.replace(/([^;]*);?\s*$/, "return ($1);")} })()`,
	);
}

const CALL = `${POWER}(`;

// Each must have the same value before and after, and no operator after.
const programs: [string, string][] = [
	["an operator", "let a = 3; a ** 2"],
	["several, from the right", "let a = 2, b = 3; a ** b ** 2"],
	["parentheses", "let a = 2; (a ** 3) ** (1 + 1)"],
	["an operand with a sign", "let a = 2; (-a) ** 2 + a ** -2"],
	["a comment with stars", "let a = 3; a /* ** **/ ** /* ** */ 2"],
	["a comment of a line", "let a = 3; a // **\n ** 2"],
	["no space after return", "const f = (a: number) => { return(a)**2 }; f(3)"],
	["a variable", "let a = 3; a **= 2; a"],
	["the value of an assignment", "let a = 3; [a **= 2, a]"],
	["a member", "const o = { p: 3 }; o.p **= 2; o"],
	["a member by name", "const o = { 'a b': 3 }; o['a b'] **= 2; o"],
	[
		"a member of what is made once",
		"let n = 0; const o = { p: 3 }; const f = () => { n++; return o }; f().p **= 2; [o, n]",
	],
	[
		"a key that is computed once",
		"let n = 0; const a = [2, 3]; a[n++] **= 2; [a, n]",
	],
	["a nested member", "const o = { a: [{ b: 2 }] }; o.a[0].b **= 3; o"],
	[
		"powers in all parts",
		"const a = [1, 2, 3, 4, 5]; let i = 2; a[i ** 1] **= i ** 2; a",
	],
	["a type around the target", "let a: unknown = 3; (a as number) **= 2; a"],
	[
		"a type around a member",
		"const o: { p?: number } = { p: 3 }; (o.p!) **= 2; o",
	],
	[
		"a private member",
		"class A { #x = 3; grow() { this.#x **= 2; return this.#x } }; new A().grow()",
	],
	[
		"a member of the class above",
		"class A { x = 0; get p() { return 3 } set p(v) { this.x = v } }; class B extends A { grow() { super.p **= 2; return this.x } }; new B().grow()",
	],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
	["a template", "let a = 3; `${a ** 2}|${`${a ** 3}`}`"],
	["an arrow", "[1, 2].map((x) => x ** 2)"],
	["a default value", "const f = (a: number, b = a ** 2) => b; f(3)"],
	[
		"an optional member",
		"const o: { p: number } | undefined = { p: 3 }; o?.p ** 2",
	],
	[
		"an enum's member",
		"let a = 3; enum E { A = a ** 2, B = 2 ** 0.5 } ; [E.A, E.B]",
	],
	["bigints in variables", "let a = 3n; a **= 3n; a ** 2n"],
	["a fraction of literals", "2 ** 0.5"],
];

for (const [name, source] of programs)
	test(`${name}: powers become calls, and the value stays`, () => {
		const code = rewritten(source);
		assert.deepEqual(resultOf(code), resultOf(source));
		assert.ok(code.includes(POWER));
		const left = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
		assert.doesNotMatch(left.replace(/3n \*\*|\*\* [23]n/g, ""), /\*\*/);
	});

for (const source of ["2 ** 10", "10 ** 15", "2n ** 64n", "x ** 2n"])
	test(`${source} is exact in every engine and stays`, () => {
		assert.equal(rewritten(source), source);
	});

for (const source of ["2 ** 0.5", "10 ** -5", "3 ** 40", "x ** 2", "2 ** x"])
	test(`${source} is rounded, and becomes a call`, () => {
		assert.ok(rewritten(source).includes(CALL));
	});

test("an assignment may await its value", async () => {
	const code = rewritten(
		"(async () => { const o = { p: 2 }; o.p **= await Promise.resolve(3); return o.p })()",
	);
	assert.ok(code.includes(POWER));
	assert.equal(await vm.runInThisContext(code), 8);
});

test("a source without powers is not looked into", () => {
	assert.equal(mayHavePowers("/** a comment */ a * b"), false);
	assert.equal(mayHavePowers("a**b"), true);
	assert.equal(mayHavePowers("a **= b"), true);
});

test("in a cell: declarations, results, loops, awaits, namespaces and parameters", () => {
	for (const source of [
		"const { a } = { a: x ** 2 };",
		"x ** 2",
		"let s = 0; for (let i = 0; i < 3; i++) s **= i ** 2;",
		"const y = await f() ** 2",
		"const z = (await f()) ** 2",
		"namespace N { export const a = x ** 2 }",
		"export const q: number = x ** 2;",
		"function f(n = x ** 2) { return n ** 3 }",
		"var v = x ** 2; if (v) var w = v ** 3;",
	]) {
		if (source.includes("= await f()")) {
			// The language wants parentheses here.
			assert.throws(() => transformCell(source), SyntaxError);
			continue;
		}
		const { code } = transformCell(source);
		assert.ok(code.includes(CALL), source);
		assert.doesNotMatch(code, /\*\*/, source);
		new vm.Script(code);
	}
});
