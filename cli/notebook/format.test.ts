import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
	formatNotebook,
	parseNotebook,
	readNotebook,
	writeNotebook,
} from "./format.ts";

const folder = mkdtempSync(join(tmpdir(), "notebook-format-"));

/** As Jupyter saves it: one space of indent, sorted keys, lines in lists. */
const SAVED_BY_JUPYTER = `{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "a1",
   "metadata": {},
   "source": [
    "# Title\\n",
    "text"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "b2",
   "metadata": {
    "tags": []
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\\n",
      "two\\n"
     ]
    },
    {
     "data": {
      "application/json": {
       "lines": [
        "kept",
        "apart"
       ]
      },
      "image/png": "iVBORw0KGgo=",
      "text/plain": [
       "a picture"
      ]
     },
     "execution_count": 1,
     "metadata": {},
     "output_type": "execute_result"
    }
   ],
   "source": [
    "console.log('one')"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "c3",
   "metadata": {},
   "outputs": [],
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "TypeScript (DeepDIVA)",
   "language": "typescript",
   "name": "deepdiva"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

test("a notebook that Jupyter saved is written back byte for byte", () => {
	const path = join(folder, "saved.ipynb");
	writeFileSync(path, SAVED_BY_JUPYTER);
	const notebook = readNotebook(path);
	const copy = join(folder, "new", "copy.ipynb");
	writeNotebook(copy, notebook);
	assert.equal(readFileSync(copy, "utf8"), SAVED_BY_JUPYTER);
	assert.deepEqual(readdirSync(join(folder, "new")), ["copy.ipynb"]);
});

test("texts stored as lists of lines are read as one text", () => {
	const [title, code] = parseNotebook(SAVED_BY_JUPYTER, "x").cells;
	assert.equal(title?.source, "# Title\ntext");
	assert.ok(code?.cell_type === "code");
	assert.deepEqual(code.outputs[0], {
		output_type: "stream",
		name: "stdout",
		text: "one\ntwo\n",
	});
	const result = code.outputs[1];
	assert.ok(result?.output_type === "execute_result");
	assert.equal(result.data["text/plain"], "a picture");
	assert.deepEqual(result.data["application/json"], {
		lines: ["kept", "apart"],
	});
});

test("cells without an id get one that is the same every time", () => {
	const text = JSON.stringify({
		nbformat: 4,
		nbformat_minor: 2,
		metadata: {},
		cells: ["a", "a", "b"].map((source) => ({
			cell_type: "markdown",
			metadata: {},
			source,
		})),
	});
	const first = parseNotebook(text, "x");
	const ids = first.cells.map((cell) => cell.id);
	assert.equal(new Set(ids).size, 3);
	for (const id of ids) assert.match(id, /^[0-9a-f]{8}$/);
	assert.equal(formatNotebook(parseNotebook(text, "x")), formatNotebook(first));
	assert.equal(first.minor, 5);
});

test("of two cells with the same id the first keeps it", () => {
	const cell = { cell_type: "raw", id: "same", metadata: {}, source: "" };
	const text = JSON.stringify({ nbformat: 4, cells: [cell, cell] });
	const [first, second] = parseNotebook(text, "x").cells;
	assert.equal(first?.id, "same");
	assert.notEqual(second?.id, "same");
});

const notebook = (...cells: unknown[]) =>
	JSON.stringify({ nbformat: 4, cells });

for (const [what, text, message] of [
	["an empty file", " \n", /is empty/],
	["text that is not JSON", "# a script", /is not JSON .*save it again/],
	["half a file", SAVED_BY_JUPYTER.slice(0, 200), /is not JSON/],
	["other JSON", '{"name": "x"}', /not a notebook.*\.ipynb/],
	["a list", "[]", /not a notebook/],
	[
		"notebook format 3",
		'{"nbformat": 3, "worksheets": []}',
		/format 3.*nbconvert/,
	],
	["a notebook without cells", '{"nbformat": 4}', /"cells" must be a list/],
	["a notebook without a format", '{"cells": []}', /"nbformat" must be 4/],
	[
		"a cell without source",
		notebook({ cell_type: "code" }),
		/cell 1 of 1: "source" is missing/,
	],
	[
		"a cell of an unknown type",
		notebook({ cell_type: "heading", source: "" }),
		/cell 1 of 1: "cell_type" is "heading"/,
	],
	[
		"an output of an unknown type",
		notebook({
			cell_type: "code",
			source: "",
			outputs: [{ output_type: "pyout" }],
		}),
		/output 1: "output_type" is "pyout"/,
	],
] as const)
	test(`${what} is refused with the file's name and what to do`, () => {
		assert.throws(
			() => parseNotebook(text, "lesson.ipynb"),
			(error: Error) =>
				error.name === "UsageError" &&
				error.message.startsWith("lesson.ipynb ") &&
				message.test(error.message),
		);
	});

test("a missing file and a folder are told apart", () => {
	assert.throws(() => readNotebook(join(folder, "none.ipynb")), /no such file/);
	assert.throws(() => readNotebook(folder), /it is a folder/);
});

test("a notebook that nests without end is refused with the bound, wherever it does", () => {
	const depth = 100_000;
	const lists = "[".repeat(depth) + "]".repeat(depth);
	const objects = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
	const output = (data: string, metadata: string) =>
		`{"output_type":"display_data","data":${data},"metadata":${metadata}}`;
	const cell = (metadata: string, output = "") =>
		`{"cell_type":"code","source":"1","metadata":${metadata},"outputs":[${output}]}`;
	const notebook = (metadata: string, cells: string) =>
		`{"nbformat":4,"nbformat_minor":5,"metadata":${metadata},"cells":[${cells}]}`;
	for (const deep of [lists, objects])
		for (const text of [
			deep,
			notebook(deep, ""),
			notebook("{}", deep),
			notebook("{}", cell(deep)),
			notebook("{}", cell("{}", output(`{"application/json":${deep}}`, "{}"))),
			notebook("{}", cell("{}", output("{}", deep))),
		])
			assert.throws(
				() => parseNotebook(text, "n.ipynb"),
				/^UsageError: n\.ipynb nests lists and objects more than 500 levels deep/,
			);
	const usual = `{"application/json":${"[".repeat(100)}${"]".repeat(100)}}`;
	assert.equal(
		parseNotebook(notebook("{}", cell("{}", output(usual, "{}"))), "n.ipynb")
			.cells.length,
		1,
	);
});
