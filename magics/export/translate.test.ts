import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { parseSync } from "oxc-parser";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { listRuns } from "../../experiment/record/store/store.ts";
import { Engine } from "../../kernel/owner/owner.ts";
import { commandLine } from "../../test/command-line.ts";
import { learnMagicsOf } from "../defined.ts";
import { translateCells } from "./translate.ts";

const code = (...sources: string[]) =>
	translateCells(sources.map((source) => ({ kind: "code", source })));

/** What follows the header and the library's import. */
function body(...sources: string[]): string {
	const lines = code(...sources).split("\n");
	assert.equal(
		lines[0],
		"// Exported by deepdiva. Run it with: deepdiva run FILE.ts [key=value …]",
	);
	assert.equal(lines[2], 'import * as dd from "deepdiva";');
	return lines.slice(3).join("\n").trim();
}

const translations: [string, string[], string][] = [
	["a seed becomes a call", ["%dd seed 42"], "// %% [1]\ndd.seed(42);"],
	[
		"a seed that is no plain number stays text",
		["%dd seed 007"],
		'// %% [1]\ndd.seed("007");',
	],
	[
		"a magic without a meaning in scripts becomes a comment",
		[
			"%help\n%dd seed --help\n%dd export a.ts\n%who\n%reset\n%load a.ts\n%npm install x\n%env",
		],
		"// %% [1]\n// %help\n// %dd seed --help\n// %dd export a.ts\n// %who\n// %reset\n// %load a.ts\n// %npm install x\n// %env",
	],
	[
		"a change of the folder is one of the script's, and of its imports",
		[
			'%cd sub\nimport { a } from "./a.ts";',
			'import { b } from "./b.ts";\n%cd ..',
			'import { c } from "./c.ts";\n%cd ~/x',
		],
		'import { a } from "./a.ts";\nimport { b } from "./sub/b.ts";\nimport { c } from "./c.ts";\n\n// %% [1]\nprocess.chdir("sub");\n\n// %% [2]\nprocess.chdir("..");\n\n// %% [3]\nprocess.chdir(process.getBuiltinModule("node:os").homedir() + "/x");',
	],
	[
		"environment variables and commands are those of the script",
		["%env A=b c\n%env HOME\n!git status | head"],
		'// %% [1]\nprocess.env.A = "b c";\nconsole.log(process.env.HOME);\nprocess.getBuiltinModule("node:child_process").spawnSync("git status | head", { shell: true, stdio: "inherit" });',
	],
	[
		"a file is written by the script",
		["%%writefile -a a.txt\none `$" + "{\n%dd seed 1"],
		'// %% [1]\nprocess.getBuiltinModule("node:fs").appendFileSync("a.txt", "one `$' +
			'{\\n%dd seed 1\\n");',
	],
	[
		"what is timed is timed, and its names stay",
		["%time const a = f(1);\n%time await a", "const f = (x: number) => x;"],
		'// %% [1]\ndd.useStream("cell:09912a44a42927c9");\nconst a = await dd.time(async () => (f(1)));\nawait dd.time(async () => (await a));\n\n// %% [2]\nconst f = (x: number) => x;',
	],
	[
		"a cell that is timed is the body of a call",
		["%%time\nlet a = 1;\nf(a)"],
		'// %% [1]\ndd.useStream("cell:80a814dfc801654e");\nawait dd.time(async () => {\nlet a = 1;\nf(a);\n});',
	],
	[
		"a check of data becomes a call",
		["%dd verify-data 'my data' --deep"],
		'// %% [1]\nawait dd.requireUnchanged("my data", { mode: "deep" });',
	],
	[
		"code that cannot draw has no stream",
		["const a: number = 3;"],
		"// %% [1]\nconst a: number = 3;",
	],
	[
		"a run becomes a call with the code as its body",
		[
			"// first\n%dd seed 1\n%dd run x lr=0.1 set='a b' on=true -p lr=0.2 --data d --git require\nlog(lr);",
		],
		'// %% [1]\n// first\ndd.seed(1);\nawait dd.run({ name: "x", params: { lr: 0.1, set: "a b", on: true }, data: ["d"], git: "require", overrides: { lr: "0.2" } }, async ({ lr, set, on }) => {\nlog(lr);\n});',
	],
	[
		"the conditions of a run become its options",
		["%dd run x --on-leak error --freeze-time 2026-01-01\nlet a;"],
		'// %% [1]\nawait dd.run({ name: "x", onLeak: "error", freezeTime: "2026-01-01" }, async () => {\nlet a;\n});',
	],
	[
		"a task becomes a call without a body",
		["%dd multirun -n 2 task=points set=xor,moons"],
		'// %% [1]\nawait dd.multirun({ task: "points", params: { set: ["xor", "moons"] }, n: 2 });',
	],
	[
		"a multirun that is resumed, and a run, whose script begins anew",
		[
			"%dd multirun -n 2 task=points --resume --code keep",
			"%dd run task=points --resume",
		],
		'// %% [1]\nawait dd.multirun({ task: "points", n: 2, resume: true, code: "keep" });\n\n// %% [2]\nawait dd.run({ task: "points" });',
	],
	[
		"what a multirun does about failures goes with it",
		["%dd multirun m -n 2 --fail fast lr=1,2\nlog(lr);"],
		'// %% [1]\nawait dd.multirun({ name: "m", params: { lr: [1, 2] }, n: 2, fail: "fast" }, async ({ lr }) => {\nlog(lr);\n});',
	],
	[
		"what a task's schema has is written as the value that it reads, and a text as a text",
		["%dd run task=image-classification data=01 lr=1e-2 epochs=+2"],
		'// %% [1]\nawait dd.run({ task: "image-classification", params: { data: "01", lr: 0.01, epochs: 2 } });',
	],
	[
		"what no schema tells is written as it was typed",
		["%dd run task=mine data=01 lr=1e-2 size=60"],
		'// %% [1]\nawait dd.run({ task: "mine", params: { data: "01", lr: "1e-2", size: 60 } });',
	],
	[
		"a grid of a task's parameter is a list of its values",
		["%dd multirun -n 2 task=points lr=1e-2,.1 set=xor"],
		'// %% [1]\nawait dd.multirun({ task: "points", params: { lr: [0.01, 0.1], set: "xor" }, n: 2 });',
	],
	[
		"a name that two cells declare is declared once",
		["const a = 1, { b, ...c }: X = d", "let a: number;"],
		"// Names that several cells share.\nlet a: any, b: any, c: any;\n\n// %% [1]\na = 1, ({ b, ...c } = d);\n\n// %% [2]\na = undefined;",
	],
	[
		"a pattern that is shared stands in parentheses",
		["const [a]: number[] = d", "let a;"],
		"// Names that several cells share.\nlet a: any;\n\n// %% [1]\n;([a] = d);\n\n// %% [2]\na = undefined;",
	],
	[
		"a var without a value keeps the one it has",
		["var z = 1", "var z", "if (f()) var z"],
		'// Names that several cells share.\nlet z: any;\n\n// %% [1]\nz = 1;\n\n// %% [2]\nz;\n\n// %% [3]\ndd.useStream("cell:7949e7c1a8473118");\nif (f()) z;',
	],
	[
		"what using declares ends with its cell",
		["using r = 1", "using r = 2; const k = r", "k"],
		'// Names that several cells share.\nlet k: any;\n\n// %% [1]\ndd.useStream("cell:eaa990c94d1d6878");\n{\nusing r = 1;\n}\n\n// %% [2]\ndd.useStream("cell:ba91fa329da86fc8");\n{\nusing r = 2; k = r;\n}\n\n// %% [3]\nk;',
	],
	[
		"a namespace stands in front of a cell's braces",
		["namespace N { export const a = 1 }\nusing r = N", "N.a"],
		'// %% [1]\ndd.useStream("cell:9f4e4e2fa79d787d");\nnamespace N { export const a = 1 }\n{\nusing r = N;\n}\n\n// %% [2]\nN.a;',
	],
	[
		"variables of functions are not shared",
		[
			"function f() { var c = 1; return c }",
			"function g() { var c = 2; return c }",
		],
		"// %% [1]\nfunction f() { var c = 1; return c }\n\n// %% [2]\nfunction g() { var c = 2; return c }",
	],
	[
		"keys and locals are no use of a name",
		["%dd run x\nconst a = 1", "const f = (a) => a", "f.a"],
		'// %% [1]\nawait dd.run({ name: "x" }, async () => {\nconst a = 1;\n});\n\n// %% [2]\nconst f = (a) => a;\n\n// %% [3]\nf.a;',
	],
	[
		"components that JSX names are used",
		["%dd run x\nconst Chart = () => 1", "const view = <Chart />"],
		'// Names that several cells share.\nlet Chart: any;\n\n// %% [1]\nawait dd.run({ name: "x" }, async () => {\nChart = () => 1;\n});\n\n// %% [2]\ndd.useStream("cell:02acc0acccfcf79c");\nconst view = <Chart />;',
	],
	[
		"two parts of an enum are one thing in a cell, and none across cells",
		["enum E { a } enum E { b = 1 }", "interface E {}\nenum E { c }"],
		"// Names that several cells share.\nlet E: any;\n\n// %% [1]\nE = (() => { enum E { a }; return E; })(); Object.assign(E, ((__earlier__: any) => { enum E {} Object.setPrototypeOf(E, __earlier__); enum E { b = 1 }; return E; })(E));\n\n// %% [2]\ninterface E {}\nE = (() => { enum E { c }; return E; })();",
	],
	[
		"types of a value give way to the value",
		[
			"function f(a: string): void;\nfunction f(a: any) { return a }",
			"declare function f(): void",
			"declare const g: number",
			"const g = 1",
			"const f = 1",
		],
		"// Names that several cells share.\nlet f: any;\n\n// %% [1]\nf = function f(a: any) { return a };\n\n// %% [2]\n\n// %% [3]\n;\n\n// %% [4]\nconst g = 1;\n\n// %% [5]\nf = 1;",
	],
	[
		"decorated classes are declarations",
		["@dec class A {}", "@dec class A {}"],
		'// Names that several cells share.\nlet A: any;\n\n// %% [1]\ndd.useStream("cell:c25cd64187ae9eb9");\nA = (() => { @dec class A {}; return A; })();\n\n// %% [2]\ndd.useStream("cell:c25cd64187ae9eb9");\nA = (() => { @dec class A {}; return A; })();',
	],
	[
		"exports in the form of CommonJS go, names of members of namespaces stay",
		[
			"export = 1",
			"export as namespace A",
			"export import p = Math.PI",
			"export import q = require('node:os')",
		],
		"import { createRequire } from \"node:module\";\nconst require = createRequire(import.meta.url);\n\n// %% [1]\n\n// %% [2]\n\n// %% [3]\nconst p = Math.PI;\n\n// %% [4]\nconst q = require('node:os');",
	],
	[
		"what is read before its declaration is of the cells before",
		["%dd run x\nconst a = 1", "%dd run y\nconst a = a + 1"],
		'// Names that several cells share.\nlet a: any;\n\n// %% [1]\nawait dd.run({ name: "x" }, async () => {\na = 1;\n});\n\n// %% [2]\nawait dd.run({ name: "y" }, async () => {\na = a + 1;\n});',
	],
	[
		"a type may be imported by the name of another cell's value",
		[
			"import type { T } from 'm'",
			"import { type U } from 'm'\nconst T = 1, U = 2",
		],
		'import type { T } from "m";\nimport type { U } from "m";\n\n// %% [1]\n\n// %% [2]\nconst T = 1, U = 2;',
	],
	[
		"a property called require is none",
		["f.require", "({ require: 1 })"],
		"// %% [1]\nf.require;\n\n// %% [2]\n({ require: 1 });",
	],
	[
		"a name that two runs declare for themselves stays theirs",
		["%dd run a\nconst m = 1;", "%dd run b\nconst m = 2;"],
		'// %% [1]\nawait dd.run({ name: "a" }, async () => {\nconst m = 1;\n});\n\n// %% [2]\nawait dd.run({ name: "b" }, async () => {\nconst m = 2;\n});',
	],
	[
		"what leaves a run is declared at the top, its parameters are not",
		["let lr = 3;", "%dd run a lr=1\nconst m = lr;", "let lr = m;"],
		'// Names that several cells share.\nlet lr: any, m: any;\n\n// %% [1]\nlr = 3;\n\n// %% [2]\nawait dd.run({ name: "a", params: { lr: 1 } }, async ({ lr }) => {\nm = lr;\n});\n\n// %% [3]\nlr = m;',
	],
	[
		"a parameter is found in whichever composition the code has its letters",
		["%dd run a gr\u00f6ße=1\ndd.log({ x: gro\u0308ße })"],
		'// %% [1]\nawait dd.run({ name: "a", params: { "gr\u00f6ße": 1 } }, async ({ gr\u00f6ße, gr\u00f6ße: gro\u0308ße }) => {\ndd.log({ x: gro\u0308ße });\n});',
	],
	[
		"an assignment to a parameter is the error that it was",
		["%dd run a lr=1\ntry { lr = 2 } catch { dd.log({ lr }) }"],
		'// %% [1]\nawait dd.run({ name: "a", params: { lr: 1 } }, async () => {\nconst { lr } = dd.params;\ntry { lr = 2 } catch { dd.log({ lr }) }\n});',
	],
	[
		"functions, classes and enums that are shared become expressions",
		[
			"f();\nfunction f() {}\nclass C {}\nabstract class D {}\nenum E { A }",
			"let f, C, D, E;",
		],
		'// Names that several cells share.\nlet f: any, C: any, D: any, E: any;\n\n// %% [1]\ndd.useStream("cell:d92fc5c89e862952");\nf = function f() {};\nf();\n\nC = class C {};\nD = (() => { abstract class D {}; return D; })();\nE = (() => { enum E { A }; return E; })();\n\n// %% [2]\nf = undefined, C = undefined, D = undefined, E = undefined;',
	],
	[
		"a var in a block belongs to the notebook",
		["%dd run a\nfor (var i = 0; i < 3; i++) var last = i;", "i + last"],
		'// Names that several cells share.\nlet i: any, last: any;\n\n// %% [1]\nawait dd.run({ name: "a" }, async () => {\nfor (i = 0; i < 3; i++) last = i;\n});\n\n// %% [2]\ni + last;',
	],
	[
		"a pattern that is all that an if has stays with it",
		["let p = 1;", "if (f()) var { p } = o; else var [p] = o\np"],
		'// Names that several cells share.\nlet p: any;\n\n// %% [1]\np = 1;\n\n// %% [2]\ndd.useStream("cell:5c84f1f7dc4167cc");\nif (f()) void ({ p } = o); else void ([p] = o)\np;',
	],
	[
		"a line below a declaration begins with a bracket",
		["let p, q = 1;", "let p: number[]\n[q].at(0)"],
		'// Names that several cells share.\nlet p: any, q: any;\n\n// %% [1]\np = undefined, q = 1;\n\n// %% [2]\ndd.useStream("cell:c172ca801299330d");\np = undefined;\n[q].at(0);',
	],
	[
		"exports are what they export",
		[
			"export const a = 1;\nexport { a };\nexport * from 'x';\nexport default { a };",
			"%dd run x\nexport function f() {}",
		],
		'// %% [1]\nconst a = 1;\n\n\n;({ a });\n\n// %% [2]\nawait dd.run({ name: "x" }, async () => {\nfunction f() {}\n});',
	],
	[
		"a namespace stands outside of its run",
		["%dd run x\nnamespace N { export const a = 1 }\nN.a"],
		'// %% [1]\nnamespace N { export const a = 1 }\nawait dd.run({ name: "x" }, async () => {\nN.a;\n});',
	],
	[
		"a namespace of types may add to a class of its run",
		["%dd run x\nclass C {} namespace C { export type T = 1 }\nnew C()"],
		'// %% [1]\nnamespace C { export type T = 1 }\nawait dd.run({ name: "x" }, async () => {\nclass C {} \nnew C();\n});',
	],
	[
		"a cell's last line ends, whatever the next begins with",
		["const a = [1]", "[a]"],
		"// %% [1]\nconst a = [1];\n\n// %% [2]\n[a];",
	],
];

