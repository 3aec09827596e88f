import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { createTypeService, type TypeService } from "./service.ts";

const folder = mkdtempSync(join(tmpdir(), "deepdiva types "));
let service: TypeService;

before(() => {
	service = createTypeService({ cwd: folder });
});
after(async () => {
	await service.dispose();
	rmSync(folder, { recursive: true });
});

/** Codes and places of the errors, e.g. "2322 1:7". */
async function errors(code: string, ...cells: string[]): Promise<string[]> {
	service.setCells(cells);
	const found = await service.diagnostics(code);
	return found.map(({ code, line, column }) => `${code} ${line}:${column}`);
}

/** Completes at the `|` in the code. */
async function complete(marked: string, ...cells: string[]) {
	service.setCells(cells);
	const cursor = marked.indexOf("|");
	return service.complete(marked.replace("|", ""), cursor);
}

async function inspect(marked: string, detail: 0 | 1, ...cells: string[]) {
	service.setCells(cells);
	const cursor = marked.indexOf("|");
	const { found, data } = await service.inspect(
		marked.replace("|", ""),
		cursor,
		detail,
	);
	return {
		found,
		plain: String(data["text/plain"]),
		markdown: String(data["text/markdown"]),
	};
}

const LIBRARY = `
/** How often. */
let count = 1;
/**
 * Adds two numbers.
 * @param a the first
 * @returns the sum
 */
function add(a: number, b = 2) { return a + b }
/** A pair. */
class Pair<T> { constructor(public left: T) {} swap(other?: T): T { return this.left } }
type Options = { rate: number };
enum Level { Low, High = 5 }
interface Named<T> { name: T }
const { first, rest: [second] } = { first: 1, rest: ["s"] };
for (var index = 0; index < 2; index++);
`;

