/** `deepdiva/kernel` as a program imports it: from the built package, by its name. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import {
	type CreateSessionOptions,
	createSession,
	InputRefused,
	type NotebookSession,
	type Output,
} from "deepdiva/kernel";
import { temporaryFolder } from "../../base/test-folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A session in a folder of its own; it ends with the tests of the file. */
async function open(
	options: CreateSessionOptions = {},
): Promise<NotebookSession> {
	const session = await createSession({
		cwd: temporaryFolder(),
		types: "off",
		...options,
	});
	after(() => session.close());
	return session;
}

/** What is printed from now on, in one text. */
function printed(session: NotebookSession): () => string {
	let text = "";
	session.on("output", ({ output }) => {
		if (output.type === "stream") text += output.text;
	});
	return () => text;
}

const textOf = ({ result }: { result?: unknown }) =>
	(result as Record<string, unknown> | undefined)?.["text/plain"];

describe("the kernel as a library", () => {
	const readme = readFileSync(join(root, "kernel/README.md"), "utf8");
	const [, example = ""] =
		/^## As a library$[\s\S]*?^```ts\n([\s\S]*?)^```/m.exec(readme) ?? [];

	test("the example of its page runs where the package is installed, and prints what it says", async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, "node_modules"));
		symlinkSync(root, join(folder, "node_modules", "deepdiva"));
		writeFileSync(join(folder, "example.mjs"), example);
		const { stdout } = await promisify(execFile)(
			process.execPath,
			["example.mjs"],
			{ cwd: folder },
		);
		const [, promised] = /^\/\/ prints: (.*)$/m.exec(example) ?? [];
		assert.equal(stdout.trimEnd().split("\n").join(", "), promised);
	});

	test("the example in the editor is that of the page", () => {
		const source = readFileSync(join(root, "kernel/index.ts"), "utf8");
		const [, comment = ""] =
			/^ \* @example\n([\s\S]*?)^ \* @throws/m.exec(source) ?? [];
		const shown = comment.replaceAll(/^ \* ?/gm, "").trim();
		assert.equal(shown, example.trim());
	});
});

