import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { until } from "../until.ts";
import { MULTIRUN, notebook } from "./notebook.ts";
import { byIndex, indexOf } from "./told.ts";

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
			// Any other member ends once the first has failed, however late its process begins.
			`%dd multirun fast lr=${[...Array(40).keys()]} -n 1 --fail fast --git ignore
if (lr === 0) throw new RangeError("no steps");
const isTold = () => require("node:fs").globSync("runs/fast/*/run.json")
	.some((path) => require("node:fs").readFileSync(path, "utf8").includes('"failed"'));
while (!isTold()) await new Promise((done) => setTimeout(done, 20));
await new Promise((done) => setTimeout(done, 50));`,
		);
		assert.equal(reply.status, "error");
		assert.equal("evalue" in reply && reply.evalue, "no steps");
		assert.ok(recordsOf("fast").length < 40);
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