describe("type errors", () => {
	test("of a cell whose magics cannot run there are none: nothing of it runs", async () => {
		for (const code of [
			"%%bash\nls | head",
			"%%html\n<b>x</b> and text",
			"%matplotlib inline\nconst n: number = 'x'",
			"%dd runn a\nconst n: number = 'x'",
			"%dd multirun -n many\nconst n: number = 'x'",
		])
			assert.deepEqual(await errors(code), [], code);
		assert.deepEqual(await errors("%types report\nconst n: number = 'x'"), [
			"2322 2:7",
		]);
		assert.deepEqual(await errors("!ls -l\nconst n: number = 'x'"), [
			"2322 2:7",
		]);
	});

	test("of JSX are found without a tsconfig, in any cell", async () => {
		assert.deepEqual(await errors("const a = <b>x</b>"), ["2875 1:11"]);
		assert.deepEqual(
			await errors('const n: number = "x"; <b>x</b>', "const c = <i/>"),
			["2322 1:7", "2875 1:24"],
		);
		assert.deepEqual(await errors("<number>c", "const c: unknown = 1"), []);
	});

	test("a wrong type is reported with its place in the cell", async () => {
		service.setCells([]);
		const code = 'const a = 1\nconst b: number = "x"';
		const [found, ...others] = await service.diagnostics(code);
		assert.deepEqual(others, []);
		const { message, ...place } = found ?? { message: "" };
		assert.match(message, /'string'.*'number'/);
		assert.deepEqual(place, {
			start: 18,
			length: 1,
			line: 2,
			column: 7,
			code: 2322,
			severity: "error",
		});
	});

	test("a cell sees what earlier cells declare, with its type", async () => {
		for (const [code, expected] of [
			["count = 3; add(1).toFixed(); new Pair('a').swap().length", []],
			["count = 's'", ["2322 1:1"]],
			["add('s')", ["2345 1:5"]],
			["const p: Pair<string> = new Pair(1)", ["2322 1:7"]],
			["const o: Options = { rate: 's' }", ["2322 1:22"]],
			["const l: Level.Low = Level.High", ["2322 1:7"]],
			["const n: Named<string> = { name: 1 }", ["2322 1:28"]],
			[
				"first.foo; second.foo; index.foo",
				["2339 1:7", "2339 1:19", "2339 1:30"],
			],
			["missing", ["2304 1:1"]],
		] as const)
			assert.deepEqual(await errors(code, LIBRARY), expected, code);
	});

	test("a name may be declared again as any kind, and the later one counts", async () => {
		const cells = [
			"let a = 1",
			"const a = 's'",
			"function a() { return true }",
			"class a { x = 1 }",
		];
		const right = ["a.toFixed()", "a.trim()", "a().valueOf()", "new a().x"];
		const wrong = ["a.trim()", "a.toFixed()", "a.trim()", "a()"];
		for (const [index] of cells.entries()) {
			const earlier = cells.slice(0, index + 1);
			assert.deepEqual(await errors(right[index] as string, ...earlier), []);
			assert.equal(
				(await errors(wrong[index] as string, ...earlier)).length,
				1,
			);
		}
		assert.deepEqual(await errors("const a = 5; a.toFixed()", ...cells), []);
		assert.deepEqual(await errors("let a = 5; let a = 's'"), []);
	});

	test("an earlier cell keeps the names that it saw", async () => {
		assert.deepEqual(
			await errors(
				"b.toFixed()",
				"let a = 1",
				"let b = a",
				"let a = String(b)",
			),
			[],
		);
	});

	test("a redeclaration may use the value it replaces", async () => {
		assert.deepEqual(await errors("let a = a + 1", "let a = 1"), []);
	});

	test("a type and a value of one name live side by side across cells", async () => {
		assert.deepEqual(
			await errors(
				"const b: A = { q: A.q }; b.q.toFixed()",
				"type A = { q: number }",
				"const A = { q: 3 }",
			),
			[],
		);
	});

	test("what is at home in a cell is no error: await, untyped parameters, exports", async () => {
		for (const code of [
			"await 1; for await (const a of []) a",
			"function f(a) { return a }",
			"const xs = []; xs.push(1); export { xs }; export default xs",
			"const unused = 1",
			"(await display(1)).update(2); clearOutput({ wait: true })",
		])
			assert.deepEqual(await errors(code), [], code);
	});

	test("imports of an earlier cell are seen, types among them", async () => {
		const imports =
			'import * as path from "node:path"\nimport fs, { type PathLike } from "node:fs"\nimport type { Stats } from "node:fs"';
		assert.deepEqual(
			await errors(
				'const p: PathLike = path.join("a"); const s: Stats = fs.statSync(p); s.size.trim()',
				imports,
			),
			["2339 1:77"],
		);
	});

	test("magic lines are blank, and positions stay", async () => {
		assert.deepEqual(
			await errors('%dd seed 3\n!ls -l "\nconst a: number = "s"'),
			["2322 3:7"],
		);
	});

	test("the constants of %dd run have the types of their values", async () => {
		assert.deepEqual(
			await errors(
				"%dd multirun spiral lr=0.1 name=abc grid=1,2\nlr.toFixed(); name.trim(); grid.foo",
			),
			["2339 2:33"],
		);
	});

	test("a cell that does not parse has no type errors", async () => {
		assert.deepEqual(await errors('const a: number = "s"; for (const'), []);
	});

	test("what might be wrong is no error: null, undefined, unknown, fields set later, objects that grow", async () => {
		for (const code of [
			"const found = [{ a: 1 }].find(({ a }) => a > 1); found.a",
			"parseInt(new Map<string, string>().get('a'))",
			"let best = null; for (const x of [1, 2]) best = x; best.toFixed()",
			"let n: number; if (Math.random() > 2) n = 1; n",
			"class A { x: number; set() { this.x = 1 } }",
			"try {} catch (error) { console.log(error.message) }",
			"const scores = {}; scores.first = 1; scores['second'] = 2",
			"const data = await (await fetch('http://localhost')).json(); data.items",
			"function f() { return this.x }",
			"let m: string = null; m = undefined",
		])
			assert.deepEqual(await errors(code), [], code);
	});

	test("lists and groups among them are lists and objects", async () => {
		assert.deepEqual(
			await errors(
				"%dd multirun x layers=[32, 64],[16] optim.lr=range(0, 1, 0.5) optim.name=sgd\nlayers[0].toFixed(); optim.lr.toFixed(); optim.name.trim(); layers.trim(); optim.foo",
			),
			["2339 2:68", "2339 2:82"],
		);
	});

	test("a parameter of %dd run is a constant of its cell alone", async () => {
		const run = "%dd run toy lr=0.1\nconst twice = () => 2 * lr;";
		assert.deepEqual(await errors("%dd run toy lr=0.1\nlr = 2"), ["2588 2:1"]);
		assert.deepEqual(
			await errors("lr.trim(); twice().trim()", "const lr = 's'", run),
			["2339 1:20"],
		);
		assert.deepEqual(await errors("lr", run), ["2304 1:1"]);
		assert.deepEqual(
			await errors("%dd run toy gr\u00f6ße=1\ngro\u0308ße.trim()"),
			["2339 2:8"],
		);
	});

	test("a cell that is run again gives its names again", async () => {
		const cell = "const list = [1]; function first() { return list[0] }";
		assert.deepEqual(
			await errors("first().trim()", cell, "1 + 1", cell, "let list = 's'"),
			["2339 1:9"],
		);
	});

	test("a package installed after the first look is found", async () => {
		const code = 'import { answer } from "late-package"; answer.trim()';
		assert.deepEqual(await errors(code), ["2307 1:24"]);
		const target = join(folder, "node_modules", "late-package");
		mkdirSync(target, { recursive: true });
		writeFileSync(
			join(target, "package.json"),
			'{"name":"late-package","version":"1.0.0","types":"index.d.ts"}',
		);
		writeFileSync(join(target, "index.d.ts"), "export const answer: number;");
		assert.deepEqual(await errors(code), ["2339 1:47"]);
	});

	test("a function whose types its package keeps to itself has its name and comment", async () => {
		const target = join(folder, "node_modules", "closed-package");
		mkdirSync(target, { recursive: true });
		for (const [file, text] of [
			[
				"package.json",
				'{"name":"closed-package","version":"1.0.0","type":"module","exports":{".":{"types":"./index.d.ts"}}}',
			],
			["hidden.d.ts", "export interface Hidden { a: number }"],
			[
				"index.d.ts",
				'import { Hidden } from "./hidden.js";\n/** Makes one. */\nexport declare function make<T extends Hidden>(x: T): Hidden;',
			],
		] as const)
			writeFileSync(join(target, file), text);
		const { plain } = await inspect(
			"closed.make|",
			0,
			'import * as closed from "closed-package"',
		);
		assert.equal(plain, "function make\n\nMakes one.");
	});

	test("a local file is read again after an edit", async () => {
		const file = join(folder, "local.ts");
		const code = 'import { value } from "./local.ts"; value.trim()';
		writeFileSync(file, "export const value = 1");
		assert.deepEqual(await errors(code), ["2339 1:43"]);
		writeFileSync(file, 'export const value = "text"');
		assert.deepEqual(await errors(code), []);
	});

	test("TensorFlow.js is found without being installed beside the notebook", async () => {
		assert.deepEqual(
			await errors(
				"const k: tfc.Tensor = tfc.ones([2]); k.foo",
				'import * as tfc from "@tensorflow/tfjs-core"',
			),
			["2339 1:40"],
		);
	});

	test("dd is typed, with and without an import", async () => {
		const cell = 'import * as deep from "deepdiva"';
		assert.deepEqual(await errors("dd.log({ loss: 1 }); dd.nothing", cell), [
			"2339 1:25",
		]);
		assert.deepEqual(
			await errors("deep.log({ loss: 1 }); deep.nothing", cell),
			["2339 1:29"],
		);
	});

	test("seventy cells are seen", async () => {
		const cells = Array.from(
			{ length: 70 },
			(_, index) => `const v${index} = ${index}`,
		);
		assert.deepEqual(await errors("v0 + v69; v70", ...cells), ["2304 1:11"]);
	});
});

