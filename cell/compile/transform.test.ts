import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { writeFiles } from "../../base/test-folder.ts";
import {
	type ExecutedTestCell,
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
} from "../../kernel/engine/test-notebook.ts";
import { transformCell } from "./transform.ts";

const notebook = await openNotebook();
writeFiles(notebook.folder, {
	"one.ts":
		'console.log("one"); export const one: number = 1; export default "default"; export type Kind = string;',
	"two.mjs": 'console.log("two"); export const two = 2;',
	"data.json": '{ "answer": 42 }',
	"common.cjs":
		"const exported = { plain: 1 }; exported['comp' + 'uted'] = 2; module.exports = exported;",
	"function.cjs":
		"module.exports = () => 'called'; Object.assign(module.exports, { ['ex' + 'tra']: 3 });",
});

const execute = (code: string): Promise<ExecutedTestCell> =>
	notebook.execute(code);

/** Cells of one line each, executed in turn; the last one's result. */
async function resultAfter(...cells: readonly string[]): Promise<string> {
	let last = "";
	for (const cell of cells) last = resultOf(await execute(cell));
	return last;
}

const kinds: Readonly<Record<string, readonly [code: string, shown: RegExp]>> =
	{
		const: ["const again = 1;", /^1$/],
		let: ["let again: number = 2;", /^2$/],
		var: ["var again = 3;", /^3$/],
		function: ["function again() {}", /^\[Function: again\]$/],
		"async function": [
			"async function again() {}",
			/^\[AsyncFunction: again\]/,
		],
		generator: ["function* again() {}", /^\[GeneratorFunction: again\]/],
		class: ["class again {}", /^\[class again\]$/],
		"abstract class": ["abstract class again {}", /^\[class again\]$/],
		enum: ["enum again { A }", /^\{ '0': 'A', A: 0 \}$/],
		"const enum": ["const enum again { B }", /^\{ '0': 'B', B: 0 \}$/],
		namespace: ["namespace again { export const n = 4 }", /^\{ n: 4 \}$/],
		import: ['import { one as again } from "./one.ts";', /^1$/],
		"import namespace": ['import * as again from "node:os";', /EOL/],
		"import require": ['import again = require("node:os");', /EOL/],
		destructuring: ["const { again } = { again: 5 };", /^5$/],
		"loop variable": ["for (var again = 0; again < 6; again++);", /^6$/],
	};

test("a name that was declared as any kind can be declared again in another cell as any kind", async () => {
	const all = Object.entries(kinds);
	// Each two follow each other once, in either order: a a b a c … b b c …
	const chain = all.flatMap((one, at) => [
		one,
		...all.slice(at + 1).flatMap((other) => [one, other]),
	]);
	let before = "";
	for (const [kind, [code, shown]] of [...chain, ...all.slice(0, 1)]) {
		assert.equal((await execute(code)).reply.status, "ok", kind);
		assert.match(await resultAfter("again"), shown, `${before}, ${kind}`);
		before = kind;
	}
});

