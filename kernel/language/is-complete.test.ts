import assert from "node:assert/strict";
import { test } from "node:test";
import { isComplete } from "./is-complete.ts";

const table: readonly [code: string, expected: string, indent?: string][] = [
	["", "complete"],
	["   \n", "complete"],
	["1 + 1", "complete"],
	["const a = 1\nconst b = 2\na + b", "complete"],
	["let a = 1; let a = 2", "complete"],
	["await fetch('http://localhost')", "complete"],
	["import * as tf from '@tensorflow/tfjs'", "complete"],
	["const x: number = 1 // the start of it", "complete"],
	["if (a) {\n  b()\n}", "complete"],
	["enum Color { Red }\ninterface A { b: string }", "complete"],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: a template in the cell
	["`a${1}b`", "complete"],
	["/a[(]b/.test('x')", "complete"],
	["%dd seed 42", "complete"],
	["%dd seed 42\nconst a = 1", "complete"],
	["%dd run spiral lr=0.1\nconst a = lr", "complete"],
	["%dd run task=points", "complete"],
	["%dd run --help", "complete"],
	["<p>\n  text\n</p>", "complete"],
	["<p id={1}>\n", "incomplete", ""],
	["!ls -l | grep '", "complete"],
	["const a = 3\n  % 2", "complete"],
	["%dd run spiral lr=0.1", "incomplete", ""],
	["%%dd multirun -n 5\n", "incomplete", ""],
	["%dd run spiral\nfor (const a of b) {", "incomplete", "  "],
	["%%time", "incomplete", ""],
	["%%time\nf()", "complete"],
	["%%time --help", "complete"],
	["%time f(", "incomplete", "  "],
	["%%writefile a.txt", "incomplete", ""],
	["%%writefile a.txt\nno ( code", "complete"],
	["a +", "incomplete", ""],
	["a +\n// more to come\n", "incomplete", ""],
	["const x =", "incomplete", ""],
	["const x", "incomplete", ""],
	["foo.", "incomplete", ""],
	["if (x)", "incomplete", ""],
	["try { a() }", "incomplete", ""],
	["@sealed", "incomplete", ""],
	["import { a", "incomplete", "  "],
	["function f() {", "incomplete", "  "],
	["function f() {\n  if (a) {\n", "incomplete", "    "],
	["f(a, [1,\n", "incomplete", "    "],
	["class A { m() { return '}'", "incomplete", "    "],
	["const a = `first line", "incomplete", ""],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: a template in the cell
	["const a = { b: `${c} and", "incomplete", ""],
	["const a = `${f(", "incomplete", "    "],
	["/* a comment", "incomplete", ""],
	["'a\\\n", "incomplete", ""],
	["function function", "invalid"],
	["a b", "invalid"],
	["function f() { a b", "invalid"],
	["'abc", "invalid"],
	["}", "invalid"],
	["f(]", "invalid"],
	["let 1a = 2", "invalid"],
];

for (const [code, expected, indent] of table)
	test(`${JSON.stringify(code)} is ${expected}${indent ? `, next line indented by ${indent.length}` : ""}`, () => {
		assert.deepEqual(
			isComplete(code),
			indent === undefined
				? { status: expected }
				: { status: expected, indent },
		);
	});