test("each cell's imports start in the folder where it ran, those of the next in the present one", async () => {
	const cwd = mkdtempSync(join(folder, "moving-"));
	mkdirSync(join(cwd, "sub"));
	writeFileSync(join(cwd, "a.ts"), "export const a = 1;\n");
	writeFileSync(join(cwd, "sub", "b.ts"), "export const b = 'b';\n");
	const own = createTypeService({ cwd });
	const cells = ["import { a } from './a.ts';", "%cd sub"];
	const found = async (code: string) =>
		(await own.diagnostics(code)).map(({ code }) => code);
	own.setCells(cells, { cells: [cwd, cwd], next: join(cwd, "sub") });
	assert.deepEqual(
		await found("import { b } from './b.ts'; a.toUpperCase(); b.toFixed();"),
		[2339, 2551],
	);
	assert.deepEqual(await found("import { a as c } from './a.ts';"), [2307]);
	own.setCells([...cells, "%cd .."], {
		cells: [cwd, cwd, join(cwd, "sub")],
		next: cwd,
	});
	assert.deepEqual(await found("import { a as c } from './a.ts';"), []);
	await own.dispose();
});

test("what a magic takes as code is code to the types", async () => {
	const timed = "%time const total = [1, 2].length";
	assert.deepEqual(await errors("total.toUpperCase();", timed), ["2339 1:7"]);
	assert.deepEqual(await errors("%time const n: string = 1"), ["2322 1:13"]);
	const { matches } = await complete("%time 'a'.toUpp|");
	assert.deepEqual(matches, ["toUpperCase"]);
});