suite("a cell's last expression is its result", () => {
	for (const [code, expected] of [
		["1 + 1", "2"],
		['"hello"', "'hello'"],
		["'use strict'; 3", "3"],
		["({ a: 1 })", "{ a: 1 }"],
		["[1, 2]; // comment", "[ 1, 2 ]"],
		["4;;", "4"],
		["5\n;\n// end\n", "5"],
		["6; type Later = number; interface AlsoLater {}", "6"],
		["6; export type Exported = number; export interface Also {}", "6"],
		["6; export {}; export type { Later as Much } from './one.ts'", "6"],
		["6; import type { Kind } from './one.ts'; declare const said: Kind", "6"],
		["7; enum Last { A }", ""],
		["8; function last() {}", ""],
		["const none = 9", ""],
		["undefined", ""],
		["let a1 = 1, b1 = 2; a1, b1", "2"],
		["await Promise.resolve(10)", "10"],
		["Promise.resolve(11)", "11"],
		["(async () => 12)()", "12"],
		[`\`a\n\${\`b\${13}\`}\``, "'a\\nb13'"],
		["/[/`'\"]/.test('`${')", "true"],
		["14 satisfies number as unknown", "14"],
		["<number>15", "15"],
		["({ deep: { deeper: 16 } }).deep!.deeper!", "16"],
		["(<T,>(x: T) => x)(17)", "17"],
		["let x1 = 18, y1 = 18; x1-->0 && y1<!--x1", "false"],
		["function self(this) { return this } self.call(19).valueOf()", "19"],
		["function opt(a?) { return a ?? 20 } opt()", "20"],
		["({ a: 21 })?.a", "21"],
		["for (const b of [22]) { declare const c: number; var d1 = b }; d1", "22"],
		["", ""],
		["\n\n", ""],
		["// nothing but a comment", ""],
		["/* nor\nhere */", ""],
		["this === globalThis", "true"],
		[
			"typeof import.meta.url + import.meta.filename.split('/').at(-1)",
			"'stringnotebook.ts'",
		],
		['import.meta.resolve("node:fs")', "'node:fs'"],
		["class Late {}; new Late()", "Late {}"],
		["import.meta.dirname === process.cwd()", "true"],
	] as const)
		test(JSON.stringify(code), async () => {
			assert.equal(resultOf(await execute(code)), expected);
		});
});

