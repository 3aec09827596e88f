import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { pythonWith } from "../../test/python.ts";
import { Screen } from "./test-screen.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva-repl-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const path = (relative: string) =>
	fileURLToPath(new URL(relative, import.meta.url));
const COMMAND = [
	process.execPath,
	"--disable-warning=ExperimentalWarning",
	path("../main.ts"),
	"repl",
];

const history = join(folder, "history.jsonl");

/** Says what stands on the screen, when nothing comes any more. */
const PATIENCE_MILLISECONDS = 60_000;

interface WindowOptions {
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: NodeJS.ProcessEnv;
	/** What happens before the first prompt. */
	readonly begin?: (window: Window) => Promise<void>;
}

/** `deepdiva repl` in a real pseudo-terminal. */
class Window {
	readonly screen: Screen;
	/** Everything that was written, as it came. */
	raw = "";
	readonly #process: ChildProcess;
	readonly #changed = new EventEmitter();
	readonly exit: Promise<number>;
	/** Inputs before those of the test that has the window now. */
	#inputsBefore = 0;

	constructor(
		python: string,
		{ columns = 80, rows = 24, env = {} }: WindowOptions,
	) {
		this.screen = new Screen(columns, rows);
		const {
			NO_COLOR: _color,
			// Node takes a terminal under CI for one without colours.
			CI: _ci,
			KITTY_WINDOW_ID: _kitty,
			TMUX: _tmux,
			...inherited
		} = process.env;
		this.#process = spawn(
			python,
			[
				"-B",
				path("./pseudo_terminal.py"),
				String(columns),
				String(rows),
				...COMMAND,
			],
			{
				cwd: folder,
				stdio: ["pipe", "pipe", "inherit"],
				env: {
					...inherited,
					TERM: "xterm-256color",
					TERM_PROGRAM: "",
					COLORTERM: "truecolor",
					DEEPDIVA_HISTORY: history,
					...env,
				},
			},
		);
		this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
			this.raw += text;
			this.screen.write(text);
			this.#changed.emit("changed");
		});
		this.exit = once(this.#process, "close").then(([code]) => code as number);
	}

	#order(order: object): void {
		this.#process.stdin?.write(`${JSON.stringify(order)}\n`);
	}

	type(text: string): void {
		this.#order({ type: text });
	}

	resize(columns: number, rows: number): void {
		this.screen.columns = columns;
		this.screen.rows = rows;
		this.#order({ resize: [columns, rows] });
	}

	/** The window is closed, as by its button. */
	close(): void {
		this.#process.stdin?.end();
	}

	/** What the screen shows; inputs are counted from the test's first, as wide as that. */
	get text(): string {
		return this.screen.text
			.replaceAll(
				/\bIn \[(\d+)\]/g,
				(_, number) => `In [${Number(number) - this.#inputsBefore}]`,
			)
			.replaceAll(/^ +\.\.\.:/gm, "   ...:");
	}

	/** Leaves all that earlier tests typed and saw behind. */
	async clear(): Promise<void> {
		// An empty prompt may be one that Ctrl-C has yet to clear.
		this.type("\u0003!");
		await this.until(() => this.screen.beforeCursor.endsWith("]: !"));
		const number = /\d+/.exec(this.screen.beforeCursor)?.[0];
		this.#inputsBefore = Number(number) - 1;
		this.type("\u007f");
		await this.prompt(1);
		this.screen.forget();
		this.raw = "";
	}

	/** Resolves when the screen shows what is wanted. */
	async until(wanted: RegExp | (() => boolean)): Promise<void> {
		const is = wanted instanceof RegExp ? () => wanted.test(this.text) : wanted;
		const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
		while (!is())
			await once(this.#changed, "changed", { signal }).catch(() => {
				throw new Error(`${wanted} is not on the screen:\n${this.text}`);
			});
	}

	/** Types a line and waits for the next prompt, that of the input `next`. */
	async run(line: string, next: number): Promise<void> {
		this.type(`${line}\r`);
		await this.prompt(next);
	}

	async prompt(number: number): Promise<void> {
		const prompt = `In [${this.#inputsBefore + number}]: `;
		await this.until(() => this.screen.beforeCursor === prompt);
	}
}