for (const [name, sources, expected] of translations)
	test(`in a script, ${name}`, () => {
		assert.equal(body(...sources), expected);
	});

const imported: [string, string[], string[]][] = [
	[
		"once each",
		[
			'import { a, // one\n b as c } from "x";',
			"import {a} from 'x'; import d, * as e from 'y'",
			"import d, { a } from 'z'".replace("a }", "f }").replace("'z'", "'y'"),
		],
		[
			'import { a, b as c } from "x";',
			'import d from "y";',
			'import * as e from "y";',
			'import { f } from "y";',
		],
	],
	[
		"as types where no cell needs the value",
		[
			"import type { A } from 'x'; import { type B, c } from 'x'",
			"import type D from 'y'",
		],
		[
			'import type { A } from "x";',
			'import { type B, c } from "x";',
			'import type D from "y";',
		],
	],
	[
		"as values where one cell needs the value",
		["import type { A } from 'x';", "import { A } from 'x';"],
		['import { A } from "x";'],
	],
	[
		"for their effects",
		["import 'x'; import 'x';", "import { a } from 'x'; import 'x';"],
		['import "x";', 'import { a } from "x";'],
	],
	[
		"with their attributes",
		["import data from './a.json' with { type: 'json' };"],
		["import data from \"./a.json\" with { type: 'json' };"],
	],
	[
		"for what they define, too, where a run may use that",
		[
			"import { a } from 'models'; import { b } from 'used'; b;",
			"%dd run task=points model=own",
		],
		[
			'import "models";',
			'import { a } from "models";',
			'import { b } from "used";',
		],
	],
	[
		"of the library as the user calls it",
		["import * as dd from 'deepdiva'; import { run } from 'deepdiva'"],
		['import { run } from "deepdiva";'],
	],
	[
		"by require",
		["const fs = require('node:fs')"],
		[
			'import { createRequire } from "node:module";',
			"const require = createRequire(import.meta.url);",
		],
	],
];

