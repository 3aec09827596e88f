import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { writeFiles } from "../../../base/test-folder.ts";
import type { Output } from "../../protocol/requests.ts";
import { openNotebook, resultOf, textOf } from "../test-notebook.ts";

const notebook = await openNotebook();
writeFiles(notebook.folder, {
	"print.sh": 'printf "%s\\n" "$1"; printf "%s\\n" "$2" >&2',
});
const { execute } = notebook;

/** Outputs in their order, neighbouring texts of one stream joined. */
function sequence(outputs: readonly Output[]): string[] {
	const seen: string[] = [];
	let last = "";
	for (const output of outputs) {
		const name = output.type === "stream" ? output.name : output.type;
		const text =
			output.type === "stream"
				? output.text
				: "data" in output
					? String(output.data["text/plain"])
					: "";
		if (output.type === "stream" && name === last)
			seen[seen.length - 1] += text;
		else seen.push(`${name}: ${text}`);
		last = name;
	}
	return seen;
}

test("20,000 prints arrive whole and in order", async () => {
	const cell = await execute("for (let i = 0; i < 20_000; i++) console.log(i)");
	assert.equal(
		textOf(cell),
		Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(""),
	);
});

test("ten megabytes in one print arrive whole", async () => {
	const cell = await execute(
		'process.stdout.write("😀ab".repeat(1_250_000) + "end"); 1',
	);
	const text = textOf(cell);
	assert.equal(text.length, 5_000_003);
	assert.ok(text === `${"😀ab".repeat(1_250_000)}end`);
	assert.equal(resultOf(cell), "1");
});

test("what programs print lies between what the cell prints, line by line", async () => {
	const cell = await execute(`
		import { spawnSync } from "node:child_process";
		for (let i = 0; i < 5; i++) {
			console.log("log", i);
			spawnSync("sh", ["print.sh", "child " + i, "child error " + i], { stdio: "inherit" });
			console.error("error", i);
			process.stdout.write("write " + i + "\\n");
		}`);
	const times = [0, 1, 2, 3, 4];
	assert.equal(
		textOf(cell),
		times.map((i) => `log ${i}\nchild ${i}\nwrite ${i}\n`).join(""),
	);
	const errors = textOf(cell, "stderr");
	assert.deepEqual(
		errors.match(/(?<!child )error \d/g),
		times.map((i) => `error ${i}`),
	);
	assert.deepEqual(
		errors.match(/child error \d/g),
		times.map((i) => `child error ${i}`),
	);
});

test("of what many programs and the cell print at once nothing is lost", async () => {
	const cell = await execute(`
		const { spawn } = require("node:child_process");
		const children = [1, 2, 3].map((n) => spawn("sh", ["-c", "for i in $(seq 300); do echo child" + n + "; done"], { stdio: "inherit" }));
		const ended = Promise.all(children.map((child) => new Promise((done) => child.on("exit", done))));
		for (let i = 0; i < 300; i++) { console.error("x".repeat(5000)); await new Promise((done) => setImmediate(done)); }
		await ended;`);
	const text = textOf(cell) + textOf(cell, "stderr");
	assert.equal(text.match(/x/g)?.length, 1_500_000);
	assert.equal(text.match(/child\d/g)?.length, 900);
	assert.ok(!text.includes("\u001e"));
});

test("the streams keep their order among each other, and displays their place", async () => {
	const cell = await execute(`
		console.log("a"); console.error("b"); console.log("c");
		display(1); process.stderr.write("d"); clearOutput({ wait: true });
		console.info("e"); console.warn("f"); 2`);
	assert.deepEqual(sequence(cell.outputs), [
		"stdout: a\n",
		"stderr: b\n",
		"stdout: c\n",
		"display_data: 1",
		"stderr: d",
		"clear_output: ",
		"stdout: e\n",
		"stderr: f\n",
		"execute_result: 2",
	]);
});

test("what a cell's timers print later belongs to that cell", async () => {
	const printed = notebook.printed(/late error/);
	const first = await execute(
		'setTimeout(async () => { console.log("late"); await null; display("late display"); console.error("late error") }, 10); console.log("now")',
	);
	const second = await execute(
		'for (let i = 0; i < 20; i++) { console.log("second"); await new Promise((done) => setTimeout(done, 2)) }',
	);
	await printed;
	assert.deepEqual(sequence(first.outputs), [
		"stdout: now\nlate\n",
		"display_data: 'late display'",
		"stderr: late error\n",
	]);
	assert.equal(textOf(second), "second\n".repeat(20));
});

suite("anything can be printed:", () => {
	for (const [name, code, expected] of [
		[
			"control characters, the marks' own among them",
			String.raw`process.stdout.write("\u001e\u0000\u001b[31m\u001e1234c1o\u001e\r\u0007")`,
			"\u001e\u0000\u001b[31m\u001e1234c1o\u001e\r\u0007",
		],
		[
			"a character in pieces",
			'for (const byte of Buffer.from("ä😀")) process.stdout.write(Buffer.from([byte]))',
			"ä😀",
		],
		["bytes", "process.stdout.write(new Uint8Array([104, 105]))", "hi"],
		[
			"other encodings",
			'process.stdout.write("6869", "hex"); process.stdout.write("IQ==", "base64")',
			"hi!",
		],
		["nothing", 'process.stdout.write(""); console.log()', "\n"],
		[
			"tables and groups",
			'console.group("g"); console.log("in"); console.groupEnd(); console.log("out %d %o", 5, "s")',
			"g\n  in\nout 5 's'\n",
		],
		[
			"a stream",
			'await require("node:stream/promises").pipeline(["one", "two"], process.stdout); process.stdout.end("three"); process.stdout.write("four")',
			"onetwothreefour",
		],
		[
			"with a callback",
			'await new Promise((done) => process.stdout.write("called", done)); await new Promise((done) => process.stdout.write("back", "utf8", done))',
			"calledback",
		],
		[
			"by Console objects of one's own",
			'new console.Console(process.stdout).log("own")',
			"own\n",
		],
		["by descriptor", 'require("node:fs").writeSync(1, "by fd")', "by fd"],
	] as const)
		test(name, async () => {
			assert.equal(textOf(await execute(code)), expected);
		});
});

test("a native program's late output belongs to the cell that runs", async () => {
	await execute(
		'const slow = require("node:child_process").spawn("sh", ["-c", "read line; echo late native"], { stdio: ["pipe", "inherit", "inherit"] }); 1',
	);
	const cell = await execute(
		'slow.stdin.end("go\\n"); await new Promise((done) => slow.on("close", done))',
	);
	assert.equal(textOf(cell), "late native\n");
});

test("a program that closes or floods the pipe does not stop the cell's prints", async () => {
	const cell = await execute(`
		const child = require("node:child_process").spawn("sh", ["-c", "seq 20000"], { stdio: "inherit" });
		await new Promise((done) => child.on("exit", done));
		console.log("after");`);
	assert.ok(textOf(cell).startsWith("1\n2\n"));
	assert.ok(textOf(cell).endsWith("\n20000\nafter\n"));
});

test("input ends at once", async () => {
	const cell = await execute(
		'let input = ""; for await (const chunk of process.stdin) input += chunk; input.length',
	);
	assert.equal(resultOf(cell), "0");
});