suite("a cell may use", () => {
	for (const [name, code, expected] of [
		[
			"destructuring with defaults, gaps and rests",
			"const { a, b: { c = 5 } = {}, ...rest } = { a: 1, d: 2 } as any; let [e, , f = 6, ...g] = [1, 2, undefined, 4]; [a, c, rest, e, f, g]",
			"[ 1, 5, { d: 2 }, 1, 6, [ 4 ] ]",
		],
		[
			"typed destructuring",
			"const { t }: { t: number } = { t: 1 }, [u]: number[] = [2]; [t, u]",
			"[ 1, 2 ]",
		],
		[
			"awaits within destructuring",
			"const { v = await Promise.resolve(1), [await 'w']: w } = { w: 2 } as any; [v, w]",
			"[ 1, 2 ]",
		],
		[
			"functions above their line, the last of a name",
			"const called = [h(), k()]; function h() { return 1 } function k() { return h() + 1 } export function m() {} called",
			"[ 1, 2 ]",
		],
		[
			"generators and async generators",
			"function* count() { yield* [1, 2] } async function* later() { for (const x of count()) yield await x } const seen = []; for await (const x of later()) seen.push(x); [...count(), seen]",
			"[ 1, 2, [ 1, 2 ] ]",
		],
		[
			"for await over promises",
			"const all = []; for await (const x of [Promise.resolve(1), 2]) all.push(x); all",
			"[ 1, 2 ]",
		],
		[
			"leaving a for await early, which ends the generator",
			"let ended = false; async function* endless() { try { for (;;) yield 1 } finally { ended = true } } for await (const x of endless()) break; ended",
			"true",
		],
		[
			"classes with static, private and inherited members",
			"class Base { static made = 0; static { Base.made = 7 } #p = 1; get p() { return this.#p } constructor(readonly q: number) {} } class Derived extends Base { override get p() { return super.p + 1 } } [new Derived(3).p, new Derived(3).q, Base.made]",
			"[ 2, 3, 7 ]",
		],
		[
			"abstract classes",
			"abstract class Shape { abstract area(): number; twice() { return 2 * this.area() } } class Square extends Shape { area() { return 4 } } new Square().twice()",
			"8",
		],
		[
			"enums, merged, with text and computed values",
			'enum E { A, B = "b".length + 4 } enum E { C = 9 } [E.A, E.B, E.C, E[5]]',
			"[ 0, 5, 9, 'B' ]",
		],
		[
			"enums whose members are made of earlier ones",
			'enum E3 { A = "b".length, B = 10 } enum E3 { C = E3.A + 1, D = B ** 2 } const enum E4 { A = 5 } const enum E4 { B = A + 1 } [E3.C, E3.D, E3[2], E4.B]',
			"[ 2, 100, 'C', 6 ]",
		],
		[
			"namespaces that call the class, function or enum that they add to",
			"class C1 { constructor(readonly v = 1) {} } namespace C1 { export const first = new C1(); export const make = () => new C1(2) } function f3(n: number) { return 2 * n } namespace f3 { export const two = f3(1) } enum E5 { A = 7 } namespace E5 { export const next = E5.A + 1 } [C1.first.v, C1.make().v, f3.two, f3(2), E5.next]",
			"[ 1, 2, 2, 4, 8 ]",
		],
		[
			"variables of namespaces that change",
			"class C2 {} namespace C2 { export let n = 3; export namespace In { export var m = 1 } export const add = () => { n **= 2; In.m++; return new C2() } } [C2.add(), C2.n, C2.In.m]",
			"[ C2 {}, 9, 2 ]",
		],
		["const enums", "const enum CE { A = 1, B } CE.B", "2"],
		[
			"namespaces, nested, dotted and merged",
			"namespace N { export const v = 1; export namespace M { export const w = 2 } export async function f() { await null; return 3 } } namespace O.P { export const q = 4 } [N.v, N.M.w, await N.f(), O.P.q]",
			"[ 1, 2, 3, 4 ]",
		],
		[
			"aliases of namespace members",
			"namespace A2 { export const z = 1 } import alias = A2.z; alias",
			"1",
		],
		[
			"var in blocks, loops, switch and try",
			"if (true) { var v1 = 1 } for (var v2 = 0, v3 = 5; v2 < 3; v2++); for (var { v4 } of [{ v4: 4 }]); for (var v5 in { key: 1 }); switch (1) { case 1: var v6 = 6 } try { var v7 = 7 } catch {} label: for (;;) { var v8 = 8; break label } do var v9 = 9; while (false); [v1, v2, v3, v4, v5, v6, v7, v8, v9]",
			"[\n  1, 3,     5,\n  4, 'key', 6,\n  7, 8,     9\n]",
		],
		[
			"var without braces, only where control comes by",
			"var once = 1; if (false) var once = 2; else var other = 3; if (false) var never\nelse once++; [once, other]",
			"[ 2, 3 ]",
		],
		[
			"var without a value, which keeps the one it has",
			"var kept = 5; { var kept } var kept; kept",
			"5",
		],
		[
			"let in a block of its own",
			"let outer = 1; { let outer = 2 } outer",
			"1",
		],
		[
			"let without a value",
			"let empty: number, full = 2; [empty, full]",
			"[ undefined, 2 ]",
		],
		["definite assignment", "let sure!: number; sure = 5; sure", "5"],
		[
			"overloads and ambient declarations",
			"function over(a: string): void; function over(a: number): void; function over(a: any) { return a } declare const nowhere: number; declare function f2(): void; declare global { interface Window { x: 1 } } declare module 'x' { } declare namespace NN { const x: number } declare class DC {} over(3)",
			"3",
		],
		["as const", "const tuple = [1, 2] as const; tuple", "[ 1, 2 ]"],
		[
			"export keywords, which change nothing",
			'export const ex = 1; export { ex as renamed }; export * from "./one.ts"; export type { Kind } from "./one.ts"; export default class Ex2 {} export interface Ex3 {} [ex, Ex2]',
			"[ 1, [class Ex2] ]",
		],
		[
			"an anonymous default export",
			"export default () => 1; export default class {}",
			"",
		],
		[
			"using, disposed of when the cell ends",
			"const log: string[] = []; { using a = { [Symbol.dispose]() { log.push('a') } } } await using b = { async [Symbol.asyncDispose]() { log.push('b') } }; log",
			"[ 'a', 'b' ]",
		],
		[
			"functions named by their variable",
			"const lam = () => 1, cls = class {}; [lam.name, cls.name]",
			"[ 'lam', 'cls' ]",
		],
		[
			"await in every position",
			`const g1 = async (x = 1) => { for (const y of [await x]) { if (await y) return \`\${await Promise.all([await y])}\` } }; await (await g1)(await 5) + await g1()`,
			"'51'",
		],
		[
			"a thenable",
			"await { then: (resolve: (x: number) => void) => resolve(3) }",
			"3",
		],
		[
			"an object method that awaits",
			"const om = { async *m() { yield await 1 } }; (await om.m().next()).value",
			"1",
		],
		["emoji and combining characters", 'const größe = "😀"; größe.length', "2"],
		[
			"Windows line ends",
			"const w1 = 1\r\nconst w2 = `a\r\nb`\r\nw1 + w2",
			"'1a\\nb'",
		],
		["html comment look-alikes", "let lt = 3; lt-->2", "true"],
	] as const)
		test(name, async () => {
			const cell = await execute(code);
			assert.equal(resultOf(cell), expected);
		});
});

