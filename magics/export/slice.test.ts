import assert from "node:assert/strict";
import { test } from "node:test";
import { taker } from "./piece.ts";
import { slice } from "./slice.ts";

/** `+` stays, `i` its imports only, `-` goes; the last cell is the wanted run. */
const sliced = (...sources: string[]) =>
	slice(
		sources.map((source) => ({ kind: "code" as const, source })).map(taker()),
	)
		.map((kept) => ({ whole: "+", imports: "i", nothing: "-" })[kept])
		.join("");

const slices: [string, string, string[]][] = [
	[
		"names that it reads, and what they need",
		"++-+",
		["const b = 1", "const a = [b]", "const c = 3", "%dd run x\ndd.log({ a })"],
	],
	[
		"what defines its task, and runs of that task that change what it reads",
		"+-+-+",
		[
			'let scale = [1]; dd.defineTask({ name: "mine", summary: "s", run() { scale.push(1); } })',
			"const unused = 1",
			"%dd run task=mine",
			"%dd run task=points epochs=1",
			"%dd run task=mine lr=1",
		],
	],
	[
		"not earlier runs of a task that changes nothing",
		"+-+",
		[
			'dd.defineTask({ name: "mine", summary: "s", run({ log }) { log({ x: 1 }); } })',
			"%dd run task=mine",
			"%dd run task=mine lr=1",
		],
	],
	[
		"imports that may define its task or its model",
		"i-i+",
		[
			"import { help } from 'tasks'; const a = 1",
			"import { join } from 'node:path'; const b = 1",
			"import models from 'models'",
			"%dd run task=mine model=own",
		],
	],
	[
		"no other imports for a task that is built in",
		"-+",
		["import { help } from 'tasks'", "%dd run task=points model=MLP"],
	],
	[
		"names that its functions read",
		"++-+",
		[
			"let lr = 1",
			"const f = () => lr",
			"let d = 2",
			"%dd run x\ndd.log({ a: f() })",
		],
	],
	[
		"a name that a function reads, set after the function was made",
		"++++",
		[
			"let lr = 1",
			"const f = () => lr",
			"lr = 2",
			"%dd run x\ndd.log({ a: f() })",
		],
	],
	[
		"calls of what is in an object and assigns a name",
		"++++",
		[
			"let s = 1",
			"const tool = { go() { s = 2 } }",
			"tool.go()",
			"%dd run x\ndd.log({ s })",
		],
	],
	[
		"calls of an assigned function that assigns a name",
		"++++",
		[
			"let s = 1",
			"let go: any; go = () => s++",
			"go()",
			"%dd run x\ndd.log({ s })",
		],
	],
	[
		"calls of a function that was put into a list, and what it reads",
		"+++++",
		[
			"let s = 1, t = 1; const all: any = []",
			"all.push(() => { s = t })",
			"t = 2",
			"all[0]()",
			"%dd run x\ndd.log({ s })",
		],
	],
	[
		"calls of what a namespace has",
		"++++",
		[
			"const b = { v: 2 }",
			"namespace N { export function go() { b.v = 3 } }",
			"N.go()",
			"%dd run x\ndd.log({ v: b.v })",
		],
	],
	[
		"changes of what a namespace holds",
		"++++",
		[
			"const b: any = []",
			"namespace N { export const all = b }",
			"N.all.push(1)",
			"%dd run x\ndd.log({ v: b[0] })",
		],
	],
	[
		"changes of what a static field holds",
		"++++",
		[
			"const b: any = []",
			"class C { static all = b }",
			"C.all.push(1)",
			"%dd run x\ndd.log({ v: b[0] })",
		],
	],
	[
		"classes whose definition assigns a name",
		"+++++",
		[
			"let s = 1",
			"class C extends f(s++) {}",
			"class D { [s++] = 1 }",
			"class E { static n = s++ }",
			"%dd run x\ndd.log({ s })",
		],
	],
	[
		"not classes that only name their parent and their members",
		"+--+",
		[
			"let s = 1",
			"class C extends tf.layers.Layer { m() { s++ } }",
			"class D { [Symbol.iterator]() { s++ } }",
			"%dd run x\ndd.log({ s })",
		],
	],
	[
		"a name that a pattern reads in front of its own",
		"+++",
		["let y = 1", "let { x = y, y } = o", "%dd run x\ndd.log({ x })"],
	],
	[
		"decorators of parameters that are patterns",
		"+++",
		[
			"const dec: any = () => {}",
			"class C { m(@dec { a }: any, @dec [b]: any) { return a + b } }",
			"%dd run x\ndd.log({ v: new C() })",
		],
	],
	[
		"not what was declared again",
		"-++",
		["const a = [1]", "const a = [2]", "%dd run x\ndd.log({ a })"],
	],
	[
		"what a new declaration reads of the old one",
		"+++",
		["const a = [1]", "const a = [...a, 2]", "%dd run x\ndd.log({ a })"],
	],
	[
		"not what the run declares itself",
		"-+",
		["const model = { a: 1 }", "%dd run x\nconst model = 1; dd.log({ model })"],
	],
	[
		"not what only prints or draws pictures",
		"+---+",
		[
			"const a = [1]",
			"console.log(a)",
			"display(a.map((x) => x * 2).join())",
			"JSON.stringify(a)",
			"%dd run x\ndd.log({ a: a[0] })",
		],
	],
	[
		"a method that changes what it is called on",
		"+++",
		["const a = [1]", "a.push(2)", "%dd run x\ndd.log({ a })"],
	],
	[
		"an assignment to a member",
		"+++",
		["const a = { b: 1 }", "a.b = 2", "%dd run x\ndd.log({ a })"],
	],
	[
		"components that its JSX names, and what JSX may call",
		"i+-+",
		[
			'import * as React from "react"',
			"const Chart = () => 1",
			"const Other = () => 2",
			"%dd run x\ndd.log({ a: render(<Chart />) })",
		],
	],
	[
		"a var that was declared again without a value",
		"+++",
		["var a = [1]", "var a", "%dd run x\ndd.log({ a })"],
	],
	[
		"not an enum, class or namespace that was declared again",
		"-+-++",
		[
			"enum E { a }",
			"enum E { b }",
			"namespace N { export const c = 1 }",
			"namespace N { export const d = 1 }",
			"%dd run x\ndd.log({ a: E.b, b: N.d })",
		],
	],
	[
		"not what only a local variable has the name of",
		"-+-+",
		[
			"const a = [1]",
			"const b = [2]",
			"const f = (a) => a.push(1)",
			"%dd run x\nconst g = (a) => a; dd.log({ b: g(b) })",
		],
	],
	[
		"what using disposes of, and not by its name",
		"+-++",
		[
			"const a = [1]",
			"const r = 1",
			"{ using r = { [Symbol.dispose]() { a.push(1) } } }",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"what a function changes that only its block knows",
		"++-+",
		[
			"let count = 0",
			"{ const bump = () => { count += 1 }; bump() }",
			"{ const other = () => 1; other() }",
			"%dd run x\ndd.log({ count })",
		],
	],
	[
		"what the variable of a loop changes",
		"+++",
		[
			"const all = [{ n: 1 }]",
			"for (var one of all) one.n = 2",
			"%dd run x\ndd.log({ n: all[0].n })",
		],
	],
	[
		"what a decorator changes",
		"++-+",
		[
			"const seen = []",
			"@((value) => { seen.push(value) }) class A {}",
			"class B {}",
			"%dd run x\ndd.log({ n: seen.length })",
		],
	],
	[
		"what the default of a caught value reads",
		"+-+",
		[
			"const text = 'x'",
			"const other = 'y'",
			"%dd run x\ntry { f() } catch ({ message = text }) { dd.log({ message }) }",
		],
	],
	[
		"all names where eval may use them",
		"+++",
		[
			"const a = 1",
			"import { b } from 'node:fs'\nconst c = 1",
			"%dd run x\neval('a + c')",
		],
	],
	[
		"all of a module that is imported by the name of its default",
		"++",
		[
			"import { default as tf } from '@tensorflow/tfjs'\ntf.setBackend('cpu')",
			"%dd run x\ndd.log({ a: 1 })",
		],
	],
	[
		"a change through an alias",
		"++++",
		["const a = [1]", "const b = a", "b.push(2)", "%dd run x\ndd.log({ a })"],
	],
	[
		"a change through an object that holds it",
		"++++",
		[
			"const a = [1]",
			"const all = { list: [a] }",
			"all.list[0].push(2)",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"a change through another alias of the same",
		"+++++",
		[
			"const a = [1]",
			"const b = a",
			"const c = a",
			"c.push(2)",
			"%dd run x\ndd.log({ b })",
		],
	],
	[
		"a change by a function that was called",
		"++++",
		[
			"const a = [1]",
			"function add() { a.push(2) }",
			"add()",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"a change by a function that was passed on",
		"++++",
		[
			"const a = [1]",
			"const add = (x) => a.push(x)",
			"[1, 2].forEach(add)",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"a change by a callback",
		"+++",
		[
			"const a = [1]",
			"[1, 2].forEach((x) => { a.push(x) })",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"a change of an element by a loop",
		"+++",
		[
			"const a = [{ x: 1 }]",
			"for (const one of a) one.x = 2",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"a change through what another name was put into",
		"+++++",
		[
			"const a = [1]",
			"const m = new Map()",
			"m.set(1, a)",
			"m.get(1).push(2)",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"a call that gets it, of whatever is not known",
		"+i++",
		[
			"const a = [1]",
			"import { f } from './f.ts'",
			"f(a)",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"a number that is counted up",
		"+++",
		["let a = 1", "a++", "%dd run x\ndd.log({ a })"],
	],
	[
		"not a call that gets a number",
		"+--+",
		[
			"const a = 1",
			"const log = []; function f(x) { log.push(x) }",
			"f(a)",
			"%dd run x\ndd.log({ a })",
		],
	],
	[
		"the seed, data checks and what changes globals",
		"+++++-+",
		[
			"%dd seed 4",
			"globalThis.q = 1",
			"Array.prototype.last = 1",
			"process.chdir('.')",
			"%dd verify-data d",
			"%help",
			"%dd run x\ndd.log({ a: 1 })",
		],
	],
	[
		"the backend",
		"++",
		[
			"import * as tf from '@tensorflow/tfjs'; await tf.setBackend('cpu')",
			"%dd run x\ndd.log({ a: 1 })",
		],
	],
	[
		"imports alone, of a cell that it does not need otherwise",
		"i+",
		[
			"import { f } from './f.ts'\nimport { g } from './g.ts'\nconsole.log(1)",
			"%dd run x\ndd.log({ a: f() })",
		],
	],
	[
		"not another run that keeps to itself",
		"i+--+",
		[
			"import * as tf from '@tensorflow/tfjs'",
			"const xs = tf.tensor1d([1, 2])",
			"%dd run y lr=1\nconst m = tf.sequential(); m.compile({}); await m.fit(xs, xs); dd.log({ lr })",
			"%dd multirun task=points",
			"%dd run x\ndd.log({ a: xs.dataSync()[0] })",
		],
	],
	[
		"another run that leaves what it reads",
		"-++",
		[
			"const lr = 3",
			"%dd run y lr=1\nlet model = [lr]",
			"%dd run x\ndd.log({ model })",
		],
	],
	[
		"what it calls as another run calls its parameter",
		"++",
		["const lr = 3", "%dd run x\ndd.log({ lr })"],
	],
	[
		"what it calls as another run calls its parameter, without that run",
		"+-+",
		[
			"const lr = 3",
			"%dd run y lr=1\ndd.log({ lr })",
			"%dd run x\ndd.log({ lr })",
		],
	],
	[
		"not what has the name of its own parameter",
		"-+",
		["const lr = 3", "%dd run x lr=1\ndd.log({ lr })"],
	],
	[
		"not a type",
		"-+",
		[
			"interface P { p: number }",
			"%dd run x\nconst p: P = { p: 1 }; dd.log(p)",
		],
	],
	[
		"not a name that only looks like a property",
		"-+",
		["const loss = [3]", "%dd run x\ndd.log({ loss: 1 })"],
	],
	[
		"not a function that nobody of it calls",
		"--+",
		[
			"const a = []",
			"function f() { a.push(1); process.exit() }",
			"%dd run x\ndd.log({ b: 1 })",
		],
	],
	[
		"a method that the cells define, whatever its name",
		"++++",
		[
			"const seen = []",
			"class M { predict() { seen.push(1) } }\nconst m = new M()",
			"m.predict()",
			"%dd run x\ndd.log({ n: seen.length })",
		],
	],
	[
		"an assignment to what is captured",
		"++++",
		[
			"let a = [0]",
			"const set = () => { a = [1] }",
			"set()",
			"%dd run x\ndd.log({ a: a[0] })",
		],
	],
];

for (const [what, expected, sources] of slices)
	test(`a run keeps of the cells before it: ${what}`, () => {
		assert.equal(sliced(...sources), expected);
	});
