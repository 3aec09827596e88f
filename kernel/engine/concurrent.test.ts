import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openNotebook, resultOf, textOf } from "./test-notebook.ts";

const notebook = await openNotebook();
const { execute } = notebook;

test("cells of two shells run at the same time, each with its result and its prints", async () => {
	await execute("const gate = {}; undefined");
	const first = execute(
		'console.log("a1"); await new Promise((open) => { gate.open = open; }); console.log("a2"); "first"',
	);
	await notebook.printed(/a1/);
	const second = await execute('console.log("b"); gate.open(); "second"');
	assert.equal(resultOf(second), "'second'");
	assert.equal(textOf(second), "b\n");
	assert.equal(resultOf(await first), "'first'");
	assert.equal(textOf(await first), "a1\na2\n");
});

test("what native code prints belongs to the cell started last, and then to the one that still runs", async () => {
	await execute(
		'jupyter.registerCommTarget("gate", () => gate.open()); undefined',
	);
	const going = notebook.printed(/going/);
	const print = (text: string) =>
		`require("node:fs").writeSync(1, "${text}\\n")`;
	const first = execute(
		`console.log("going"); await new Promise((open) => { gate.open = open; }); ${print("first")}`,
	);
	await going;
	assert.equal(textOf(await execute(print("second"))), "second\n");
	// Opened by what is no cell.
	await notebook.engine.comm("opens", {
		type: "comm_open",
		comm_id: "g",
		target_name: "gate",
		data: {},
		metadata: {},
		buffers: [],
	});
	assert.equal(textOf(await first), "going\nfirst\n");
});

test("a run that begins while another cell runs records the source of its own cell", async () => {
	const going = notebook.printed(/going/);
	const first = execute(
		'console.log("going"); await new Promise((open) => { gate.open = open; });\nawait dd.run({ name: "beside", params: {} }, () => dd.log({ loss: 1 })); undefined',
	);
	await going;
	const second = execute(
		"gate.open(); await new Promise((open) => { gate.other = open; })",
	);
	assert.equal((await first).reply.status, "ok");
	await execute("gate.other()");
	await second;
	const runs = join(notebook.folder, "runs", "beside");
	const [run] = readdirSync(runs);
	const recorded = readFileSync(join(runs, String(run), "cell.ts"), "utf8");
	assert.match(recorded, /^console\.log\("going"\)/);
});

test("a crash is an error of every cell that runs", async () => {
	const first = execute(
		"await new Promise(() => setTimeout(() => {}, 600_000))",
	);
	const second = execute("process.exit(3)");
	for (const cell of [await first, await second])
		assert.match(resultOf(cell), /^EngineError: the engine exited with code 3/);
	assert.equal(resultOf(await execute("1 + 1")), "2");
});
