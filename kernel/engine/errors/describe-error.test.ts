import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { UsageError } from "../../../base/errors.ts";
import { writeFiles } from "../../../base/test-folder.ts";
import {
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
	withoutColours,
} from "../test-notebook.ts";
import { describeError } from "./describe-error.ts";

const notebook = await openNotebook();
writeFiles(notebook.folder, {
	"boom.ts": `export enum Kind { A }

interface Unused {
	a: number;
}

export function boom(): never {
	throw new RangeError("inside");
}

export async function later(): Promise<void> {
	await null;
	boom();
}
`,
	"broken.ts": "// fine\nconst x = ;\n",
	"throws.mjs": "\n\nthrow new Error('while loading');\n",
});

/** The traceback, without its execution counts and the folder. */
async function failure(code: string): Promise<string> {
	const cell = await notebook.execute(code);
	return tracebackOf(cell)
		.replaceAll(/In \[\d+\]/g, "In [n]")
		.replaceAll(notebook.folder, "");
}

suite("an error names the user's own line", () => {
	for (const [name, code, places] of [
		[
			"in a plain cell",
			'const a = 1;\n\nthrow new Error("x")',
			["In [n], line 3, column 7"],
		],
		[
			"after types were stripped",
			"interface A {\n\ta: number;\n}\nconst b: A = { a: 1 };\n(b as any).c.d",
			["In [n], line 5, column 14"],
		],
		[
			"indented with tabs",
			'if (true) {\n\t\tthrow new Error("x")\n}',
			["In [n], line 2, column 9"],
		],
		[
			"after an await",
			'const c = await 1;\nawait null;\n  throw new Error("x")',
			["In [n], line 3, column 9"],
		],
		[
			"within an await",
			"const d =\n  await Promise.all([1, 2].map(async (v) => {\n    await null;\n    v.no.thing;\n  }))",
			["In [n], line 4, column 10", "In [n], line 2, column 3"],
		],
		[
			"in a function that was moved up",
			`f(1);\n\nfunction f(x: number): void {\n\tthrow new Error(\`\${x}\`);\n}`,
			["at f (In [n], line 4, column 8)", "In [n], line 1, column 1"],
		],
		[
			"in asynchronous functions, with who called them",
			'async function inner() {\n  await null;\n  throw new Error("x");\n}\nconst outer = async () => {\n  await inner();\n};\nawait outer();',
			[
				"at inner (In [n], line 3, column 9)",
				"at outer (In [n], line 6, column 3)",
				"In [n], line 8, column 1",
			],
		],
		[
			"below imports",
			'import { sep } from "node:path";\nconst p = sep;\np.no.thing',
			["In [n], line 3, column 6"],
		],
		[
			"below magics",
			'%dd seed 1\nconst m = 1;\nthrow new Error("x")',
			["In [n], line 3, column 7"],
		],
		[
			"in a method",
			'class C {\n\tstatic s() {\n\t\tthrow new Error("x");\n\t}\n}\nC.s()',
			["s (In [n], line 3, column 9)", "In [n], line 6, column 3"],
		],
		[
			"in a callback of a built-in",
			'[1].map(\n  function named() { throw new Error("x") })',
			["at named (In [n], line 2, column 28)", "In [n], line 1, column 5"],
		],
		[
			"when JSON does not parse",
			'const j = "{";\nJSON.parse(j)',
			["In [n], line 2, column 6"],
		],
		[
			"in a local TypeScript module",
			'import { boom } from "./boom.ts";\nboom()',
			["at boom (/boom.ts:8:8)", "In [n], line 2, column 1"],
		],
		[
			"in a local module after an await",
			'import { later } from "./boom.ts";\nawait later()',
			[
				"at boom (/boom.ts:8:8)",
				"at later (/boom.ts:13:2)",
				"In [n], line 2, column 1",
			],
		],
		[
			"in a module while it loads",
			'import "./throws.mjs"',
			["(/throws.mjs:3:7)", "In [n], line 1, column 1"],
		],
		[
			"in a module that does not parse",
			'import "./broken.ts"',
			["/broken.ts:2:11", "In [n], line 1, column 1"],
		],
		[
			"when a module is missing",
			'1;\nimport "./missing.ts"',
			["In [n], line 2, column 1"],
		],
		[
			"when a name is not exported",
			'1;\nimport { none } from "./boom.ts"; none',
			["In [n], line 2, column 1"],
		],
	] as const)
		test(name, async () => {
			const frames = (await failure(code))
				.split("\n")
				.filter((line) => line.startsWith("  at "));
			assert.equal(frames.length, places.length, frames.join("\n"));
			for (const [i, place] of places.entries())
				assert.ok(frames[i]?.includes(place), `${frames[i]}: ${place}`);
		});
});

test("an error shows its line with a mark under the column", async () => {
	assert.equal(
		await failure("const a = 1;\n\tconst b = a.b.c;"),
		`TypeError: Cannot read properties of undefined (reading 'c')
  at In [n], line 2, column 16
    2 │   const b = a.b.c;
      │                 ^`,
	);
});