suite("a line may begin with a bracket after", () => {
	for (const [name, code, expected] of [
		["a function", "function fb() {}\n(1 + 1)", "2"],
		["a class", "class Cb {}\n[1].length", "1"],
		["an enum", "enum Eb { A }\n(2)", "2"],
		["a namespace", "namespace Nb { export const x = 1 }\n[3].at(0)", "3"],
		["an import", 'import { one as ib } from "./one.ts"\n(ib)', "1"],
		[
			"let without a value",
			`let lb\n[1].forEach(() => {})\nlet lc: number\n(3)\nlc = 4;\n\`\${lc}\``,
			"'4'",
		],
		[
			"var without a value",
			"if (true) { var vb\n[1].forEach(() => {}) }\n5",
			"5",
		],
		["a type", "type Tb = number\n;[6].at(0)", "6"],
		["destructuring", "let pb = { q: 1 }\nlet { q } = pb\n;[q] = [7]\nq", "7"],
		[
			"an expression without semicolon",
			"let n1 = 1\nlet { x: n2 } = { x: n1 }\nn1\n++n2\nn2",
			"2",
		],
	] as const)
		test(name, async () => {
			assert.equal(resultOf(await execute(code)), expected);
		});
});

suite("imports", () => {
	for (const [name, code, expected] of [
		[
			"named, renamed, default and as text",
			'import fallback, { one, one as uno, default as again } from "./one.ts"; [fallback, one, uno, again]',
			"[ 'default', 1, 1, 'default' ]",
		],
		[
			"default and namespace at once",
			'import theDefault, * as all from "./one.ts"; [theDefault, all.one]',
			"[ 'default', 1 ]",
		],
		[
			"by a quoted name",
			'import { "one" as quoted } from "./one.ts"; quoted',
			"1",
		],
		[
			"of types only",
			'import type { Kind } from "./one.ts"; import { type Kind as K2 } from "./nowhere.ts"; import type Fs from "nowhere"; const text: Kind = "x"; text',
			"'x'",
		],
		[
			"of a type without the keyword",
			'import { Kind as K3, one as o3 } from "./one.ts"; const text3: K3 = "x"; o3',
			"1",
		],
		[
			"of JSON",
			'import data from "./data.json" with { type: "json" }; data.answer',
			"42",
		],
		[
			"of CommonJS names",
			'import { plain, computed } from "./common.cjs"; [plain, computed]',
			"[ 1, 2 ]",
		],
		[
			"of names on a CommonJS function",
			'import fn, { extra } from "./function.cjs"; [fn(), extra]',
			"[ 'called', 3 ]",
		],
		[
			"of Node's modules",
			'import { sep } from "node:path"; import fs from "fs"; [sep, typeof fs.readFileSync]',
			"[ '/', 'function' ]",
		],
		[
			"below their use",
			'const early = one2; import { one as one2 } from "./one.ts"; early',
			"1",
		],
		["by import()", '(await import("./one.ts")).one', "1"],
		["by require", 'require("./common.cjs").plain', "1"],
	] as const)
		test(name, async () => {
			assert.equal(resultOf(await execute(code)), expected);
		});

	test("run in their order, before everything else", async () => {
		writeFiles(notebook.folder, {
			"first.mjs": 'console.log("first")',
			"second.ts": 'console.log("second")',
		});
		const cell = await execute(
			'import "./first.mjs"\nconsole.log("cell")\nimport "./second.ts"',
		);
		assert.equal(textOf(cell), "first\nsecond\ncell\n");
	});

	for (const [code, expected] of [
		[
			'import { nope } from "./one.ts"; nope',
			'SyntaxError: "./one.ts" has no export named "nope"; did you mean "one"? It exports default, one',
		],
		[
			'import { nope } from "./common.cjs"; nope()',
			'SyntaxError: "./common.cjs" has no export named "nope"; it exports default, plain, computed',
		],
		[
			'import two5 from "./two.mjs"',
			'SyntaxError: "./two.mjs" has no default export; it exports two: import { … } or import * as … from "./two.mjs"',
		],
		[
			'import two6, { two as two7 } from "./two.mjs"; two6',
			'SyntaxError: "./two.mjs" has no default export; it exports two: import { … } or import * as … from "./two.mjs"',
		],
		[
			'import { computed as c2, absent } from "./common.cjs"',
			'SyntaxError: "./common.cjs" has no export named "absent"; it exports default, plain, computed',
		],
		[
			'import { readFil } from "node:fs"',
			/^SyntaxError: "node:fs" has no export named "readFil"; did you mean "readFile"\? It exports (\w+, ){12}… \(\d+ names\)$/,
		],
		[
			'import { nothingHere } from "deepdiva"',
			/^SyntaxError: "deepdiva" has no export named "nothingHere"; it exports /,
		],
		[
			'import x9 from "no-such-package"',
			"Error: Cannot find package 'no-such-package'; install it: %npm install no-such-package",
		],
	] as const)
		test(`that fail say why: ${code}`, async () => {
			const result = resultOf(await execute(code));
			if (typeof expected === "string") assert.equal(result, expected);
			else assert.match(result, expected);
		});

	test("of a local module that fail are shown in its file", async () => {
		writeFiles(notebook.folder, {
			"asks.ts":
				'type T = 1;\nimport { nope } from "./one.ts";\nexport const t: T = nope;\n',
		});
		assert.match(
			tracebackOf(await execute('import "./asks.ts"')),
			/'nope'\n {2}at .*asks\.ts:2:10\n {4}2 │ import \{ nope \}/,
		);
	});

	test("of a type need no word for it, though only a later cell may use it", async () => {
		writeFiles(notebook.folder, {
			"types.ts": "export type Deep = 1;\nexport const three = 3;\n",
			"shapes.ts":
				'interface Inner { x: 1 }\nexport type { Inner };\nexport { Inner as Other };\nexport * from "./types.ts";\nexport default interface Props { p: 1 }\nexport const four = 4;\n',
			"late.cjs": 'module.exports = { ["late" + "ly"]: 5 };',
		});
		for (const code of [
			'import { Inner, Other, Deep, three, four } from "./shapes.ts"',
			'import Props from "./shapes.ts"',
			'import { Whatever } from "./shapes.ts"; let w: Whatever | undefined',
			'import { PathLike, Stats } from "node:fs"',
			'import { RunResult, TaskContext } from "deepdiva"',
			'import { Tensor1D, Rank } from "@tensorflow/tfjs"',
			'import { lately } from "./late.cjs"',
		])
			assert.equal(resultOf(await execute(code)), "", code);
		assert.equal(
			resultOf(await execute("[three, four, lately]")),
			"[ 3, 4, 5 ]",
		);
		assert.equal(
			resultOf(await execute('import { Missing } from "./shapes.ts"')),
			'SyntaxError: "./shapes.ts" has no export named "Missing"; it exports four, three',
		);
	});
});

