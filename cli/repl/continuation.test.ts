import assert from "node:assert/strict";
import { test } from "node:test";
import { continuation, splitCells } from "./continuation.ts";

const run = "%dd run toy lr=0.1\nlet a = lr";

const statuses: [string, string, string][] = [
	["a whole statement", "1 + 1", "complete"],
	["an open bracket", "f(", "incomplete"],
	["a %dd run line alone", "%dd run toy lr=0.1", "incomplete"],
	["a %dd run with a statement", run, "incomplete"],
	["a %dd run with a statement and an empty line", `${run}\n`, "complete"],
	[
		"a %dd run with an empty line in a bracket",
		`${run}\nf({\n\n`,
		"incomplete",
	],
	["a %dd run of a task", "%dd run task=points lr=0.1", "complete"],
	["another magic", "%dd seed 42", "complete"],
];
for (const [what, text, status] of statuses)
	test(`${what} is ${status}`, () =>
		assert.equal(continuation(text).status, status));

const texts: [string, string, string[]][] = [
	["each line that is whole is a cell", "1\n2\r\n\n3\n", ["1", "2", "3"]],
	[
		"a bracket keeps its lines together",
		"f({\n\na: 1\n})\n2",
		["f({\n\na: 1\n})", "2"],
	],
	[
		"else belongs to its if",
		"if (a) {\n}\nelse {\n}\nb",
		["if (a) {\n}\nelse {\n}", "b"],
	],
	[
		"a chain of calls is one cell",
		"a\n  .b()\n.c()\nd",
		["a\n  .b()\n.c()", "d"],
	],
	["a magic is a cell", "a\n%dd seed 1\nb", ["a", "%dd seed 1", "b"]],
	[
		"the code of %dd run goes to the empty line",
		`${run}\nlet b = a\n\nc`,
		[`${run}\nlet b = a`, "c"],
	],
	[
		"what a %% magic takes goes to the empty line",
		"%%time\nf()\ng()\n\n%%writefile a.txt\nno ( code\n\nc",
		["%%time\nf()\ng()", "%%writefile a.txt\nno ( code", "c"],
	],
	["a command is a cell", "a\n.exit\nb", ["a", ".exit", "b"]],
	["what is wrong is a cell, and shows its error", "a b\nc", ["a b", "c"]],
	["what is unfinished at the end is a cell", "f(", ["f("]],
	["nothing is no cell", "\n \n", []],
];
for (const [promise, text, cells] of texts)
	test(`piped code: ${promise}`, () =>
		assert.deepEqual(splitCells(text), cells));