for (const [name, sources, lines] of imported)
	test(`a script imports what cells import, ${name}`, () => {
		const head = code(...sources)
			.split("// %%")[0]
			?.trim()
			.split("\n")
			.slice(3);
		assert.deepEqual(head, lines);
	});

const refused: [string, string[], RegExp][] = [
	[
		"code that is no TypeScript",
		["let = ="],
		/^cell 1 cannot be exported, it is not TypeScript: .*\nlet = =$/s,
	],
	[
		"two imports of one name",
		["import { a } from 'x'", "import a from 'y'"],
		/^two cells import different things as "a" \(a from x in cell 1; the default of y in cell 2\); give one of them another name/,
	],
	[
		"an import that another cell declares",
		["import { a } from 'x'", "const a = 1"],
		/^"a" is imported by one cell and declared by another \(cells 1 and 2\);/,
	],
	[
		"a cell that declares the library's name",
		["const dd = 1"],
		/^"dd" is imported by one cell and declared by another/,
	],
	[
		"a namespace in two cells",
		["namespace N {}", "namespace N {}"],
		/^cell 1: namespace N is shared between cells/,
	],
	[
		"a namespace that adds to a class of its run",
		[
			"const a = 1",
			"%dd run x\nclass C {} namespace C { export const v = new C() }",
		],
		/^cell 2: namespace C adds to a class, function or enum in a run, .*declare both in a cell of their own/,
	],
	[
		"a namespace that adds to a class beside what using declares",
		["using r = o; function f() {} namespace f { export const v = 1 }"],
		/^cell 1: namespace f adds to a class, function or enum/,
	],
	[
		"a magic that does not exist",
		["let a = 1;", "%dd rum"],
		/^cell 2: there is no magic "%dd rum"; did you mean "%dd run"\?$/,
	],
];

