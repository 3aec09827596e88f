import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { writeFiles } from "../../../base/test-folder.ts";
import {
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
} from "../test-notebook.ts";

const notebook = await openNotebook();
writeFiles(notebook.folder, {
	"boom.ts": `export enum Kind { A }

interface Unused {
	a: number;
}

export const made = () => new Error("made");
`,
	"node_modules/pack/package.json": '{ "main": "index.js" }',
	"node_modules/pack/index.js":
		"\nexports.call = function call(f) { return f(); };\n",
});

/** What a cell printed, without the folder; cells have their lines below a type, which leaves no code. */
async function printed(code: string): Promise<string> {
	const cell = await notebook.execute(`interface A {\n\ta: 1;\n}\n${code}`, {
		executionCount: 7,
	});
	const all = [
		textOf(cell),
		textOf(cell, "stderr"),
		resultOf(cell),
		tracebackOf(cell),
	].join("\n");
	return all.replaceAll(notebook.folder, "");
}

const framesIn = (text: string): string[] =>
	text.split("\n").flatMap((line) => {
		const found = /^\s*at (.*?)( \{|,)?$/.exec(line)?.[1];
		return found === undefined ? [] : [found];
	});

const f = 'function f() { return new Error("x"); }\n';

suite("an error that the user prints names the user's own lines:", () => {
	for (const [name, code, frames] of [
		[
			"its stack",
			`${f}console.log(f().stack)`,
			["f (In [7]:4:23)", "In [7]:5:13"],
		],
		[
			"as an error",
			`${f}console.error(f())`,
			["f (In [7]:4:23)", "In [7]:5:15"],
		],
		["as a result", `${f}f()`, ["f (In [7]:4:23)", "In [7]:5:1"]],
		["in a list", `${f}console.log([f()])`, ["f (In [7]:4:23)", "In [7]:5:14"]],
		[
			"as a cause",
			`${f}console.log(new Error("o", { cause: f() }))`,
			["In [7]:5:13", "f (In [7]:4:23)", "In [7]:5:37"],
		],
		[
			"in an AggregateError",
			`new AggregateError([new Error("x")], "both")`,
			["In [7]:4:1", "In [7]:4:21"],
		],
		["console.trace", "\nconsole.trace(1)", ["In [7]:5:9"]],
		["console.assert", "console.assert(false, new Error())", ["In [7]:4:23"]],
		[
			"of a local module",
			'import { made } from "./boom.ts";\nconsole.log(made())',
			["made (/boom.ts:7:27)", "In [7]:5:13"],
		],
		[
			"through a package",
			'require("pack").call(() => console.log(new Error()))',
			[
				"In [7]:4:40",
				"Object.call (/node_modules/pack/index.js:2:42)",
				"In [7]:4:17",
			],
		],
		[
			"through a built-in function",
			"[1].map(() => console.log(new Error()))",
			["In [7]:4:27", "Array.map (<anonymous>)", "In [7]:4:5"],
		],
		[
			"after an await",
			"async function g() { await null; throw new Error() }\nawait g().catch(console.log)",
			["g (In [7]:4:40)", "async In [7]:5:1"],
		],
		[
			"in a timer",
			"setTimeout(() => console.log(new Error()), 1); await new Promise((done) => setTimeout(done, 20))",
			["In [7]:4:30"],
		],
		[
			"in a listener",
			'new (require("node:events"))().on("a", function on() { console.log(new Error()) }).emit("a")',
			["EventEmitter.on (In [7]:4:68)", "In [7]:4:84"],
		],
		[
			"in evaluated text",
			'console.log(eval("new Error()"))',
			[
				"eval (eval at <anonymous> (In [7]:4:13), <anonymous>:1:1)",
				"In [7]:4:13",
			],
		],
		[
			"of an object that captured one",
			"const o: any = { name: 'N' };\nError.captureStackTrace(o);\nconsole.log(o.stack)",
			["In [7]:5:7"],
		],
		[
			"of the system",
			'try { require("node:fs").readFileSync("none") } catch (e) { console.log(e) }',
			["In [7]:4:26"],
		],
		[
			"that ended a cell before",
			"var ended: any = new Error();\ntry { await Promise.reject(ended) } catch {}\nconsole.log(ended)",
			["In [7]:4:18"],
		],
	] as const)
		test(name, async () => {
			const text = await printed(code);
			assert.deepEqual(framesIn(text), frames, text);
			assert.doesNotMatch(text, /cell-\d+\.ts|node:|\/kernel\//);
		});
});

test("an error that ended its cell is printed later as it was thrown", async () => {
	await printed('globalThis.kept = new Error("x"); throw globalThis.kept');
	const text = await printed("console.log(globalThis.kept)");
	assert.match(text, /^Error: x\n {4}at In \[7\]:4:19\n/);
});

test("a library can read positions in a stack", async () => {
	const text = await printed(
		"console.log(/\\((.*):(\\d+):(\\d+)\\)/.exec((function g() { return new Error().stack })()!)!.slice(1).join(' '))",
	);
	assert.match(text, /^In \[7\] 4 64\n/);
});

test("a prepareStackTrace of the user's gets the user's places, and can be taken back", async () => {
	const text = await printed(`
const { prepareStackTrace } = Error;
Error.prepareStackTrace = (error, sites) => sites.map((site) => [site.getFileName(), site.getLineNumber(), site.getColumnNumber(), site.getFunctionName(), String(site)].join(" "));
function h() { return new Error("x").stack }
console.log(h());
const own = Error.prepareStackTrace;
Error.prepareStackTrace = own;
console.log(h()!.length);
Error.prepareStackTrace = prepareStackTrace;
console.log(h());
Error.prepareStackTrace = () => "mine";
console.log(h());
Error.prepareStackTrace = undefined;
console.log(h());`);
	assert.deepEqual(text.trim().split("\n"), [
		"[ 'In [7] 7 23 h h (In [7]:7:23)', 'In [7] 8 13  In [7]:8:13' ]",
		"2",
		"Error: x",
		"    at h (In [7]:7:23)",
		"    at In [7]:13:13",
		"mine",
		"Error: x",
		"    at h (In [7]:7:23)",
		"    at In [7]:17:13",
	]);
});

test("a stack has as many lines as Node's, or as the user asks for", async () => {
	const lines = async (before: string) =>
		framesIn(
			await printed(
				`${before}; function down(n: number): string { return n ? down(n - 1) : new Error().stack! }\nconsole.log(down(40))`,
			),
		).length;
	assert.equal(await lines("0"), 10);
	assert.equal(await lines("Error.stackTraceLimit = 3"), 3);
	assert.equal(await lines("Error.stackTraceLimit = 30"), 30);
	assert.equal(await lines("Error.stackTraceLimit = 0"), 0);
});

test("an error without a readable head has a stack", async () => {
	const text = await printed(
		"const e = Object.create(Error.prototype, { message: { get() { throw 1 } } });\nError.captureStackTrace(e);\nconsole.log(typeof e.stack)",
	);
	assert.match(text, /^string\n/);
});