/** Tests that share a window: each begins at an empty prompt, with what the ones before have declared. */
function session(options: WindowOptions) {
	let window: Window | undefined;
	const close = async () => {
		const left = window;
		window = undefined;
		left?.close();
		await left?.exit;
	};
	after(close);
	return (promise: string, body: (window: Window) => Promise<void>): void => {
		test(promise, async (context: TestContext) => {
			const python = pythonWith(["pty", "termios"], context);
			if (!python) return;
			try {
				if (window) await window.clear();
				else {
					window = new Window(python, options);
					await options.begin?.(window);
				}
				await window.prompt(1);
				await body(window);
			} catch (error) {
				// Whatever state it is in, the next test gets another.
				await close();
				throw error;
			}
		});
	};
}

const outputs = (window: Window) => window.text.split("\n");

const inSession = session({ rows: 50 });

inSession("what is typed runs, and its value is shown", async (window) => {
	await window.run("const a = 6", 2);
	await window.run("a * 7", 3);
	assert.deepEqual(outputs(window).slice(1), [
		"In [1]: const a = 6",
		"In [2]: a * 7",
		"42",
		"In [3]:",
	]);
	assert.ok(outputs(window)[0]?.startsWith("DeepDIVA "));
});

inSession(
	"a statement that is not whole goes on in the next line, indented; a closing bracket goes back",
	async (window) => {
		await window.run("function twice(x: number) {\rreturn x * 2;\r}", 2);
		await window.run("twice(21)", 3);
		assert.deepEqual(outputs(window), [
			"In [1]: function twice(x: number) {",
			"   ...:   return x * 2;",
			"   ...: }",
			"In [2]: twice(21)",
			"42",
			"In [3]:",
		]);
	},
);

inSession("code is coloured while it is typed", async (window) => {
	window.type("const text = 'x'");
	await window.until(() => window.screen.styleOf("'x'") === "32");
	assert.equal(window.screen.styleOf("const"), "35");
});

inSession(
	"Tab completes, with a list where several fit, and Tab again takes the next",
	async (window) => {
		window.type("Math.flo\t");
		await window.until(() => window.screen.beforeCursor.endsWith("Math.floor"));
		window.type("\u0003Math.as\t");
		await window.until(/asin +asinh/);
		assert.ok(window.screen.beforeCursor.endsWith("Math.asin"));
		window.type("\t\t");
		await window.until(() => window.screen.beforeCursor.endsWith("Math.asinh"));
		await window.run("\r(0)", 2);
		assert.match(window.text, /In \[1\]: Math\.asinh\(0\)\n0\nIn \[2\]:$/);
		window.type("%dd see\t");
		await window.until(() => window.screen.beforeCursor.endsWith("%dd seed"));
	},
);

inSession("Shift-Tab explains what the cursor is at", async (window) => {
	window.type("Math.floor\u001b[Z");
	await window.until(/Math\.floor\(x: number\): number[\s\S]*greatest integer/);
	assert.ok(window.screen.beforeCursor.endsWith("Math.floor"));
	window.type("(2.5)");
	await window.until(() => !window.text.includes("greatest integer"));
});

inSession("Ctrl-C ends a busy loop, and variables stay", async (window) => {
	await window.run("let kept = 1", 2);
	window.type("console.log('begun'); while (true) {}\r");
	await window.until(/^begun$/m);
	window.type("\u0003");
	await window.prompt(3);
	assert.match(window.text, /KeyboardInterrupt/);
	await window.run("kept + 1", 4);
	assert.match(window.text, /^2\nIn \[4\]:$/m);
});

inSession(
	"a cell asks with input() and password(), and Ctrl-C ends the question",
	async (window) => {
		window.type(
			"const [name, word] = [await input('Who?\\nName: '), await password('Word: ')]\r",
		);
		await window.until(() => window.screen.beforeCursor === "Name: ");
		window.type("Adb\u007fa\r");
		await window.until(() => window.screen.beforeCursor === "Word: ");
		window.type("secret\r");
		await window.prompt(2);
		assert.match(window.text, /^Who\?\nName: Ada\nWord:\nIn \[2\]:$/m);
		await window.run("name + word.length", 3);
		assert.match(window.text, /^'Ada6'$/m);
		window.type("await input('Again: ')\r");
		await window.until(() => window.screen.beforeCursor === "Again: ");
		window.type("\u0003");
		await window.prompt(4);
		assert.match(window.text, /KeyboardInterrupt/);
	},
);

