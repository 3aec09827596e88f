/** What a stranger's notebook may hold: it is executed and exported, or refused with a sentence. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../base/errors.ts";
import { temporaryFolder } from "../../base/test-folder.ts";
import { executeNotebook } from "../../cli/notebook/execute.ts";
import { formatNotebook, parseNotebook } from "../../cli/notebook/format.ts";
import { taker } from "../../magics/export/piece.ts";
import { damaged } from "./mutate.ts";

const cellOf = (source: string) => ({
	cell_type: "code",
	metadata: {},
	execution_count: null,
	outputs: [],
	source,
});

const textOf = (sources: readonly string[]) =>
	JSON.stringify({
		nbformat: 4,
		nbformat_minor: 4,
		metadata: { kernelspec: { name: "deepdiva", language: "typescript" } },
		cells: sources.map(cellOf),
	});

const BRACKETS = "[".repeat(10_000);

test("brackets in a cell are that cell's error, and outputs of the cells before it are kept", async () => {
	const path = join(temporaryFolder(), "deep.ipynb");
	writeFileSync(path, textOf(['console.log("kept")', BRACKETS]));
	const { notebook, cells, outcome } = await executeNotebook(path);
	assert.equal(outcome, "error");
	assert.match(cells[1]?.error?.message ?? "", /^The code nests too deeply/);
	assert.match(formatNotebook(notebook), /"kept\\n"/);
});

test("an export names the cell that nests too deeply", () => {
	const take = taker();
	take({ kind: "code", source: "1 + 1", number: 1 });
	for (const source of [
		BRACKETS,
		`a = ${"b = ".repeat(20_000)}1`,
		`a${".b()".repeat(100_000)}`,
	])
		assert.throws(
			() => take({ kind: "code", source, number: 2 }),
			(error) => {
				assert.ok(error instanceof UsageError);
				assert.match(error.message, /^cell 2 .*nests too deeply/);
				assert.ok(error.message.length < 3000);
				return true;
			},
		);
});

test("a notebook damaged in any way is read, or refused with a sentence", () => {
	const original = textOf(["1 + 1", "%dd run lr=0.1\nlr"]);
	let read = 0;
	for (const { round, bytes } of damaged(original, {
		seed: "notebook",
		rounds: 1500,
	})) {
		try {
			formatNotebook(parseNotebook(bytes.toString(), "damaged.ipynb"));
			read++;
		} catch (error) {
			assert.ok(error instanceof UsageError, `round ${round}: ${error}`);
			assert.match(error.message, /^damaged\.ipynb /);
		}
	}
	assert.ok(read > 10, `only ${read} were read`);
});
