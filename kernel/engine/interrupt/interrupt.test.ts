import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { writeFiles } from "../../../base/test-folder.ts";
import { openNotebook, resultOf, textOf } from "../test-notebook.ts";

const notebook = await openNotebook();
writeFiles(notebook.folder, {
	"text.txt": "text",
	"local.ts":
		'import { readFile } from "node:fs/promises"; export async function local() { await readFile("text.txt"); console.log("go"); for (;;); }',
});
await notebook.execute(`
	let state = 0;
	const { readFile } = await import("node:fs/promises");
	const http = await import("node:http");
	const server = http.createServer((_, answer) => answer.end("hello"));
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	server.unref();
	const address = \`http://127.0.0.1:\${server.address().port}/\`;
	const busy = () => { console.log("go"); for (;;); };
	const go = () => console.log("go");
`);

/** Interrupts the cell as soon as it printed "go". */
async function interrupted(code: string) {
	const going = notebook.printed(/go/);
	const running = notebook.execute(code);
	await Promise.race([going, running]);
	notebook.engine.interrupt();
	return running;
}

suite("an interrupt ends", () => {
	for (const [name, code] of [
		["a loop", "busy()"],
		[
			"a loop in a try",
			"go(); while (true) { try { for (;;); } catch {} finally { state = 0 } }",
		],
		["a loop that prints", 'for (;;) console.log("go")'],
		["a loop that displays", "go(); for (;;) display(1)"],
		["a loop after an await of a value", "await 1; busy()"],
		[
			"a loop after an await of a settled promise",
			"await Promise.resolve(); busy()",
		],
		["a loop after reading a file", 'await readFile("text.txt"); busy()'],
		["a loop after fetch", "await (await fetch(address)).text(); busy()"],
		[
			"a loop after a timer",
			"await new Promise((done) => setTimeout(done, 1)); busy()",
		],
		[
			"a loop in an asynchronous function",
			'async function f() { await readFile("text.txt"); busy() } await f()',
		],
		["a loop below an import", 'import "node:os"; busy()'],
		[
			"a loop in a local module after an await",
			'import { local } from "./local.ts"; await local()',
		],
		[
			"a loop within for await",
			"for await (const chunk of (await import('node:fs')).createReadStream('text.txt')) busy()",
		],
		["a loop in a timer", "setTimeout(busy); await new Promise(() => {})"],
		[
			"a loop in an interval",
			"setInterval(busy, 1); await new Promise(() => {})",
		],
		["a loop in a tick", "process.nextTick(busy); await new Promise(() => {})"],
		[
			"a loop in a microtask",
			"queueMicrotask(busy); await new Promise(() => {})",
		],
		["a loop in a callback of a promise", "await Promise.resolve().then(busy)"],
		[
			"a loop in what displays a value",
			'display({ [Symbol.for("Jupyter.display")]: busy })',
		],
		[
			"a loop in a result's display",
			'({ [Symbol.for("Jupyter.display")]: busy })',
		],
		[
			"a promise that never settles",
			"go(); await new Promise(() => setTimeout(() => {}, 600_000))",
		],
		[
			"a promise that never settles, as the result",
			"go(); new Promise(() => setTimeout(() => {}, 600_000))",
		],
		[
			"a loop of timers",
			"go(); for (;;) await new Promise((done) => setTimeout(done, 1))",
		],
		[
			"training that gives way between batches",
			"go(); for (;;) { state = 0; await new Promise((done) => setImmediate(done)) }",
		],
		["a loop of awaits", "go(); for (;;) await null"],
		[
			"an endless asynchronous generator",
			"go(); for await (const x of (async function* () { for (;;) yield 1 })());",
		],
		[
			"a program it waits for",
			'go(); require("node:child_process").execSync("sleep 60")',
		],
		[
			"a wait of the thread",
			"go(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
		],
		[
			"a regular expression without end",
			'go(); /^(a+)+$/.test("a".repeat(60) + "b")',
		],
		["a guarded run", "%dd run looping\ngo(); for (;;);"],
		[
			"a guarded run that waits",
			"%dd run waiting\ngo(); await new Promise(() => setTimeout(() => {}, 600_000))",
		],
	] as const)
		test(name, async () => {
			await notebook.execute("state = 7");
			const cell = await interrupted(code);
			assert.match(resultOf(cell), /^KeyboardInterrupt: /);
			assert.equal(
				cell.outputs.filter(({ type }) => type === "error").length,
				1,
			);
			assert.match(
				resultOf(await notebook.execute("await null; [state, typeof busy]")),
				/^\[ [07], 'function' \]$/,
			);
		});
});