inSession("Ctrl-C while nothing runs clears the input", async (window) => {
	window.type("never\u0003");
	await window.until(/never\nIn \[1\]:$/);
	await window.run("1 + 1", 2);
	assert.doesNotMatch(window.text, /ReferenceError/);
});

inSession(
	"the death of the engine is told, while a cell runs and while none does, and the session goes on",
	async (window) => {
		await window.run("process.exit(3)", 2);
		assert.match(window.text, /EngineError: the engine exited with code 3/);
		await window.run("process.pid", 3);
		process.kill(Number(/^\d+$/m.exec(window.text)?.[0]), "SIGKILL");
		await window.until(/The engine ended \(ended by SIGKILL\)/);
		await window.prompt(3);
		await window.run("1 + 1", 4);
		assert.match(window.text, /^2\nIn \[4\]:$/m);
	},
);

inSession(
	"what is printed late appears above the prompt, and what is being typed stays",
	async (window) => {
		await window.run(
			"process.once('SIGUSR2', () => console.log('late')); process.pid",
			2,
		);
		const engine = Number(/^\d+$/m.exec(window.text)?.[0]);
		window.type("1 +");
		await window.until(() => window.screen.beforeCursor.endsWith("1 +"));
		process.kill(engine, "SIGUSR2");
		await window.until(/^late\nIn \[2\]: 1 \+$/m);
		await window.run(" 1", 3);
	},
);

inSession(
	"a paste of several lines is one input, whatever its indent",
	async (window) => {
		window.type(
			"\u001b[200~for (const i of [1, 2]) {\r    console.log(i);\r}\rconsole.log('done')\u001b[201~",
		);
		await window.until(() => window.screen.beforeCursor.endsWith("('done')"));
		assert.match(window.text, /^ {3}\.\.\.: {5}console\.log\(i\);$/m);
		await window.run("", 2);
		assert.match(window.text, /^1\n2\ndone\nIn \[2\]:$/m);
	},
);

inSession(
	"a display that is updated changes in its place, between what was printed before and after",
	async (window) => {
		await window.run(
			"console.log('above'); const place = display('one'); console.log('below'); for (let i = 0; i < 50; i++) await place.update(i)",
			2,
		);
		assert.match(window.text, /^above\n49\nbelow\nIn \[2\]:$/m);
	},
);

inSession(
	"the code under %dd run ends at an empty line; its progress is shown in place, and its run is recorded",
	async (window) => {
		await window.run(
			"%dd run toy lr=0.1\rfor (let step = 1; step < 4; step++) {\rdd.log({ loss: lr / step }, { step });\r}\r",
			2,
		);
		assert.match(window.text, /run \w+ · toy · finished · seed/);
		assert.doesNotMatch(window.text, /toy · started/);
	},
);

const PICTURE =
	"display({ 'image/png': (await import('node:fs')).readFileSync('p.png', 'base64'), 'text/plain': 'two colours' }, { raw: true }); undefined";

async function withPicture(): Promise<void> {
	const { encode } = await import("fast-png");
	const { writeFileSync } = await import("node:fs");
	const data = new Uint8Array(100 * 100 * 3);
	// Red above, blue below.
	for (let at = 0; at < 10_000; at++) data[at * 3 + (at < 5_000 ? 0 : 2)] = 255;
	writeFileSync(
		join(folder, "p.png"),
		encode({ width: 100, height: 100, channels: 3, data }),
	);
}

inSession(
	"a picture is drawn in half blocks of its colours, as wide as the window allows, with its text below",
	async (window) => {
		await withPicture();
		window.resize(41, 50);
		await window.run(PICTURE, 2);
		const rows = outputs(window);
		const blocks = rows.filter((row) => row.includes("▀"));
		assert.equal(blocks.length, 20);
		assert.ok(blocks.every((row) => row === "▀".repeat(40)));
		assert.equal(window.screen.styleOf("▀"), "38;2;255;0;0;48;2;255;0;0");
		assert.match(window.raw, /38;2;0;0;255;48;2;0;0;255m▀/);
		assert.match(window.text, /▀\ntwo colours\nIn \[2\]:$/);
	},
);

