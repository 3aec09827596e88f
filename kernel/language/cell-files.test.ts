import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { temporaryFolder } from "../../base/test-folder.ts";
import { type ExecutedCell, FREE_FILE, Notebook } from "./cell-files.ts";
import { NativeBackend } from "./compiler/native.ts";
import { createTypeService } from "./service.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const cell = (index: number): ExecutedCell => ({
	source: `const v${index} = ${index}; v${index} + 1`,
	folder: "/notebook",
});
const cells = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => cell(from + index));

test("an executed cell takes the same memory, however many there are", () => {
	const notebook = new Notebook();
	const added = (from: number, to: number) => {
		collectGarbage();
		const before = process.memoryUsage().heapUsed;
		notebook.addCells(cells(from, to));
		collectGarbage();
		return process.memoryUsage().heapUsed - before;
	};
	added(0, 2_500);
	const bytes = added(2_500, 5_000) / 2_500;
	assert.ok(bytes < 4_000, `${bytes} bytes for each cell`);
	assert.match(notebook.draft("v17 + v4999").text, /import v17 = /);
});

test("cells that are other ones than before are taken anew", () => {
	const notebook = new Notebook();
	assert.deepEqual(notebook.setCells(cells(0, 3)), {
		changed: true,
		forgotten: false,
	});
	assert.deepEqual(notebook.setCells(cells(0, 3)), {
		changed: false,
		forgotten: false,
	});
	assert.deepEqual(notebook.setCells([cell(0), cell(7)]), {
		changed: true,
		forgotten: true,
	});
	assert.deepEqual(
		["v0", "v1", "v2", "v7"].map((name) => notebook.names.has(name)),
		[true, false, false, true],
	);
});

test("what using declares ends with its cell, and hides what earlier cells call so", () => {
	const notebook = new Notebook();
	const folder = "/notebook";
	notebook.addCells([
		{ source: "const r = 1", folder },
		{ source: "using r = open(), other = open(); const k = r", folder },
		{ source: "await using late = open()", folder },
	]);
	assert.deepEqual(
		["r", "k", "other", "late"].map((name) => notebook.names.has(name)),
		[true, true, false, false],
	);
	assert.match(notebook.draft("r").text, /import r = __deepdiva_cell_1\.r;/);
	assert.doesNotMatch(notebook.draft("using r = open()").text, /import r/);
	assert.doesNotMatch(notebook.draft("using r = ope(").text, /import r/);
});

test("a namespace within another, and declare global, declare what they do when they run", () => {
	const notebook = new Notebook();
	notebook.addCells([
		{ source: "namespace A.B { export const c = 1 }", folder: "/notebook" },
		{ source: "declare global { var d: number }", folder: "/notebook" },
	]);
	assert.deepEqual(
		["A", "B", "c", "global", "d"].map((name) => notebook.names.has(name)),
		[true, false, false, false, false],
	);
});

test("a cell's file augments what the free place did, so that the program is not loaded again", () => {
	const augmented = (text: string) => text.match(/^declare global\b/gm)?.length;
	const notebook = new Notebook();
	notebook.addCells([
		cell(1),
		{ source: "function f(v: number) { return v1 }", folder: "/notebook" },
	]);
	assert.equal(augmented(FREE_FILE), 1);
	assert.equal(notebook.executed.length, 2);
	for (const { text } of notebook.executed) assert.equal(augmented(text), 1);
});

test("the compiler is told of new cells, and not of all each time", async (context) => {
	const told: number[] = [];
	context.mock.method(
		NativeBackend.prototype,
		"diagnostics",
		async ({ edited }: { edited: ReadonlyMap<string, string> }) => {
			told.push(edited.size);
			return [];
		},
	);
	const folder = temporaryFolder();
	const service = createTypeService({ cwd: folder });
	for (let index = 0; index < 1_000; index++) {
		service.addCells([{ ...cell(index), folder }], folder);
		await service.diagnostics(cell(index + 1).source);
	}
	await service.dispose();
	assert.equal(told.length, 1_000);
	// The cell, and the one that is asked about; else room for more cells was made, a quarter more each time.
	const many = told.filter((files) => files > 2);
	assert.ok(
		many.length < Math.log(1_000 / 32) / Math.log(1.25),
		`${many.length} questions came with many files`,
	);
});