suite("what is no TypeScript is an error at its place", () => {
	for (const [code, message, line, column] of [
		["let x =\n  ;", /Unexpected token/, 2, 3],
		["break", /Illegal break/, 1, 1],
		["1;\nreturn 5", /return/, 2, 1],
		["let a = 1;\nlet a = 2;", /`a` has already been declared/, 2, 5],
		["function f(x, x) {}", /already been declared/, 1, 15],
		["const c;", /initializer/, 1, 7],
		["class A { m() { this.#p } }", /#p/, 1, 22],
		["() => { await 1 }", /await/, 1, 9],
		["1;\nconst a = <b>text</c>", /closing tag for 'b'/, 2, 20],
		["1;\ndef f(x):\n  return x", /`def f\(x\):` is Python/, 2, 1],
	] as const)
		test(JSON.stringify(code), () => {
			assert.throws(
				() => transformCell(code),
				(error: { message: string; line: number; column: number }) => {
					assert.match(error.message, message);
					assert.deepEqual([error.line, error.column], [line, column]);
					return true;
				},
			);
		});
});

test("what only the engine's V8 finds wrong is placed too", async () => {
	const { reply } = await execute("1;\n  /(/");
	assert.equal(reply.status, "error");
	assert.match(
		reply.status === "error" ? reply.traceback.join("\n") : "",
		/line 2, column 3/,
	);
});

test("a failed cell leaves earlier values, and globals, alone", async () => {
	await execute("const before1 = 1; let before2 = 2;");
	await execute("const before1 = (() => { throw new Error() })()");
	await execute("const before2 = ;");
	await execute('const crypto = await import("no-such-package")');
	assert.equal(
		await resultAfter("[before1, before2, typeof crypto.randomUUID]"),
		"[ 1, 2, 'function' ]",
	);
});

test("a cell can hide a global, and neither the kernel nor a library notices", async () => {
	await execute(
		"const process = 1, display = 3, Math = { random: () => 4 }; function fetch() { return 5 } class URL {} let performance = await 6, Object; var Promise = 7; for (var Map = 8; false; );",
	);
	const names =
		"[process, display, Math.random(), fetch(), URL.name, performance, Object, Promise, Map]";
	assert.equal(
		await resultAfter(names),
		"[ 1, 3, 4, 5, 'URL', 6, undefined, 7, 8 ]",
	);
	assert.equal(await resultAfter("typeof globalThis.process.pid"), "'number'");
	await execute("performance++; const reader2 = () => performance;");
	await execute("performance = performance + 1");
	assert.equal(await resultAfter("reader2()"), "8");
	const cell = await execute(
		'console.log(1); globalThis.display("shown"); await new (globalThis.Promise)((done) => setTimeout(done)); import { one as two } from "./one.ts"; two',
	);
	assert.deepEqual([textOf(cell), resultOf(cell)], ["1\n", "1"]);
});

test("the line of an error is right where a global is hidden", async () => {
	const { reply } = await execute(
		"const performance = 1;\n\n  throw new Error(String(performance))",
	);
	assert.match(
		reply.status === "error" ? reply.traceback.join("\n") : "",
		/line 3, column 9/,
	);
});

test("a function keeps the names of its own cell's block, and sees later values of the others", async () => {
	await execute(
		"let shared = 1; { let own = 10; var reader = () => own + shared }",
	);
	assert.equal(await resultAfter("shared = 2; reader()"), "12");
});

test("names and their lines are known", () => {
	const { names } = transformCell(
		'import a from "x";\nconst { b, c: [d] } = e;\n\nfunction f() { var inner }\nif (g) { var h; let i }\nclass J {}',
	);
	assert.deepEqual(Object.fromEntries(names), {
		a: 1,
		b: 2,
		d: 2,
		f: 4,
		h: 5,
		J: 6,
	});
});
