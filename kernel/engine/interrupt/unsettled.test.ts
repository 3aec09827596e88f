import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { openNotebook, resultOf, textOf } from "../test-notebook.ts";

const options = {
	/** So that what would wait for ever fails, and says what it was. */
	timeout: 120_000,
	/** Most of the time they wait, each for an engine of its own. */
	concurrency: true,
};

suite("a cell that nothing can end any more says so:", options, () => {
	test("it awaits, or ends with, a promise that is never settled", async () => {
		const notebook = await openNotebook();
		for (const code of [
			"await new Promise(() => undefined)",
			"new Promise(() => undefined)",
			"for await (const x of { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) });",
		])
			assert.match(
				resultOf(await notebook.execute(code)),
				/^UnsettledPromise: .*nothing is left to settle/,
			);
		assert.equal(resultOf(await notebook.execute("1 + 1")), "2");
	});

	test("a question on standard input", async () => {
		const notebook = await openNotebook();
		const cell = await notebook.execute(
			`import { createInterface } from "node:readline/promises";
			await createInterface({ input: process.stdin }).question("name? ")`,
		);
		assert.match(resultOf(cell), /^UnsettledPromise: .*await input/);
		assert.match(textOf(cell, "stderr"), /Standard input is empty/);
	});
});

test("what reads standard input to its end gets nothing, and is told what asks", {
	timeout: options.timeout,
}, async () => {
	const notebook = await openNotebook();
	for (let round = 0; round < 2; round++) {
		const cell = await notebook.execute(
			'let text = ""; for await (const part of process.stdin) text += part; text',
		);
		assert.equal(resultOf(cell), "''");
		assert.match(textOf(cell, "stderr"), /await input\("…"\)/);
	}
});

suite("a cell that something can still end waits:", options, () => {
	test("a timer, a child process, a thread", async () => {
		const notebook = await openNotebook();
		for (const [index, code] of [
			"setTimeout(() => resolve('ended'), 500).unref()",
			"setTimeout(() => resolve('ended'), 3_500)",
			'import { spawn } from "node:child_process"; spawn("sleep", ["4"]).once("close", () => resolve("ended"))',
			'import { Worker } from "node:worker_threads"; new Worker("setTimeout(() => {}, 3500)", { eval: true }).once("exit", () => resolve("ended"))',
		].entries())
			assert.equal(
				resultOf(
					await notebook.execute(
						`const { promise, resolve } = Promise.withResolvers(); ${code}; await promise`,
					),
				),
				"'ended'",
				`cell ${index + 1}`,
			);
	});

	test("a cell of another shell", async () => {
		const notebook = await openNotebook();
		const request = { concurrent: true };
		const begun = notebook.printed(/begun/);
		const waits = notebook.execute(
			'let settle; console.log("begun"); await new Promise((resolve) => { settle = resolve; })',
			request,
		);
		await begun;
		await new Promise((resolve) => setTimeout(resolve, 4_000));
		await notebook.execute("settle('settled')", request);
		assert.equal(resultOf(await waits), "'settled'");
		// No other shell has run a cell: nothing comes.
		const alone = await notebook.execute("await new Promise(() => undefined)");
		assert.match(resultOf(alone), /^UnsettledPromise/);
	});

	test("an event of a comm, and an answer of the user", async () => {
		const question = Promise.withResolvers<(answer: string) => void>();
		const notebook = await openNotebook({
			input: () => new Promise(question.resolve),
		});
		const asked = notebook.execute("await input('?')");
		const answer = await question.promise;
		await new Promise((resolve) => setTimeout(resolve, 4_000));
		answer("late");
		assert.equal(resultOf(await asked), "'late'");
		const begun = notebook.printed(/begun/);
		const heard = notebook.execute(
			'const heard = Promise.withResolvers(); jupyter.registerCommTarget("ear", () => heard.resolve("heard")); console.log("begun"); await heard.promise',
		);
		await begun;
		await new Promise((resolve) => setTimeout(resolve, 4_000));
		await notebook.engine.comm("message", {
			type: "comm_open",
			comm_id: "1",
			target_name: "ear",
			data: {},
			metadata: {},
			buffers: [],
		});
		assert.equal(resultOf(await heard), "'heard'");
	});
});
