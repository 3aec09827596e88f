import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { NotebookSession } from "../../kernel/notebook-session.ts";
import { until } from "../until.ts";
import { byIndex, indexOf, told } from "./told.ts";

/** What was executed, and what came of it. */
interface Executed {
	readonly session: NotebookSession;
	/** The project that it lies in. */
	readonly folder: string;
	/** Everything that was printed. */
	printed(): string;
	/** The texts of everything that was displayed. */
	displayed(): string;
	execute(source: string): ReturnType<NotebookSession["execute"]>;
	records(): RunRecord[];
}

const open = new Set<NotebookSession>();
after(() => Promise.all([...open].map((session) => session.close())));

/** A notebook in which every multirun has so many jobs. */
function notebook(jobs: number): Executed {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "package.json"), "{}");
	const session = new NotebookSession({
		cwd: folder,
		rootSeed: "7",
		jobs,
		charts: false,
	});
	open.add(session);
	let printed = "";
	let displayed = "";
	session.on("output", ({ output }) => {
		if (output.type === "stream") printed += output.text;
		if (output.type === "display_data")
			displayed += `${output.data["text/plain"]}\n`;
	});
	return {
		session,
		folder,
		printed: () => printed,
		displayed: () => displayed,
		execute: (source) => session.execute(source, { unattended: true }),
		records: () =>
			listRuns(join(folder, "runs")).runs.map(({ record }) => record),
	};
}

const MULTIRUN = `%dd multirun sums -n 3 lr=0.1,0.2 --git ignore
const drawn = Math.random() * lr * scale;
console.log("member", lr, drawn);
dd.log({ drawn });
drawn`;

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

suite("what goes wrong in one member or process", () => {
	/** Of tests that leave nothing to each other: a process takes long to start. */
	const shared = notebook(2);
	const recordsOf = (name: string) =>
		byIndex(shared.records().filter(({ experiment }) => experiment === name));

	test("a member that fails is listed, and the others are there", async () => {
		const reply = await shared.execute(
			'%dd multirun some lr=1,0,2 -n 1 --git ignore\nif (lr === 0) throw new RangeError("no steps");\ndd.log({ lr });',
		);
		assert.equal(reply.status, "error");
		assert.match(
			"evalue" in reply ? reply.evalue : "",
			/1 of 3 runs of multirun some failed.*\n.*lr=0, repeat 0\): RangeError: no steps/,
		);
		assert.deepEqual(
			recordsOf("some").map(({ status }) => status),
			["finished", "failed", "finished"],
		);
	});

	test("runs within members are recorded whichever process computes them", async () => {
		const reply = await shared.execute(
			'%dd multirun outer lr=1,2 -n 1 --git ignore\nawait dd.run({ name: "inner", params: { lr } }, () => dd.log({ lr }));',
		);
		assert.equal(reply.status, "ok", JSON.stringify(reply));
		assert.deepEqual(
			recordsOf("inner")
				.map(({ status, metrics }) => `${status} ${metrics.lr}`)
				.sort(),
			["finished 1", "finished 2"],
		);
	});

	test("with --fail fast nothing begins after a failure", async () => {
		const reply = await shared.execute(
			'%dd multirun fast lr=0,1,2,3,4,5,6,7 -n 1 --fail fast --git ignore\nif (lr === 0) throw new RangeError("no steps");\nawait new Promise((done) => setTimeout(done, 50));',
		);
		assert.equal(reply.status, "error");
		assert.equal("evalue" in reply && reply.evalue, "no steps");
		assert.ok(recordsOf("fast").length < 8);
	});

	test("a member whose process is killed is computed again, and a process that cannot live is not started for ever", async () => {
		const reply = await shared.execute(
			`%dd multirun killed lr=1,2,3 -n 1 --git ignore
if (lr === 1 && !require("node:fs").existsSync("once")) {
	require("node:fs").writeFileSync("once", "");
	process.kill(process.pid, "SIGKILL");
	await new Promise(() => {});
}
dd.log({ lr });`,
		);
		assert.equal(reply.status, "ok", JSON.stringify(reply));
		assert.match(shared.displayed(), /member 0 ended .*computed again/);
		const finished = recordsOf("killed").filter(
			({ status }) => status === "finished",
		);
		assert.deepEqual(finished.map(indexOf), [0, 1, 2]);
		const again = await shared.execute(
			`%dd multirun always lr=1,2,3 -n 1 --git ignore
if (lr === 1) process.kill(process.pid, "SIGKILL"), await new Promise(() => {});`,
		);
		assert.match("evalue" in again ? again.evalue : "", /member 0 ended twice/);
	});

	test("cells that cannot be executed again are named", async () => {
		const book = notebook(2);
		writeFileSync(join(book.folder, "input.txt"), "5");
		await book.execute(
			'const input = require("node:fs").readFileSync("input.txt", "utf8");',
		);
		rmSync(join(book.folder, "input.txt"));
		const reply = await book.execute(
			MULTIRUN.replace("scale", "Number(input)"),
		);
		assert.match(
			"evalue" in reply ? reply.evalue : "",
			/did not come to this multirun: cell 1 of 2 failed in it:.*ENOENT.*--jobs 1/s,
		);
	});

	test("an interrupt ends all processes' members and keeps what is done", async () => {
		const book = notebook(2);
		const running = book.execute(
			`%dd multirun long lr=1,2,3,4 -n 1 --git ignore
dd.log({ lr });
if (lr > 1) {
	require("node:fs").appendFileSync("begun", "x");
	await new Promise((done) => setTimeout(done, 600_000));
}`,
		);
		const begun = () => {
			try {
				return readFileSync(join(book.folder, "begun"), "utf8").length;
			} catch {
				return 0;
			}
		};
		// The last one, here; the first has ended in the worker, and the second goes on.
		await until(() => begun() === 2, "two members at the same time");
		book.session.interrupt();
		const reply = await running;
		assert.equal("ename" in reply && reply.ename, "KeyboardInterrupt");
		// The cell does not wait until all records are sealed, but the session's end does.
		await book.session.close();
		assert.deepEqual(
			byIndex(book.records()).map((record) => [indexOf(record), record.status]),
			[
				[0, "finished"],
				[1, "interrupted"],
				[3, "interrupted"],
			],
		);
	});

	test("a body that changes what other cells made is told so", async () => {
		const book = notebook(2);
		await book.execute("const seen: number[] = [];");
		await book.execute(
			"%dd multirun pushed lr=1,2 -n 1 --git ignore\nseen.push(lr);",
		);
		assert.match(book.displayed(), /multirun pushed: the body changes seen:/);
	});
});