describe("a session", () => {
	/** Of tests that need no fresh one. */
	let common: NotebookSession;
	const cwd = temporaryFolder();
	before(async () => {
		common = await createSession({ cwd, types: "off" });
	});
	after(() => common.close());

	test("runs cells in order, and a cell sees what earlier ones declared", async () => {
		const text = printed(common);
		const first = await common.execute('let a = 20; console.log("printed")');
		assert.deepEqual([first.status, first.result], ["ok", undefined]);
		const second = await common.execute("a += 1; a * 2");
		assert.equal(textOf(second), "42");
		assert.equal(text(), "printed\n");
	});

	test("names the cell of every output, also of those that come late", async () => {
		const session = await open();
		const seen: [string, string][] = [];
		const late = new Promise<void>((resolve) =>
			session.on("output", ({ cell, output }) => {
				if (output.type !== "stream") return;
				seen.push([cell, output.text]);
				if (output.text === "late\n") resolve();
			}),
		);
		await session.execute('setTimeout(() => console.log("late"), 20); 1', {
			cell: "mine",
		});
		await session.execute('console.log("next")');
		await late;
		assert.deepEqual(
			seen.toSorted(([, a], [, b]) => (a < b ? -1 : 1)),
			[
				["mine", "late\n"],
				["cell-2", "next\n"],
			],
		);
	});

	test("answers an error of a cell with its name, message and line, and shows it", async () => {
		const session = await open();
		const outputs: Output[] = [];
		session.on("output", ({ output }) => outputs.push(output));
		const reply = await session.execute("\nnull.x");
		assert.ok(reply.status === "error");
		assert.equal(reply.ename, "TypeError");
		assert.match(reply.traceback.join("\n"), /In \[1\], line 2, column 6/);
		assert.deepEqual(
			outputs.map(({ type }) => type),
			["error"],
		);
		assert.equal(textOf(await session.execute("1 + 1")), "2");
	});

	test("interrupts a busy loop, and the variables stay", async () => {
		const going = new Promise((resolve) => common.once("output", resolve));
		const running = common.execute(
			'let kept = 5; console.log("go"); for (;;);',
		);
		await going;
		common.interrupt();
		const reply = await running;
		assert.ok(reply.status === "error");
		assert.equal(reply.ename, "KeyboardInterrupt");
		assert.equal(textOf(await common.execute("kept")), "5");
		common.interrupt();
		assert.equal(textOf(await common.execute("kept + 1")), "6");
	});

	test("interrupts a cell whose signal is aborted, before or while it runs", async () => {
		const before = await common.execute("for (;;);", {
			signal: AbortSignal.abort(),
		});
		assert.ok(before.status === "error");
		assert.equal(before.ename, "KeyboardInterrupt");
		const abort = new AbortController();
		common.once("output", () => abort.abort());
		const during = await common.execute("console.log(1); for (;;);", abort);
		assert.ok(during.status === "error");
		assert.equal(during.ename, "KeyboardInterrupt");
	});

	test("completes, explains, and knows a whole cell from the start of one", async () => {
		await common.execute(
			"/** Adds. */\nfunction addAll(a: number, b: number) { return a + b }",
		);
		const { matches, start, end } = await common.complete("1 + addA");
		assert.deepEqual([matches, start, end], [["addAll"], 4, 8]);
		assert.ok((await common.complete("%dd mul")).matches.includes("multirun"));
		const { found, data } = await common.inspect("addAll(1, 2)", 3);
		assert.ok(found);
		assert.match(
			String(data["text/plain"]),
			/function addAll\(a: number, b: number\): number\n\nAdds\./,
		);
		assert.deepEqual(
			["1 + 1", "if (true) {", "1 +* 1"].map(
				(code) => common.isComplete(code).status,
			),
			["complete", "incomplete", "invalid"],
		);
	});

	test("tells what TypeScript finds wrong, as an event and above the output", async () => {
		const session = await open({ types: "report" });
		const text = printed(session);
		const found: unknown[] = [];
		session.on("types", ({ cell, diagnostics }) =>
			found.push([cell, diagnostics.map(({ code, line }) => [code, line])]),
		);
		await session.execute('const n: number = "three"; console.log(n)');
		await session.execute("console.log(1)");
		assert.deepEqual(found, [["cell-1", [[2322, 1]]]]);
		assert.match(
			stripVTControlCharacters(text()),
			/^TS2322: [\s\S]*three\n1\n$/,
		);
	});

	test("does not run a cell with type errors where types are strict", async () => {
		const session = await open({ types: "strict" });
		const text = printed(session);
		const reply = await session.execute(
			'console.log("ran"); const n: number = "three"',
		);
		assert.ok(reply.status === "error");
		assert.equal(reply.ename, "TypeCheckError");
		assert.equal(text(), "");
	});

	test("asks its host what a cell asks, and refuses where there is none", async () => {
		const asked: unknown[] = [];
		const session = await open({
			input: ({ prompt, password, parent }) => {
				asked.push([prompt, password, parent]);
				if (password) throw new InputRefused("no passwords here");
				return "Ada";
			},
		});
		const name = await session.execute('"hi " + await input("name? ")');
		assert.equal(textOf(name), "'hi Ada'");
		assert.equal(textOf(await session.execute('prompt("again?")')), "'Ada'");
		const refused = await session.execute('await password("secret? ")');
		assert.ok(refused.status === "error");
		assert.match(refused.evalue, /no passwords here/);
		assert.deepEqual(asked, [
			["name? ", false, "cell-1"],
			["again?", false, "cell-2"],
			["secret? ", true, "cell-3"],
		]);
		const alone = await (await open()).execute('await input("name? ")');
		assert.ok(alone.status === "error");
		assert.match(alone.evalue, /nobody to ask/);
	});

	test("refuses a question whose answer is no text, or that its host fails to answer, whatever it throws", async () => {
		const answers: (() => unknown)[] = [
			() => undefined,
			() => 5,
			() => {
				throw undefined;
			},
			() => {
				throw "no line";
			},
			() => "Ada",
		];
		const session = await open({
			input: () => answers.shift()?.() as string,
		});
		for (const message of [
			/option input resolves to a text, not undefined/,
			/option input resolves to a text, not 5/,
			/undefined/,
			/no line/,
		]) {
			const refused = await session.execute('await input("name? ")');
			assert.ok(refused.status === "error");
			assert.equal(refused.ename, "InputRefused");
			assert.match(refused.evalue, message);
		}
		assert.equal(textOf(await session.execute('prompt("name? ")')), "'Ada'");
	});

	test("draws the same numbers under the same seed, a number or its text", async () => {
		const drawn = await Promise.all(
			[42, "42", 7].map(async (seed) => {
				const session = await open({ seed });
				return textOf(await session.execute("Math.random()"));
			}),
		);
		assert.equal(drawn[0], drawn[1]);
		assert.notEqual(drawn[0], drawn[2]);
	});

	test("gives parameters and environment to the cells, and starts in its folder", async () => {
		const cwd = temporaryFolder();
		const session = await open({
			cwd,
			params: { lr: 0.5 },
			env: { DEEPDIVA_TEST_WORD: "told" },
		});
		const text = printed(session);
		await session.execute("%dd run mine lr=0.1\nconsole.log('lr', lr)");
		assert.match(text(), /^lr 0\.5$/m);
		assert.equal(
			textOf(await session.execute("process.env.DEEPDIVA_TEST_WORD")),
			"'told'",
		);
		assert.equal(textOf(await session.execute("process.cwd()")), `'${cwd}'`);
	});

	test("carries messages of widgets both ways", async () => {
		const sent: unknown[] = [];
		common.on("comm", ({ message }) =>
			sent.push([message.type, message.comm_id, message.data]),
		);
		await common.execute(`
			jupyter.registerCommTarget("echo", (comm) => {
				comm.onMessage(({ data }) => comm.send({ twice: data.n * 2 }));
			});`);
		const fields = { comm_id: "c", metadata: {}, buffers: [] };
		await common.comm("m1", {
			type: "comm_open",
			target_name: "echo",
			data: {},
			...fields,
		});
		await common.comm("m2", { type: "comm_msg", data: { n: 21 }, ...fields });
		assert.deepEqual(sent, [["comm_msg", "c", { twice: 42 }]]);
	});

	test("goes on in a new process when a cell ends its own, and says that variables are lost", async () => {
		const session = await open();
		const restarts: { message: string; running: boolean }[] = [];
		session.on("restart", (event) => restarts.push(event));
		await session.execute("let gone = 1");
		const reply = await session.execute("process.exit(3)");
		assert.ok(reply.status === "error");
		assert.match(reply.evalue, /exited with code 3.*run those cells again/);
		assert.deepEqual(
			restarts.map(({ running }) => running),
			[true],
		);
		assert.match(restarts[0]?.message ?? "", /variables are lost/);
		assert.equal(textOf(await session.execute("typeof gone")), "'undefined'");
	});

	test("keeps what it has defined from another session of the same process", async () => {
		const [one, other] = [await open(), await open()];
		await one.execute('dd.magic("greet", { summary: "Greets." }, () => "hi");');
		await other.execute("1");
		const matches = async (session: NotebookSession) =>
			(await session.complete("%gre")).matches;
		assert.deepEqual(await matches(other), []);
		assert.deepEqual(await matches(one), ["%greet"]);
		await other.execute("process.exit()");
		assert.deepEqual(await matches(one), ["%greet"]);
	});

	test("refuses a second cell of a name that runs", async () => {
		const first = common.execute(
			"await new Promise(() => setTimeout(() => {}, 600_000))",
			{
				cell: "twin",
			},
		);
		await assert.rejects(common.execute("1", { cell: "twin" }), {
			name: "UsageError",
			message: /a cell "twin" is running/,
		});
		common.interrupt();
		await first;
		assert.equal(textOf(await common.execute("1", { cell: "twin" })), "1");
	});
});

