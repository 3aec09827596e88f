import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { type ExecutedNotebook, executeNotebook } from "./execute.ts";
import { type CodeCell, formatNotebook, type Notebook } from "./format.ts";

const folder = mkdtempSync(join(tmpdir(), "notebook-execute-"));

interface Draft {
	readonly source: string;
	readonly tags?: readonly string[];
	readonly type?: "markdown";
}

let files = 0;
function save(cells: readonly (string | Draft)[], metadata = {}): string {
	const path = join(folder, `${++files}.ipynb`);
	const json = cells.map((cell, index) => {
		const {
			source,
			tags,
			type = "code",
		} = typeof cell === "string" ? ({ source: cell } as Draft) : cell;
		return {
			cell_type: type,
			id: `cell-${index + 1}`,
			metadata: tags ? { tags } : {},
			source,
			...(type === "code"
				? {
						execution_count: 99,
						outputs: [{ output_type: "stream", name: "stdout", text: "old" }],
					}
				: {}),
		};
	});
	writeFileSync(
		path,
		JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: json }),
	);
	return path;
}

const code = (notebook: Notebook): CodeCell[] =>
	notebook.cells.filter((cell) => cell.cell_type === "code");
const texts = (cell: CodeCell | undefined): unknown[] =>
	(cell?.outputs ?? []).map((output) =>
		output.output_type === "stream"
			? output.text
			: output.output_type === "error"
				? output.ename
				: output.data["text/plain"],
	);
const statuses = (cells: readonly { status: string }[]) =>
	cells.map(({ status }) => status);

suite("a notebook", () => {
	const path = save([
		{ type: "markdown", source: "# Sums" },
		"const a: number = 40;",
		"console.log('adding');\na + 2",
		"",
		"import { readFileSync } from 'node:fs';\nreadFileSync('beside.txt', 'utf8')",
		{ source: "throw new Error('no')", tags: ["raises-exception"] },
	]);
	const text = readFileSync(path, "utf8");
	const heard: string[] = [];
	let executed: ExecutedNotebook;
	let cells: CodeCell[];

	before(async () => {
		writeFileSync(join(folder, "beside.txt"), "found");
		executed = await executeNotebook(path, {
			onCellStart: ({ number, total, position }) =>
				heard.push(`start ${number}/${total} at ${position}`),
			onOutput: (cell, { type }) => heard.push(`${cell} ${type}`),
			onCellEnd: ({ number }, { status }) =>
				heard.push(`end ${number} ${status}`),
		});
		cells = code(executed.notebook);
	});

	test("runs its cells in order, they share their variables, and one that is tagged may fail", () => {
		const [first, second, empty] = cells;
		assert.equal(executed.outcome, "ok");
		assert.deepEqual(statuses(executed.cells), ["ok", "ok", "ok", "error"]);
		assert.deepEqual(texts(first), []);
		assert.deepEqual(texts(second), ["adding\n", "42"]);
		assert.equal(second?.executionCount, 2);
		assert.deepEqual(empty?.outputs, []);
		assert.equal(empty?.executionCount, undefined);
		assert.deepEqual(executed.notebook.metadata.kernelspec, {
			name: "deepdiva",
			display_name: "TypeScript (DeepDIVA)",
			language: "typescript",
		});
		assert.equal(readFileSync(path, "utf8"), text);
	});

	test("tells listeners of every cell and output in order", () => {
		assert.deepEqual(heard, [
			"start 1/4 at 2",
			"end 1 ok",
			"start 2/4 at 3",
			"cell-3 stream",
			"cell-3 execute_result",
			"end 2 ok",
			"start 3/4 at 5",
			"cell-5 execute_result",
			"end 3 ok",
			"start 4/4 at 6",
			"cell-6 error",
			"end 4 error",
		]);
	});

	test("has paths that start at its folder", () => {
		assert.deepEqual(texts(cells[3]), ["'found'"]);
	});

	test("executed twice gives the same file", async () => {
		const again = await executeNotebook(path);
		assert.equal(
			formatNotebook(again.notebook),
			formatNotebook(executed.notebook),
		);
	});
});

test("execution stops at the first error that is not allowed by a tag, and the cells after it stay empty", async () => {
	const { notebook, cells, outcome } = await executeNotebook(
		save([
			{ source: "throw new Error('no')", tags: ["raises-exception"] },
			{ source: "throw new Error('left out')", tags: ["skip-execution"] },
			"2",
			"throw new TypeError('no')",
			"3",
		]),
	);
	const [, , two, three, four] = code(notebook);
	assert.equal(outcome, "error");
	assert.deepEqual(statuses(cells), ["error", "ok", "error", "not run"]);
	assert.deepEqual(cells[2]?.error, { name: "TypeError", message: "no" });
	assert.deepEqual(texts(two), ["2"]);
	assert.deepEqual(texts(three), ["TypeError"]);
	assert.deepEqual(texts(four), []);
	assert.equal(four?.executionCount, undefined);
});

test("errors may be allowed for all cells; overrides reach the runs that declare them, others are reported", async () => {
	const { notebook, cells, outcome, unusedOverrides } = await executeNotebook(
		save(["throw new Error('no')", "%dd run demo lr=0.1\nconsole.log(lr)"]),
		{ allowErrors: true, overrides: { lr: "0.3", epoch: "5" } },
	);
	assert.equal(outcome, "ok");
	assert.deepEqual(statuses(cells), ["error", "ok"]);
	assert.ok(texts(code(notebook)[1]).includes("0.3\n"));
	assert.match(unusedOverrides ?? "", /no run declares .*"epoch"/);
});

test("a process that dies is an error of its cell", async () => {
	const { notebook, cells, outcome } = await executeNotebook(
		save(["console.log('bye')", "process.kill(process.pid, 'SIGKILL')", "3"]),
	);
	assert.equal(outcome, "error");
	assert.deepEqual(statuses(cells), ["ok", "error", "not run"]);
	assert.ok(
		code(notebook)[1]?.outputs.some((output) => output.output_type === "error"),
	);
});

test("an aborted signal interrupts the running cell and starts no other", async () => {
	const abort = new AbortController();
	const { notebook, cells, outcome } = await executeNotebook(
		save(["console.log('started');\nwhile (true) {}", "2"]),
		{
			signal: abort.signal,
			onOutput: (_cell, output) => {
				if (output.type === "stream") abort.abort();
			},
		},
	);
	assert.equal(outcome, "interrupted");
	assert.deepEqual(statuses(cells), ["error", "not run"]);
	assert.equal(cells[0]?.error?.name, "KeyboardInterrupt");
	assert.deepEqual(texts(code(notebook)[0]), [
		"started\n",
		"KeyboardInterrupt",
	]);
});

test("a notebook in another language is refused before anything runs", async () => {
	const path = save(["1"], { kernelspec: { name: "x", language: "python" } });
	await assert.rejects(executeNotebook(path), (error: Error) => {
		assert.equal(error.name, "UsageError");
		assert.match(error.message, /is a notebook in python/);
		return true;
	});
});