test("a line from an earlier cell is told by that cell's number", async () => {
	await notebook.execute("\nfunction fails() { throw new Error() }", {
		executionCount: 70,
	});
	const cell = await notebook.execute("fails()", { executionCount: 71 });
	assert.match(
		tracebackOf(cell),
		/at fails \(In \[70\], line 2, column 26\)[\s\S]*at In \[71\], line 1, column 1/,
	);
});

test("a syntax error shows its line", async () => {
	assert.equal(
		await failure("const a = 1;\nlet b = (;"),
		"SyntaxError: Unexpected token\n  at In [n], line 2, column 10\n    2 │ let b = (;\n      │          ^",
	);
});

test("causes and the errors within an AggregateError are shown", async () => {
	const text = await failure(
		'const one = new Error("one", { cause: new TypeError("because") });\nthrow new AggregateError([one, "two"], "both")',
	);
	assert.match(
		text,
		/^AggregateError: both[\s\S]*which holds:\nError: one[\s\S]*caused by:\nTypeError: because[\s\S]*which holds:\nUncaught 'two'/,
	);
});

suite("an error's own properties are shown, as Node shows them:", () => {
	for (const [code, shown] of [
		[
			'require("node:fs").readFileSync("none")',
			/\n {2}\{ errno: -2, code: 'ENOENT', syscall: 'open', path: 'none' \}$/,
		],
		[
			'throw Object.assign(new Error("m"), { status: 404, body: { a: { b: 1n } } })',
			/\n {2}\{ status: 404, body: \{ a: \[Object\] \} \}$/,
		],
		[
			'throw new Error("m", { cause: Object.assign(new Error("n"), { code: "C" }) })',
			/caused by:\nError: n[\s\S]*\n {2}\{ code: 'C' \}$/,
		],
		[
			'throw new AggregateError([Object.assign(new Error("n"), { code: "C" })])',
			/which holds:\nError: n[\s\S]*\n {2}\{ code: 'C' \}$/,
		],
		[
			'throw Object.defineProperty(new Error("m"), "late", { get() { throw 1 }, enumerable: true })',
			/\n {2}\{ late: \[Getter\] \}$/,
		],
		[
			'throw Object.assign(new Error("m"), Object.fromEntries(Array.from({ length: 500 }, (_, i) => ["k" + i, i])))',
			/k37: 37,\n[^\n]*\n {2}…$/,
		],
	] as const)
		test(code, async () => {
			assert.match(await failure(code), shown);
		});

	test("in what is told of a promise that nobody awaits, too", async () => {
		const cell = await notebook.execute(
			'Promise.reject(Object.assign(new Error("m"), { code: "C" })); 1',
		);
		assert.match(textOf(cell, "stderr"), /\{ code: 'C' \}\n$/);
	});

	test("but an error that says what to do has its sentence only", async () => {
		const error = Object.assign(new UsageError("do this"), { why: 1 });
		assert.deepEqual(describeError(error, notebook.folder).traceback.length, 2);
		assert.doesNotMatch(await failure('import "not-there"'), /\{/);
		assert.doesNotMatch(await failure("%dd not-there"), /\{/);
	});
});

test("an error that holds itself many times over ends somewhere", async () => {
	const text = await failure(
		"const e: any = new Error('loop'); e.errors = Array(10).fill(e); e.cause = e; throw e",
	);
	assert.match(text, /^Error: loop\n[\s\S]*… and \d+ more errors/);
	assert.ok(text.split("Error: loop").length < 40);
});

test("a cause that is its own cause ends somewhere", async () => {
	assert.match(
		await failure("const e = new Error('loop'); e.cause = e; throw e"),
		/^Error: loop/,
	);
});

test("a deep recursion shows few frames", async () => {
	const lines = (await failure("function down() { down() } down()")).split(
		"\n",
	);
	assert.match(lines[0] ?? "", /^RangeError: Maximum call stack/);
	assert.ok(lines.length < 20);
	assert.match(lines.at(-1) ?? "", /… and \d+ more/);
});

suite("anything can be thrown:", () => {
	for (const [code, expected] of [
		['throw "text"', "Uncaught: text"],
		["throw null", "Uncaught: null"],
		["throw undefined", "Uncaught: undefined"],
		["throw { a: 1 }", "Uncaught: { a: 1 }"],
		["throw Symbol('s')", "Uncaught: Symbol(s)"],
		["await Promise.reject(5)", "Uncaught: 5"],
		['throw new (class Own extends Error { name = "Own" })("m")', "Own: m"],
		['throw new DOMException("m", "AbortError")', "AbortError: m"],
		["throw Object.freeze(new Error('frozen'))", "Error: frozen"],
		["throw Object.create(null)", "Uncaught: [Object: null prototype] {}"],
		[
			"throw new Proxy({}, { get() { throw new Error('trap') } })",
			"Uncaught: {}",
		],
		["throw Object.assign(new Error('m'), { stack: 5, name: 7 })", "7: m"],
		["throw { message: 1, stack: 2, name: 3 }", "3: 1"],
		[
			"Error.prepareStackTrace = () => 5; throw new Error('prepared')",
			"Error: prepared",
		],
		["Error.prepareStackTrace = undefined", ""],
	] as const)
		test(code, async () => {
			assert.equal(resultOf(await notebook.execute(code)), expected);
		});
});

suite("what fails after its cell ended is told in that cell's stderr:", () => {
	for (const [name, code] of [
		["a timer", 'setTimeout(() => { throw new Error("late") }, 5); 1'],
		[
			"an asynchronous timer",
			'setTimeout(async () => { await null; throw new Error("late") }, 5); 1',
		],
		[
			"a promise nobody awaits",
			'new Promise((_, no) => setTimeout(no, 5, new Error("late"))); 1\n;1',
		],
		["a tick", 'process.nextTick(() => { throw new Error("late") }); 1'],
		[
			"a promise chain",
			'require("node:fs/promises").readFile("boom.ts").then(() => { throw new Error("late") }); 1',
		],
	] as const)
		test(name, async () => {
			const printed = notebook.printed(/late/);
			const code2 =
				name.includes("chain") || name.includes("nobody") ? `${code}; 2` : code;
			const cell = await notebook.execute(code2);
			assert.equal(cell.reply.status, "ok");
			const other = await notebook.execute("await 1");
			await printed;
			assert.match(
				withoutColours(textOf(cell, "stderr")),
				/^Error: late\n {2}at (?:.* \()?In \[\d+\], line 1/,
			);
			assert.equal(textOf(other, "stderr"), "");
		});

	test("a promise that fails while the cell runs is told before it ends", async () => {
		const cell = await notebook.execute(
			'Promise.reject(new Error("early")); 1',
		);
		assert.equal(cell.reply.status, "ok");
		assert.match(withoutColours(textOf(cell, "stderr")), /^Error: early/);
	});

	test("a promise that is the cell's result is told once, as the cell's error", async () => {
		for (const code of [
			"Promise.reject(new Error('result'))",
			"(async () => { throw new Error('result') })()",
			"(async () => { await null; throw new Error('result') })()",
			"new (class extends Promise {})((_, no) => no(new Error('result')))",
		]) {
			const cell = await notebook.execute(code);
			assert.equal(resultOf(cell), "Error: result", code);
			await notebook.execute(
				"await new Promise((done) => setTimeout(done, 5))",
			);
			assert.equal(textOf(cell, "stderr"), "", code);
		}
	});

	test("a promise whose failure the cell handles is not told", async () => {
		const cell = await notebook.execute(
			"for (const wait of [() => null, () => new Promise((done) => setTimeout(done, 1))])\n" +
				'\ttry { await (async () => { await wait(); throw new Error("caught") })() } catch {}\n' +
				'await import("./throws.mjs").catch(() => 0);\nthrow new Error("told once")',
		);
		assert.equal(textOf(cell, "stderr"), "");
		assert.equal(resultOf(cell), "Error: told once");
	});
});

test("a value that is given to a name without a declaration says how to declare it", async () => {
	const notebook = await openNotebook();
	for (const code of [
		"x = 5",
		"  x += 1",
		"[x, other] = [1, 2]",
		"for (x of [1]) x",
		"x++",
		"if (true) { ({ a: x } = { a: 1 }) }",
		"%who\nx = 5",
	])
		assert.match(
			resultOf(await notebook.execute(code)),
			/^ReferenceError: \w+ is not defined; declare it where it is first given a value: let \w+ = …$/,
			code,
		);
	assert.equal(
		resultOf(await notebook.execute("const y = x; const f = () => (y)")),
		"ReferenceError: x is not defined",
	);
	assert.match(
		resultOf(await notebook.execute("await Deno.readTextFile('a')")),
		/^ReferenceError: Deno is not defined; this kernel runs on Node/,
	);
	assert.match(
		resultOf(await notebook.execute("console?")),
		/^SyntaxError: .*Shift-Tab/,
	);
	assert.match(
		resultOf(await notebook.execute("display.html('<b>')")),
		/^TypeError: display.html is not a function; .*"text\/html"/,
	);
});

test("what stands in an error of ours cannot act on a terminal, and an error of the user's stays as it is", () => {
	const message = "there is no run a\u001b]52;c;eA==\u0007\u202eb\nc";
	const ours = describeError(new UsageError(message), "/nowhere");
	const seen = "there is no run a\\u001b]52;c;eA==\\u0007\\u202eb\nc";
	assert.equal(ours.evalue, seen);
	assert.ok(withoutColours(ours.traceback.join("\n")).includes(seen));
	assert.equal(describeError(new Error(message), "/nowhere").evalue, message);
});