describe("a session that was closed", () => {
	test("ends what runs, and closing twice is as good as once", async () => {
		const session = await open();
		const going = new Promise((resolve) => session.once("output", resolve));
		const running = session.execute('console.log("go"); for (;;);');
		await going;
		await Promise.all([session.close(), session.close()]);
		await session.close();
		const reply = await running;
		assert.ok(reply.status === "error");
		assert.match(reply.evalue, /shut down/);
	});

	test("does not begin a cell whose types are still checked", async () => {
		const session = await open({ types: "strict" });
		const waiting = session.execute("const n: number = 1; n");
		await session.close();
		await assert.rejects(waiting, { name: "SessionClosed" });
	});

	test("refuses every use with a sentence that says what to do", async () => {
		const session = await open();
		await session.close();
		const message = {
			type: "comm_msg",
			comm_id: "c",
			data: {},
			metadata: {},
			buffers: [],
		} as const;
		for (const use of [
			() => session.execute("1"),
			() => session.complete("Mat"),
			() => session.inspect("Math"),
			() => session.comm("m", message),
			() => session.ready(),
		])
			await assert.rejects(use, {
				name: "SessionClosed",
				message: /was closed.*createSession\(\)/,
			});
		session.interrupt();
		assert.equal(session.isRunning, false);
	});

	test("is closed at the end of the block that uses it", async () => {
		let outside: NotebookSession;
		{
			await using session = await open();
			outside = session;
			assert.equal(textOf(await session.execute("1")), "1");
		}
		await assert.rejects(outside.execute("1"), { name: "SessionClosed" });
	});
});

