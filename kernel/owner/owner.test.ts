import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import { allEnd, lives, NO_PROC } from "../../test/processes.ts";
import {
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
} from "../engine/test-notebook.ts";
import { Engine } from "./owner.ts";

suite("a crash fails its cell, and the next one runs in a new engine:", () => {
	for (const [name, code, description] of [
		[
			"process.exit()",
			'console.log("before"); process.exit(3)',
			"exited with code 3",
		],
		[
			"process.exit() of a clean kind",
			'console.log("before"); process.exit()',
			"exited with code 0",
		],
		[
			"process.abort()",
			'console.log("before"); process.abort()',
			"ended by SIGABRT",
		],
		[
			"a kill from outside",
			'console.log("before"); process.kill(process.pid, "SIGKILL"); await new Promise(() => {})',
			"ended by SIGKILL",
		],
		[
			"a closed channel",
			'console.log("before"); process.disconnect(); await new Promise(() => {})',
			"exited with code 0",
		],
		[
			"a throw in a listener for what nobody caught",
			'console.log("before"); process.on("uncaughtException", () => { throw new Error("again") }); setTimeout(() => { throw new Error("once") }); await new Promise(() => {})',
			"exited with code 7",
		],
		[
			"no memory left",
			'console.log("before"); const all = []; for (;;) all.push(new Array(1e5).fill(Math.PI + all.length))',
			"ended by SIG",
		],
	] as const)
		test(name, async () => {
			const notebook = await openNotebook({
				env: { NODE_OPTIONS: "--max-old-space-size=64" },
			});
			const exits: { expected: boolean; description: string }[] = [];
			notebook.engine.on("exit", (exit) => exits.push(exit));
			await notebook.execute("const gone = 1");
			const cell = await notebook.execute(code);
			assert.match(
				resultOf(cell),
				/^EngineError: the engine .*variables of earlier cells are lost, run those cells again$/,
			);
			assert.ok(resultOf(cell).includes(description), resultOf(cell));
			assert.match(textOf(cell), /^before\n/);
			assert.equal(cell.outputs.at(-1)?.type, "error");
			assert.equal(exits.length, 1);
			assert.equal(exits[0]?.expected, false);
			const next = await notebook.execute('console.log("new"); typeof gone');
			assert.equal(textOf(next), "new\n");
			assert.equal(resultOf(next), "'undefined'");
		});
});

test("an engine that dies between cells is replaced", async () => {
	const notebook = await openNotebook();
	const ended = new Promise((done) => notebook.engine.once("exit", done));
	await notebook.execute("setTimeout(() => process.exit(1), 5); 1");
	await ended;
	assert.equal(resultOf(await notebook.execute("2")), "2");
});

test("a cell that ended its engine is forgotten, after the last that it shows", async () => {
	const { engine, execute } = await openNotebook({
		types: { policy: "report", patient: true },
	});
	const told: string[] = [];
	engine.on("output", (parent, { type }) => told.push(`${parent} ${type}`));
	engine.on("forgotten", (parent) => told.push(`${parent} forgotten`));
	await execute('console.log("before"); process.exit()');
	assert.deepEqual(told, ["cell 1 stream", "cell 1 error", "cell 1 forgotten"]);
});

test("everybody who asks for unused overrides is answered, also where no process can be asked", async () => {
	const cwd = join(temporaryFolder(), "notebook");
	mkdirSync(cwd);
	const { engine, execute } = await openNotebook({
		cwd,
		overrides: { lr: "1" },
	});
	const [one, other] = await Promise.all([
		engine.unusedOverrides(),
		engine.unusedOverrides(),
	]);
	assert.match(one ?? "", /lr/);
	assert.equal(other, one);
	rmSync(cwd, { recursive: true });
	await execute("process.exit()");
	assert.equal(await engine.unusedOverrides(), undefined);
});

test("programs that a cell left running end with the engine, and hold nothing up", {
	skip: NO_PROC,
}, async () => {
	const notebook = await openNotebook();
	const left = await notebook.execute(`
		const { spawn } = require("node:child_process");
		const { pid } = spawn("sleep", ["600"], { stdio: "inherit" });
		spawn("sleep", ["600"], { stdio: "inherit", detached: true }).unref();
		pid`);
	const pid = Number(resultOf(left));
	assert.ok(lives(pid));
	const cell = await notebook.execute("process.exit(0)");
	assert.match(resultOf(cell), /^EngineError: /);
	await allEnd([pid]);
	assert.equal(resultOf(await notebook.execute("1 + 1")), "2");
});

test("shutdown ends a cell that runs, and no cell runs after it", async () => {
	const engine = await Engine.start({ cwd: temporaryFolder() });
	const exits: boolean[] = [];
	engine.on("exit", ({ expected }) => exits.push(expected));
	const going = new Promise((done) => engine.once("output", done));
	const running = engine.execute("1", {
		code: 'console.log("go"); for (;;);',
		executionCount: 1,
	});
	await going;
	await engine.shutdown();
	const reply = await running;
	assert.ok(reply.status === "error");
	assert.match(reply.evalue, /shut down/);
	assert.deepEqual(exits, [true]);
	await assert.rejects(
		engine.execute("2", { code: "1", executionCount: 2 }),
		/shut down/,
	);
	await engine.shutdown();
});

test("an engine that cannot start says why", async () => {
	await assert.rejects(
		Engine.start({ cwd: join(temporaryFolder(), "missing") }),
		/folder .*missing is not there/,
	);
	const folder = temporaryFolder();
	writeFileSync(join(folder, "bad.cjs"), "throw new Error('preloaded')");
	await assert.rejects(
		Engine.start({ cwd: folder, env: { NODE_OPTIONS: "--require ./bad.cjs" } }),
		/the engine did not start: exited with code 1[\s\S]*preloaded/,
	);
});

test("a failure nobody awaits does not end the engine", async () => {
	const notebook = await openNotebook();
	const printed = notebook.printed(/unheeded/);
	await notebook.execute(
		'const kept = 5; setTimeout(() => Promise.reject(new Error("unheeded")), 1); 1',
	);
	await printed;
	assert.equal(resultOf(await notebook.execute("kept")), "5");
});

test("a traceback carries the cell's execution count", async () => {
	const notebook = await openNotebook();
	const cell = await notebook.execute("null.x", { executionCount: 33 });
	assert.match(tracebackOf(cell), /at In \[33\], line 1, column 6/);
});

test("a notebook's folder that is gone is named, and once it is there again the next cell runs", async () => {
	const cwd = join(temporaryFolder(), "notebook");
	await assert.rejects(Engine.start({ cwd }), {
		message: `the notebook's folder ${cwd} is not there; make the folder again, or open the notebook where it is now, and run the cell again`,
	});
	writeFileSync(cwd, "");
	await assert.rejects(Engine.start({ cwd }), /is a file by now/);
	rmSync(cwd);
	mkdirSync(cwd);
	const notebook = await openNotebook({ cwd });
	rmSync(cwd, { recursive: true });
	assert.equal(resultOf(await notebook.execute("1 + 1")), "2");
	await notebook.execute("process.exit()");
	await assert.rejects(notebook.execute("1"), /folder .* is not there/);
	mkdirSync(cwd);
	assert.equal(resultOf(await notebook.execute("2 + 2")), "4");
});