describe("a tsconfig.json beside the notebook", () => {
	const cwd = mkdtempSync(join(folder, "project-"));
	const path = join(cwd, "tsconfig.json");
	const own = createTypeService({ cwd });
	after(() => own.dispose());

	/** The errors in a cell under these options, and what is wrong with them. */
	async function under(compilerOptions: unknown, code: string) {
		writeFileSync(
			path,
			typeof compilerOptions === "string"
				? compilerOptions
				: JSON.stringify({ compilerOptions }),
		);
		const found = await own.diagnostics(code);
		const { configProblem } = own;
		return {
			codes: found.map(({ code }) => code),
			problem: configProblem?.replace(path, "tsconfig.json"),
		};
	}

	for (const [options, code, codes] of [
		[{}, "const n: number = null; function f(x) {}", [2322, 7006]],
		[{ strict: false }, "const n: number = null; function f(x) {}", []],
		[{ noUncheckedIndexedAccess: true }, "[1][0].toFixed()", [2532]],
		[{ lib: ["es2022"] }, "Object.groupBy", [2550]],
		[{ types: [] }, "console.log(process.cwd())", []],
		[
			{ experimentalDecorators: true },
			"const d = (_: object, key: string) => {}; class A { @d x = 1 }",
			[],
		],
		[
			{},
			"const d = (_: object, key: string) => {}; class A { @d x = 1 }",
			[1240],
		],
		[
			{ jsx: "react", jsxFactory: "h" },
			"function h(name: string) {}\ndeclare global { namespace JSX { interface IntrinsicElements { a: { href: string } } } }\n<a href={1} />",
			[2322],
		],
		[
			{ paths: { "@/*": ["./*"] }, module: "amd", noUnusedLocals: true },
			'import config from "@/tsconfig.json"; const unused = 1; config.nothing',
			[2339],
		],
	] as const)
		test(`decides what is an error: ${JSON.stringify(options)} ${code}`, async () => {
			assert.deepEqual(await under(options, code), {
				codes,
				problem: undefined,
			});
		});

	test("that TypeScript does not understand says why, and so does one that is broken", async () => {
		assert.match(
			(await under({ jsx: "banana" }, "1")).problem ?? "",
			/^tsconfig\.json: Argument for '--jsx' option must be/,
		);
		assert.match(
			(await under({ lib: ["es2099"] }, "1")).problem ?? "",
			/^tsconfig\.json: Argument for '--lib' .* …$/,
		);
		assert.deepEqual(await under("{", "const n: number = null"), {
			codes: [],
			problem: "tsconfig.json: line 1, column 2: Unexpected token",
		});
	});

	test("is read again after an edit", async () => {
		rmSync(path);
		const cell = "function f(x) {}";
		assert.deepEqual(await own.diagnostics(cell), []);
		writeFileSync(path, "{}");
		// Asked first, as while typing.
		await own.complete("Math.", 5);
		assert.equal((await own.diagnostics(cell)).length, 1);
		assert.equal(own.configProblem, undefined);
		rmSync(path);
		assert.deepEqual(await own.diagnostics(cell), []);
	});
});

