import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { writeFiles } from "../../base/test-folder.ts";
import { liveKeys } from "../engine/completion/live-keys.ts";
import { openNotebook, resultOf } from "../engine/test-notebook.ts";
import { livePlace, withLiveKeys } from "./live-completion.ts";

const notebook = await openNotebook();

/** Completes at the `|` in the code. */
async function complete(marked: string): Promise<readonly string[]> {
	const { matches } = await notebook.engine.complete(
		marked.replace("|", ""),
		marked.indexOf("|"),
	);
	return matches;
}

test("completion knows the keys of live values, and runs nothing of theirs", async () => {
	const made = await notebook.execute(`
		let touched = 0;
		const touch = () => { touched++; return undefined; };
		const conf = JSON.parse('{ "alpha": 1, "beta": { "list": [{ "x1": 1 }], "two words": 2 } }');
		const odd: any = {
			get got() { touched++; return { deep: 1 }; },
			proxy: new Proxy({ hidden: 1 }, { ownKeys() { touched++; return []; }, get: touch, getOwnPropertyDescriptor: touch, getPrototypeOf() { touched++; return null; } }),
		};
		const heir: any = Object.create(odd.proxy, { own: { value: { inner: 1 } } });
		class Secret { private hidden = 1; shown = 2; }
		const typed = new Secret();
		const untyped: any = new Secret();
		const words: any = "text";
		const counts: Record<string, number> = { yes: 1, no: 2 };
		process.env.DEEPDIVA_LIVE_TEST = "1";`);
	assert.equal(made.reply.status, "ok");
	await notebook.execute("touched = 0;");
	for (const [code, expected] of [
		["conf.|", ["alpha", "beta"]],
		["conf.beta.l|", ["list"]],
		["f(conf?.beta?.list[0].|)", ["x1"]],
		['conf["beta"].list["0"].x|', ["x1"]],
		['conf["al|"]', ["alpha"]],
		['conf.beta["|', ["list", "two words"]],
		["process.env.DEEPDIVA_LIVE|", ["DEEPDIVA_LIVE_TEST"]],
		["counts.|", ["yes", "no"]],
		["words.toUpperC|", ["toUpperCase"]],
		["odd.|", ["got", "proxy"]],
		["odd.got.|", []],
		["odd.proxy.|", []],
		["odd.proxy.hidden.|", []],
		["heir.|", ["own"]],
		["heir.own.|", ["inner"]],
		["heir.got.|", []],
		["typed.|", ["shown"]],
		["untyped.|", ["hidden", "shown"]],
		['"conf.|"', []],
		["conf.beta.list.|.x", undefined],
		["nobody.|", []],
	] as const) {
		const found = await complete(code);
		if (expected) assert.deepEqual(found, expected, code);
	}
	assert.equal(resultOf(await notebook.execute("touched")), "0");
});

test("completion does not wait for a busy engine", async () => {
	await notebook.execute("const conf = JSON.parse('{ \"alpha\": 1 }')");
	const started = notebook.printed(/started/);
	const busy = notebook.execute('console.log("started"); while (true);');
	await started;
	assert.deepEqual(await complete("conf.|"), []);
	notebook.engine.interrupt();
	assert.equal((await busy).reply.status, "error");
	assert.deepEqual(await complete("conf.|"), ["alpha"]);
});

test("completion knows packages, modules and files where their names are written", async () => {
	writeFiles(notebook.folder, {
		"helper.ts": "export const one = 1;",
		"table.csv": "",
		"folder/inner.txt": "",
		"node_modules/leftpad/package.json":
			'{ "name": "leftpad", "exports": { ".": { "types": "./i.d.ts" }, "./more": { "types": "./i.d.ts" } } }',
		"node_modules/leftpad/i.d.ts": "export declare const x: number;",
	});
	for (const [code, expected] of [
		['import x from "leftp|"', ["leftpad"]],
		['import x from "leftp|', ["leftpad"]],
		["const x = await import('leftp|", ["leftpad"]],
		['require("leftp|")', ["leftpad"]],
		['require("leftp|', ["leftpad"]],
		['import x from "leftpad/m|"', ["more"]],
		['import fs from "node:sqli|"', ["node:sqlite"]],
		['import { one } from "./hel|', ["helper"]],
		['export * from "./hel|"', ["helper"]],
		['readFileSync("ta|")', ["table.csv"]],
		['const path = "./fo|"', ["folder/"]],
		["fs.readdir(`./folder/|", ["inner.txt"]],
		['const word = "ta|"', []],
		["%cd fo|", ["folder/"]],
	] as const)
		assert.deepEqual(await complete(code), expected, code);
});

describe("where a live value is asked for:", () => {
	for (const [code, path, prefix] of [
		["a.b", ["a"], "b"],
		["x = a?.b!.", ["a", "b"], ""],
		['a["b c"][2].d', ["a", "b c", "2"], "d"],
		["größe.", ["größe"], ""],
	] as const)
		test(code, () => {
			const found = livePlace(code, code.length);
			assert.deepEqual(found?.path, path);
			assert.equal(found?.prefix, prefix);
		});
	for (const code of ["f().b", "a[i].b", "1.", '"text".', "a", "// 'a'.b'"])
		test(`not at ${code}`, () => {
			assert.equal(livePlace(code, code.length), undefined);
		});

	test("not at a path longer than a person would write", () => {
		const code = `${"a.".repeat(200_000)}b`;
		assert.equal(livePlace(code, code.length), undefined);
	});
});

test("a large list is not listed", () => {
	const values = new Array(1e6).fill(0);
	const { keys } = liveKeys(["values"], {
		variable: () => ({ value: values }),
		environment: {},
	});
	assert(keys.includes("map"));
	assert(!keys.includes("0"));
	assert.deepEqual(
		withLiveKeys(
			{ matches: [], start: 7, end: 7, types: [] },
			{ path: ["values"], start: 7, prefix: "findLastI", isText: false },
			{ keys, isPlain: false },
		).matches,
		["findLastIndex"],
	);
});
