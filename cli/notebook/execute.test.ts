import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { executeNotebook } from "./execute.ts";
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

test("a notebook's cells run in order and share their variables", async () => {
	const path = save([
		{ type: "markdown", source: "# Sums" },
		"const a: number = 40;",
		"console.log('adding');\na + 2",
		"",
	]);
	const before = readFileSync(path, "utf8");
	const { notebook, cells, outcome } = await executeNotebook(path);
	const [first, second, empty] = code(notebook);
	assert.equal(outcome, "ok");
	assert.deepEqual(statuses(cells), ["ok", "ok"]);
	assert.deepEqual(texts(first), []);
	assert.deepEqual(texts(second), ["adding\n", "42"]);
	assert.equal(second?.executionCount, 2);
	assert.deepEqual(empty?.outputs, []);
	assert.equal(empty?.executionCount, undefined);
	assert.deepEqual(notebook.metadata.kernelspec, {
		name: "deepdiva",
		display_name: "TypeScript (DeepDIVA)",
		language: "typescript",
	});
	assert.equal(readFileSync(path, "utf8"), before);
});

test("the same notebook executed twice gives the same file", async () => {
	const path = save(["let text = 'x';", "console.log(text);\n[text, 1]"]);
	const [first, second] = [
		await executeNotebook(path),
		await executeNotebook(path),
	];
	assert.equal(formatNotebook(first.notebook), formatNotebook(second.notebook));
});

test("execution stops at the first error, and the cells after it stay empty", async () => {
	const { notebook, cells, outcome } = await executeNotebook(
		save(["1", "throw new TypeError('no')", "3"]),
	);
	const [one, two, three] = code(notebook);
	assert.equal(outcome, "error");
	assert.deepEqual(statuses(cells), ["ok", "error", "not run"]);
	assert.deepEqual(cells[1]?.error, { name: "TypeError", message: "no" });
	assert.deepEqual(texts(one), ["1"]);
	assert.deepEqual(texts(two), ["TypeError"]);
	assert.deepEqual(texts(three), []);
	assert.equal(three?.executionCount, undefined);
});

test("errors may be allowed, for all cells or for one that is tagged", async () => {
	const all = await executeNotebook(save(["throw new Error('no')", "2"]), {
		allowErrors: true,
	});
	assert.equal(all.outcome, "ok");
	assert.deepEqual(statuses(all.cells), ["error", "ok"]);
	const one = await executeNotebook(
		save([
			{ source: "throw new Error('no')", tags: ["raises-exception"] },
			{ source: "throw new Error('left out')", tags: ["skip-execution"] },
			"2",
		]),
	);
	assert.equal(one.outcome, "ok");
	assert.deepEqual(statuses(one.cells), ["error", "ok"]);
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

test("listeners hear of every cell and output in order", async () => {
	const heard: string[] = [];
	await executeNotebook(
		save([{ type: "markdown", source: "text" }, "console.log('a')", "2"]),
		{
			onCellStart: ({ number, total, position }) =>
				heard.push(`start ${number}/${total} at ${position}`),
			onOutput: (cell, { type }) => heard.push(`${cell} ${type}`),
			onCellEnd: ({ number }, { status }) =>
				heard.push(`end ${number} ${status}`),
		},
	);
	assert.deepEqual(heard, [
		"start 1/2 at 2",
		"cell-2 stream",
		"end 1 ok",
		"start 2/2 at 3",
		"cell-3 execute_result",
		"end 2 ok",
	]);
});

test("paths in cells start at the notebook's folder", async () => {
	writeFileSync(join(folder, "beside.txt"), "found");
	const { notebook } = await executeNotebook(
		save([
			"import { readFileSync } from 'node:fs';\nreadFileSync('beside.txt', 'utf8')",
		]),
	);
	assert.deepEqual(texts(code(notebook)[0]), ["'found'"]);
});

test("a notebook in another language is refused before anything runs", async () => {
	const path = save(["1"], { kernelspec: { name: "x", language: "python" } });
	await assert.rejects(executeNotebook(path), (error: Error) => {
		assert.equal(error.name, "UsageError");
		assert.match(error.message, /is a notebook in python/);
		return true;
	});
});

test("overrides reach the runs that declare them, others are reported", async () => {
	const path = save(["%dd run demo lr=0.1\nconsole.log(lr)"]);
	const { notebook, unusedOverrides } = await executeNotebook(path, {
		overrides: { lr: "0.3", epoch: "5" },
	});
	assert.ok(texts(code(notebook)[0]).includes("0.3\n"));
	assert.match(unusedOverrides ?? "", /no run declares .*"epoch"/);
});