describe("what is wrong with a call is said with what to give instead", () => {
	const file = join(temporaryFolder(), "a-file");
	writeFileSync(file, "");
	for (const [options, message] of [
		[{ sed: 42 }, /no option "sed".*seed/],
		[{ seed: {} }, /option seed is a text or a number, not/],
		[{ seed: Number.NaN }, /option seed is a text or a number, not NaN/],
		[{ seed: "" }, /"" is not a seed; give an integer/],
		[{ seed: "4\n2" }, /is not a seed; give an integer/],
		[{ cwd: "" }, /option cwd is the path of a folder, not ""/],
		[{ cwd: 3 }, /option cwd is the path of a folder, not 3/],
		[{ cwd: "/no/such/folder" }, /cwd \/no\/such\/folder is no folder/],
		[{ cwd: file }, /a-file is no folder/],
		[
			{ types: "loose" },
			/option types is "report" or "strict" or "off", not "loose"/,
		],
		[{ types: null }, /option types is .*, not null/],
		[{ params: { lr: [1] } }, /option params is an object of texts, numbers/],
		[{ params: [] }, /option params is an object/],
		[{ env: { A: 1 } }, /option env is an object of texts/],
		[{ input: "Ada" }, /option input is a function .*, not "Ada"/],
		["here", /takes an object of options/],
		[null, /takes an object of options/],
	] as const)
		test(`createSession(${JSON.stringify(options)})`, async () => {
			await assert.rejects(createSession(options as CreateSessionOptions), {
				name: "UsageError",
				message,
			});
		});

	test("a folder that may not be started in is named by whoever cannot start there", async () => {
		await assert.rejects(
			createSession({
				cwd: temporaryFolder(),
				env: { NODE_OPTIONS: "--require ./missing.cjs" },
			}),
			/the engine did not start: exited with code 1[\s\S]*missing\.cjs/,
		);
	});

	test("code that is no text, and offsets outside of it", async () => {
		const session = await open();
		const code = 5 as unknown as string;
		for (const [use, message] of [
			[() => session.execute(code), /execute takes code as a text, not number/],
			[() => session.complete(code), /complete takes code as a text/],
			[() => session.complete("abc", 4), /0 to 3 here, not 4/],
			[() => session.inspect("abc", -1), /0 to 3 here, not -1/],
			[() => session.inspect("abc", 1.5), /0 to 3 here, not 1\.5/],
		] as const)
			await assert.rejects(use, { name: "UsageError", message });
		assert.equal(textOf(await session.execute("1")), "1");
	});
});