for (const [name, sources, message] of refused)
	test(`${name} cannot be exported, and the error says what to do`, () => {
		assert.throws(() => code(...sources), { name: "UsageError", message });
	});

test("the script of a recorded run sets the time zone that its dates had before anything else", () => {
	const lines = translateCells([{ kind: "code", source: "let a = 1;" }], {
		seed: "5",
		timeZone: "Asia/Tokyo",
	}).split("\n");
	const [zone, seed, cell] = [
		'process.env.TZ = "Asia/Tokyo";',
		'dd.seed("5");',
		"let a = 1;",
	].map((line) => lines.indexOf(line)) as [number, number, number];
	assert.ok(zone > 0 && zone < seed && seed < cell, lines.join("\n"));
});

test("text cells are comments, whatever line breaks they have", () => {
	const script = translateCells([
		{ kind: "markdown", source: "# Title\r\n\r\n  text\u2028throw 1\rthrow 2" },
	]);
	assert.match(
		script,
		/\/\/ %% \[markdown\]\n\/\/ # Title\n\/\/\n\/\/ {3}text\n\/\/ throw 1\n\/\/ throw 2\n/,
	);
});

/** One notebook: an engine and a script are started for it once. What gives a seed comes last. */
const NOTEBOOK = [
	// Names declared again, functions before their line, classes, enums.
	"let value = 1; enum Kind { A = 3, B }\nabstract class Base { abstract f(): number }\nclass Point extends Base { constructor(public x: number) { super() } f() { return this.x } }",
	"%dd run a\ndd.log({ value, kind: Kind.B, f: twice(new Point(4).f()) });\nfunction twice(x: number) { return 2 * x }",
	"const value = 2;\nfunction twice(x: number) { return 3 * x }\nclass Point { f() { return 1 } }",
	"%dd run a\ndd.log({ value, kind: Kind.A, f: twice(new Point().f()) });\nfor (var i = 0; i < 2; i++) { var seen = i * 10 }",
	"export const { p, q: [r] } = { p: i, q: [seen] }",
	"%dd run a\ntype P = number; interface I { p: P }\nconst one: I = { p };\ndd.log({ p: one.p, r });",
	// Magics of every mark.
	"%%writefile data/more.ts\nexport const more = 3;",
	"%cd data\n%env FACTOR=2",
	'import { more } from "./more.ts";\n%time const drawn = Math.random()\n!echo 5 > five.txt',
	"%%time\nconst timed = Math.random() * drawn;\nlet done = true;",
	'!done\nimport { readFileSync } from "node:fs";\nconst five = Number(readFileSync("five.txt", "utf8"));\n!exit 3',
	"%dd run all\ndd.log({ more, drawn, timed, five, factor: Number(process.env.FACTOR), done: Number(!done) });",
	"%dd run again\n%time const inner = Math.random()\ndd.log({ inner });",
	"%cd ..",
	// Magics that cells define.
	'dd.magic("twice", { summary: "Runs the cell twice.", wraps: "code", options: [{ name: "plus", type: "number", description: "n" }] }, async ({ plus = 0 }, { execute }) => { await execute(); sum += plus; await execute(); });\ndd.magic("keep", { summary: "Keeps the cell.", wraps: "text", positionals: [{ name: "where", description: "n" }] }, ({ where }, { text }) => { kept = [where, text]; });\ndd.magic("draw", { summary: "Draws." }, () => { sketched = Math.random(); });\nlet sum = 0, kept: unknown[] = [], sketched = 0;',
	"%%twice --plus 0.5\nsum += Math.random();",
	"%%keep 'the place'\n%dd seed 3\n!ls `",
	"%draw",
	"%dd run a\ndd.log({ sum, sketched, kept: JSON.stringify(kept).length });\n%draw",
	"%dd run b\ndd.log({ sketched });",
	// Streams of cells, names that leave runs, parameters with the names of variables.
	"import * as tf from '@tensorflow/tfjs';\nimport { mean } from './tools.ts';",
	"%dd seed 7",
	"const noise = Array.from({ length: 3 }, Math.random);\nconst lr = 3, scale = () => lr * 2;",
	"%dd run first lr=0.5 epochs=2\nconst model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });\nconst x = tf.tensor2d([noise]);\ndd.log({ out: (await (model.predict(x) as tf.Tensor).data())[0], twice: scale(), mean: mean(noise) });\nawait dd.artifact('model', model);\nlet last = Math.random();",
	"const after = Math.random() + last;",
	"%dd run second\ndd.log({ lr, after, drawn: dd.rng('init')(), same: model.countParams() });",
	// Tasks, a grid, overrides and data.
	"%dd seed 3\n%dd verify-data data",
	"%dd run task=points set=moons epochs=2 lr=0.05 --no-images",
	"%dd multirun grid -n 2 a=1,2 b=x -p b=y,z --data data\ndd.log({ drawn: Math.random() * a, b: b.length });",
	"%dd run named a=1 --data data -p a=3\nconst path = await dd.data('data');\ndd.log({ a, found: Number(path.endsWith('data')) });",
	"%dd multirun -n 2 task=points set=blobs,xor epochs=1 --no-images",
	"%dd run named a=1\ndd.log({ a });",
];