describe("completion", () => {
	test("members come with type and documentation", async () => {
		const found = await complete('"".toUpperC|');
		assert.deepEqual(
			{ ...found, documentation: [] },
			{
				matches: ["toUpperCase"],
				start: 3,
				end: 11,
				types: ["function"],
				signatures: ["() => string"],
				documentation: [],
			},
		);
		assert.match(found.documentation[0] ?? "", /uppercase/);
	});

	test("names of every scope are listed: earlier cells, the cell itself, globals, parameters", async () => {
		for (const [code, expected] of [
			["ad|", ["add"]],
			["const x = { y: ad|", ["add"]],
			["function f(inner: number) { inn|", ["inner"]],
			["parseF|", ["parseFloat"]],
			["displ|", ["display"]],
			["%dd run spiral learning=0.1\nlearn|", ["learning"]],
			["import * as zzz from 'node:path'\nzz|", ["zzz"]],
			["firs|\nconst other = 1", ["first"]],
			["new Pai|", ["Pair"]],
			["let n: Opti|", ["Options"]],
		] as const) {
			const { matches } = await complete(code, LIBRARY);
			for (const name of expected)
				assert.ok(matches.includes(name), `${code}: ${matches}`);
		}
		const { matches } = await complete("|", LIBRARY);
		assert.deepEqual(
			matches.filter((name) => name.includes("deepdiva")),
			[],
		);
	});

	test("members of an object from an earlier cell are listed", async () => {
		const { matches, types } = await complete("Level.|", LIBRARY);
		assert.deepEqual(
			[matches, types],
			[
				["High", "Low"],
				["enum", "enum"],
			],
		);
	});

	test("half a character in the code is one like any other", async () => {
		const { matches } = await complete('"\ud800".toUpperC|');
		assert.deepEqual(matches, ["toUpperCase"]);
		const names = (await complete("\ud800|")).matches;
		for (const name of ["parseInt", "Math"]) assert.ok(names.includes(name));
		const [error] = await service.diagnostics('const n: number = "\ud800";');
		assert.equal(error?.code, 2322);
	});

	test("a value that may be undefined is completed with its question mark", async () => {
		const found = await complete(
			"maybe.|",
			"let maybe: { deep: 1 } | undefined = undefined as never",
		);
		assert.deepEqual(
			[found.matches, found.start, found.end],
			[["?.deep"], 5, 6],
		);
	});

	test("module names, imported names and string literals are completed", async () => {
		for (const [code, expected, start] of [
			['import * as y from "node:f|', "node:fs", 20],
			['import { readFileS| } from "node:fs"', "readFileSync", 9],
			['const o: "red" | "green" = "re|', "red", undefined],
		] as const) {
			const cursor = code.lastIndexOf("|");
			const source = code.slice(0, cursor) + code.slice(cursor + 1);
			service.setCells([]);
			const found = await service.complete(source, cursor);
			assert.ok(found.matches.includes(expected), `${code}: ${found.matches}`);
			if (start !== undefined) assert.equal(found.start, start);
		}
	});

	test("nothing is offered in a magic line or a comment", async () => {
		assert.deepEqual((await complete("%dd ru|")).matches, []);
		assert.deepEqual((await complete("1 // ad|", LIBRARY)).matches, []);
	});

	test("offsets count UTF-16 units", async () => {
		const { start, end } = await complete('"😀"; Math.ma|');
		assert.deepEqual([start, end], [11, 13]);
	});
});

describe("inspection", () => {
	test("a function shows its signature and comment, and its tags at detail 1", async () => {
		assert.equal(
			(await inspect("ad|d(1)", 0, LIBRARY)).plain,
			"function add(a: number, b?: number): number\n\nAdds two numbers.",
		);
		assert.equal(
			(await inspect("add(1|)", 1, LIBRARY)).plain,
			"function add(a: number, b?: number): number\n\nAdds two numbers.\n\n@param a the first\n@returns the sum",
		);
		assert.match(
			(await inspect("add|", 0, LIBRARY)).markdown,
			/^```typescript\nfunction add\(a: number, b\?: number\): number\n```\n\nAdds two numbers\.$/,
		);
	});

	test("inside the parentheses of a call the function is shown", async () => {
		assert.match(
			(await inspect("add(1, |", 0, LIBRARY)).plain,
			/^function add/,
		);
	});

	test("variables, members, classes, enums and types are shown", async () => {
		for (const [code, detail, expected] of [
			["coun|t", 0, "count: number\n\nHow often."],
			[
				'"".toUpperCas|e()',
				0,
				/^\(method\) String\.toUpperCase\(\): string\n\n/,
			],
			[
				"new Pa|ir(1)",
				0,
				"class Pair {\n  constructor<T>(left: T);\n}\n\nA pair.",
			],
			["new Pa|ir(1)", 1, /^ {2}swap: \(other\?: T .*\) => T;$/m],
			["Level.Hig|h", 0, "(enum member) Level.High: Level.High"],
			["let a: Name|d<1>", 1, "interface Named {\n  name: T;\n}"],
			["let a: Option|s", 0, "type Options = { rate: number; }"],
			[
				"displa|y(1)",
				0,
				/^function display\(value: unknown, options\?: DisplayOptions\): DisplayHandle\n/,
			],
			["Promise.al|l([])", 0, /\n\/\/ and 1 more\n/],
		] as const) {
			const { plain } = await inspect(code, detail, LIBRARY);
			if (typeof expected === "string") assert.equal(plain, expected);
			else assert.match(plain, expected);
		}
	});

	test("an unknown name and a magic line are not found", async () => {
		assert.equal((await inspect("nobody|", 0)).found, false);
		assert.equal((await inspect("%dd ru|n", 0)).found, false);
	});
});

