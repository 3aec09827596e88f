import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { MULTIRUN, notebook } from "./notebook.ts";
import { told } from "./told.ts";

suite(
	"the members of a multirun are the same for every number of jobs:",
	() => {
		test("records, prints and what the body declares", async () => {
			const all = [];
			for (const jobs of [1, 3]) {
				const book = notebook(jobs);
				await book.execute("let scale = 1 + Math.random();");
				await book.execute("scale *= 2;");
				const reply = await book.execute(MULTIRUN);
				assert.equal(reply.status, "ok", JSON.stringify(reply));
				const left = await book.execute("[drawn, Math.random()]");
				all.push({
					records: told(book.records()),
					printed: book.printed().split("\n").sort(),
					left: left.result?.["text/plain"],
				});
				await book.session.close();
			}
			const [one, three] = all;
			assert.equal(one?.records.length, 6);
			assert.deepEqual(three, one);
		});

		test("also where only some streams differ between repeats", async () => {
			const all = [];
			for (const jobs of [1, 3]) {
				const book = notebook(jobs);
				const reply = await book.execute(
					'%dd multirun some -n 3 --vary noise --git ignore\ndd.log({ main: Math.random(), noise: dd.rng("noise")() });',
				);
				assert.equal(reply.status, "ok", JSON.stringify(reply));
				all.push(told(book.records()));
				await book.session.close();
			}
			const [one = [], three] = all;
			assert.deepEqual(three, one);
			const distinct = (metric: string) =>
				new Set(one.map(({ metrics }) => metrics[metric])).size;
			assert.deepEqual([distinct("main"), distinct("noise")], [1, 3]);
		});

		test("also where the cell is executed again, after a multirun of the same line", async () => {
			const book = notebook(2);
			await book.execute("let scale = 1;");
			await book.execute(MULTIRUN);
			const first = told(book.records());
			assert.equal((await book.execute(MULTIRUN)).status, "ok");
			const both = told(book.records());
			assert.equal(both.length, 12);
			assert.deepEqual(
				both.map(({ digest }) => digest).filter((_, i) => i % 2 === 0),
				first.map(({ digest }) => digest),
			);
			assert.deepEqual(
				both.map(({ occurrence }) => occurrence),
				first.flatMap(() => [0, 1]),
			);
		});
	},
);