/** The runs' digests, in order, with what tells them apart. */
const digestsIn = (root: string) =>
	listRuns(root).runs.map(({ record }) => [
		record.experiment,
		record.status,
		record.occurrence,
		record.repeat,
		record.seed.run,
		record.digest,
	]);

test("an exported script gives the notebook's digests", async () => {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"package.json": "{}",
		"tools.ts":
			"export const mean = (x: number[]): number => x.reduce((a, b) => a + b) / x.length;\n",
		"data/a.txt": "a",
	});
	const [inNotebook, inScript] = [join(folder, "a"), join(folder, "b")];
	const engine = await Engine.start({
		charts: false,
		cwd: folder,
		rootSeed: "11",
		env: { DEEPDIVA_RUNS: inNotebook },
	});
	try {
		for (const [index, source] of NOTEBOOK.entries()) {
			const reply = await engine.execute(String(index), {
				code: source,
				executionCount: index + 1,
			});
			assert.equal(reply.status, "ok", JSON.stringify(reply));
		}
	} finally {
		await engine.shutdown();
	}
	const script = join(folder, "script.ts");
	learnMagicsOf(NOTEBOOK);
	writeFileSync(script, code(...NOTEBOOK));
	assert.deepEqual(
		parseSync(script, code(...NOTEBOOK), { lang: "ts", sourceType: "module" })
			.errors,
		[],
	);
	await promisify(execFile)(
		process.execPath,
		[...commandLine, "run", script, "--seed", "11"],
		{ env: { ...process.env, DEEPDIVA_RUNS: inScript } },
	);
	const expected = digestsIn(inNotebook);
	assert.equal(expected.length, 24);
	assert.deepEqual(digestsIn(inScript), expected);
});

test("code that declares a parameter again is refused as in the notebook", () => {
	assert.throws(() => code("%dd run a lr=1\n\nfor (var lr of [1]);"), {
		name: "UsageError",
		message:
			/^cell 1: "lr" is declared twice: .* line 1 .* line 3; remove one\n/,
	});
});

test("a cell that is a module is refused with what to do", () => {
	assert.throws(() => code("/** @module mine */\nexport const a = 1;"), {
		name: "UsageError",
		message:
			"cell 1: a script cannot hold the cell that is the module ./mine: write the cell to a file, by %%writefile mine.ts in its first line, and export again",
	});
});