test("a compiler ends with dispose, also while it answers, and nothing of it stays", async () => {
	// A process or thread that lived on would keep the process that started it.
	const script = `
		const { createTypeService } = await import("./service.ts");
		const types = () => createTypeService({ cwd: ${JSON.stringify(folder)} });
		const asked = types();
		const found = await asked.diagnostics("const n: number = 's'");
		await asked.dispose();
		const busy = types();
		const settled = busy.diagnostics("1").catch(() => undefined);
		await busy.dispose();
		await settled;
		const after = await busy.diagnostics("2").catch(({ name }) => name);
		console.log(found.length, after);
	`;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		["--input-type=module", "-e", script],
		{ cwd: import.meta.dirname },
	);
	assert.equal(stdout, "1 TypesUnavailable\n");
});

/** Process ids of the compilers that this process started. */
const compilers = (): number[] =>
	readdirSync("/proc")
		.map(Number)
		.filter((pid) => {
			if (!pid) return false;
			try {
				const parent = /^PPid:\s+(\d+)/m.exec(
					readFileSync(`/proc/${pid}/status`, "utf8"),
				)?.[1];
				return (
					Number(parent) === process.pid &&
					readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--api")
				);
			} catch {
				return false;
			}
		});

describe("the compiler's process", {
	skip: process.platform !== "linux" && "reads /proc",
}, () => {
	test("it starts with the first question, and ends with dispose", async () => {
		const before = compilers();
		let told = 0;
		const started = () => {
			told++;
		};
		const own = createTypeService({ cwd: folder, started });
		own.setCells(["let a = 1"]);
		assert.deepEqual(compilers(), before);
		await own.diagnostics("a");
		await own.diagnostics("a + 1");
		assert.equal(told, 1);
		assert.equal(compilers().length, before.length + 1);
		await own.dispose();
		assert.deepEqual(compilers(), before);
		await assert.rejects(own.diagnostics("let a: number = 's'"), {
			name: "TypesUnavailable",
		});
	});

	test("it stays when a notebook outgrows the places for its cells, or moves to another folder", async () => {
		const before = compilers();
		const own = createTypeService({ cwd: folder });
		await own.diagnostics("1");
		const started = compilers().filter((pid) => !before.includes(pid));
		for (let count = 0; count < 70; count += 10)
			own.addCells(
				Array.from({ length: 10 }, (_, index) => ({
					source: `const v${count + index} = 1`,
					folder,
				})),
				count < 40 ? folder : tmpdir(),
			);
		const found = await own.diagnostics("v0 + v69; v70");
		assert.deepEqual(
			found.map(({ code, column }) => [code, column]),
			[[2304, 11]],
		);
		assert.deepEqual(
			compilers().filter((pid) => !before.includes(pid)),
			started,
		);
		assert.equal(started.length, 1);
		await own.dispose();
	});

	test("when it dies it is started again, and nothing is lost", async () => {
		const before = compilers();
		const own = createTypeService({ cwd: folder });
		own.setCells(["let a = 1"]);
		await own.diagnostics("a");
		const [pid] = compilers().filter((pid) => !before.includes(pid));
		process.kill(pid as number, "SIGKILL");
		const [error] = await own.diagnostics("a.trim()");
		assert.equal(error?.code, 2339);
		await own.dispose();
	});
});

test("of the library, what people need first is listed first, each as what it is", async () => {
	const { matches, types } = await complete("dd.|");
	assert.deepEqual(matches.slice(0, 6), [
		..."run multirun params parameter seed log".split(" "),
	]);
	const kinds = new Map(matches.map((name, i) => [name, types[i]]));
	assert.deepEqual(
		["run", "params", "UsageError", "defineTask"].map((name) =>
			kinds.get(name),
		),
		["function", "variable", "class", "function"],
	);
	assert.deepEqual(
		["canonicalJson", "session", "StreamSet"].filter((name) => kinds.has(name)),
		[],
	);
	const { matches: few } = await complete("dd.d|");
	assert.deepEqual(few, [
		..."data detectableEffect defineTask defineModel defineDataset definePicture".split(
			" ",
		),
	]);
});