test("a program that is waited for may handle the interrupt itself", async () => {
	const cell = await interrupted(
		'go(); const { stdout } = require("node:child_process").spawnSync("sh", ["-c", "trap \'echo caught; exit\' INT; sleep 60"]); String(stdout)',
	);
	assert.match(resultOf(cell), /^KeyboardInterrupt: /);
});

test("nothing of an interrupted cell goes on", async () => {
	await interrupted(
		"let ticks = 0; setInterval(() => ticks++, 1); setTimeout(() => { ticks += 100 }, 20); go(); await new Promise(() => {})",
	);
	const [before, after] = [
		resultOf(await notebook.execute("ticks")),
		resultOf(
			await notebook.execute(
				"await new Promise((done) => setTimeout(done, 40)); ticks",
			),
		),
	];
	assert.equal(before, after);
});

test("an interrupt before the cell has begun ends it", async () => {
	const running = notebook.execute("state = 8; for (;;);");
	notebook.engine.interrupt();
	assert.match(resultOf(await running), /^KeyboardInterrupt: /);
	assert.equal(resultOf(await notebook.execute("9")), "9");
});

test("several interrupts are one", async () => {
	const going = notebook.printed(/go/);
	const running = notebook.execute("busy()");
	await going;
	for (let i = 0; i < 3; i++) notebook.engine.interrupt();
	assert.match(resultOf(await running), /^KeyboardInterrupt: /);
	assert.equal(resultOf(await notebook.execute("await null; 10")), "10");
});

test("an interrupt between cells does nothing", async () => {
	notebook.engine.interrupt();
	assert.equal(resultOf(await notebook.execute("await null; 11")), "11");
	notebook.engine.interrupt();
	assert.equal(resultOf(await notebook.execute("12")), "12");
});

test("a loop in an earlier cell's timer does not keep a cell from being interrupted", async () => {
	const going = notebook.printed(/go/);
	// Once this cell has ended: a loop that begins before keeps its reply.
	await notebook.execute(`
		const { existsSync } = await import("node:fs");
		const timer = setInterval(() => {
			if (!existsSync("begin.txt")) return;
			clearInterval(timer);
			busy();
		}, 1);`);
	writeFiles(notebook.folder, { "begin.txt": "" });
	await going;
	const running = notebook.execute("for (;;);");
	notebook.engine.interrupt();
	assert.match(resultOf(await running), /^KeyboardInterrupt: /);
});

test("an interrupt of one cell does not end the next", async () => {
	for (let round = 0; round < 20; round++) {
		const ended = notebook.execute("for (;;);");
		notebook.engine.interrupt();
		// Pressed again: both are for the cell that runs.
		notebook.engine.interrupt();
		const next = notebook.execute(
			"let sum = 0; for (let i = 0; i < 1e5; i++) sum += i; await 1; sum",
		);
		assert.match(resultOf(await ended), /^KeyboardInterrupt: /);
		assert.equal(resultOf(await next), "4999950000");
	}
});

test("a cell can end its own work at an interrupt", async () => {
	await interrupted(
		"let ended = false; try { go(); await new Promise(() => setTimeout(() => {}, 600_000)) } finally { ended = true }",
	);
	assert.equal(resultOf(await notebook.execute("13")), "13");
});

test("a cell that cannot be stopped is ended with its engine, and the next one runs in a new engine", async () => {
	const exits: boolean[] = [];
	notebook.engine.once("exit", ({ expected }) => exits.push(expected));
	const cell = await interrupted(
		`require("node:child_process").execSync("trap '' INT HUP; echo go; sleep 60", { stdio: "inherit" })`,
	);
	assert.match(
		resultOf(cell),
		/^EngineError: the engine did not stop within 5 s of the interrupt and was killed; .*variables of earlier cells are lost/,
	);
	assert.equal(textOf(cell), "go\n");
	assert.deepEqual(exits, [false]);
	assert.equal(resultOf(await notebook.execute("typeof busy")), "'undefined'");
});