inSession(
	"in a narrow window long lines are broken, and can be edited across the break",
	async (window) => {
		window.resize(20, 50);
		await window.until(() => window.screen.beforeCursor === "> ");
		window.type("console.log('abcdefghij')");
		await window.until(() => window.screen.beforeCursor.endsWith("fghij')"));
		// To the beginning, and a letter typed there.
		window.type("\u0001;");
		await window.until(/> ;console\.log\('ab/);
		window.type("\u0005;\r");
		await window.until(/^abcdefghij\n>$/m);
		assert.match(
			window.text,
			/^> ;console\.log\('abc\n {2}defghij'\);\nabcdefghij\n>$/m,
		);
		window.type("Math.c\t");
		await window.until(/cbrt/);
		window.resize(60, 50);
		await window.until(() =>
			/^In \[\d+\]: Math\.c$/.test(window.screen.beforeCursor),
		);
	},
);

inSession(
	"inputs are found again with Up, in the next session too, and by their beginning",
	async (window) => {
		await window.run("const first = 1", 2);
		await window.run("let second = {\ra: 2 }", 3);
		window.type("con\u001b[A");
		await window.until(() => window.screen.beforeCursor.endsWith("first = 1"));
		window.type("\u0003\u001b[A");
		await window.until(() => window.screen.beforeCursor.endsWith("a: 2 }"));
	},
);

inSession(".help lists the keys, .exit leaves", async (window) => {
	window.type(".help\r");
	await window.until(/Shift-Tab +explains/);
	window.type(".hepl\r");
	await window.until(/There is no command \.hepl; did you mean "\.help"\?/);
	window.type(".exit\r");
	assert.equal(await window.exit, 0);
});

const inPlain = session({ env: { NO_COLOR: "1" } });

inPlain(
	"the history is the kernel's file: the next session finds its inputs",
	async (window) => {
		window.type("con\u001b[A");
		await window.until(() => window.screen.beforeCursor.endsWith("first = 1"));
		const lines = readFileSync(history, "utf8");
		assert.match(
			lines,
			/\{"session":\d+,"line":\d+,"input":"const first = 1"\}/,
		);
	},
);

inPlain(
	"with NO_COLOR neither prompt nor code nor errors are coloured",
	async (window) => {
		await window.run("const text = 'x'", 2);
		await window.run("null.x", 3);
		assert.match(window.text, /TypeError/);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin so
		assert.doesNotMatch(window.raw, /\u001b\[[\d;]*m/);
	},
);

inPlain("Ctrl-D leaves", async (window) => {
	window.type("\u0004");
	assert.equal(await window.exit, 0);
});

const inKitty = session({ env: { KITTY_WINDOW_ID: "1", TERM: "xterm-kitty" } });

inKitty("kitty gets pictures by its own protocol", async (window) => {
	await withPicture();
	await window.run(PICTURE, 2);
	const sent = window.screen.strings.find((one) => one.startsWith("\u001b_G"));
	assert.match(sent ?? "", /a=T,f=100,i=\d+,c=10,r=5,C=1,q=2,m=0;/);
	assert.match(window.text, /undefined\n{6}two colours\nIn \[2\]:$/);
});

inKitty("a closed window ends the session and its engine", async (window) => {
	await window.run("process.pid", 2);
	const engine = Number(/^\d+$/m.exec(window.text)?.[0]);
	window.close();
	await window.exit;
	assert.throws(() => process.kill(engine, 0), { code: "ESRCH" });
});

const inSixels = session({
	begin: async (window) => {
		await window.until(() => window.screen.strings.includes("\u001b[c"));
		window.type("\u001b[6;20;10t\u001b[?62;4;22c");
	},
});

inSixels("a terminal that says it knows sixels gets them", async (window) => {
	await withPicture();
	await window.run(PICTURE, 2);
	const sent = window.screen.strings.find((one) => one.startsWith("\u001bP"));
	assert.ok(
		sent?.startsWith('\u001bPq"1;1;100;100#0;2;100;0;0#1;2;0;0;100#0!100~-'),
	);
});
