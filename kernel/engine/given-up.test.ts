import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { listRuns } from "../../experiment/record/store/store.ts";
import { openNotebook, resultOf, textOf } from "./test-notebook.ts";

const options = {
	/** So that what would wait for ever fails, and says what it was. */
	timeout: 120_000,
	/** Most of the time they wait, each for an engine of its own. */
	concurrency: true,
};

const NEVER =
	'({ never: 1, [Symbol.for("Jupyter.display")]: () => new Promise(() => undefined) })';

suite("of what nothing can settle any more:", options, () => {
	test("a value whose bundle never comes is shown as text, and later cells are as they were", async () => {
		const notebook = await openNotebook();
		const shown = await notebook.execute(`display(${NEVER}); "on"`);
		assert.equal(resultOf(shown), "'on'");
		assert.match(textOf(shown, "stderr"), /nothing is left to settle/);
		const result = await notebook.execute(NEVER);
		assert.match(resultOf(result), /never: 1/);
		const later = await notebook.execute('console.log(1); "ok"');
		assert.equal(resultOf(later), "'ok'");
		assert.equal(textOf(later, "stderr"), "");
	});

	test("a cell that was ended for want of what could settle it does not go on, and its run has failed", async () => {
		const notebook = await openNotebook();
		const ended = await notebook.execute(
			'const marks: string[] = [];\nawait new Promise((done) => setTimeout(done, 4500).unref()); marks.push("ran on")',
		);
		assert.match(resultOf(ended), /^UnsettledPromise/);
		const run = await notebook.execute(
			"%dd run stuck\nawait new Promise(() => undefined);",
		);
		assert.match(resultOf(run), /^UnsettledPromise/);
		assert.equal(
			resultOf(
				await notebook.execute(
					"await new Promise((done) => setTimeout(done, 2500)); marks",
				),
			),
			"[]",
		);
		assert.deepEqual(
			listRuns(join(notebook.folder, "runs")).runs.map(({ record }) => [
				record.experiment,
				record.status,
				record.error?.name,
			]),
			[["stuck", "failed", "UnsettledPromise"]],
		);
	});

	test("what only looks like a promise is the cell's value", async () => {
		const notebook = await openNotebook();
		for (const [code, shown] of [
			[
				"Object.assign(Promise.resolve(5), { then: 5 })",
				/Promise \{ 5, then: 5 \}/,
			],
			[
				"class Own extends Promise { then() { throw 1 } }; Own.resolve(5)",
				/Own/,
			],
			["Promise.resolve(6)", /^6$/],
		] as const)
			assert.match(resultOf(await notebook.execute(code)), shown, code);
	});
});
