import assert from "node:assert/strict";
import { test } from "node:test";
import { findMagic, magics } from "../../magics/registry.ts";
import {
	foreignCall,
	foreignLine,
	foreignMagic,
	foreignName,
} from "./foreign.ts";

test("names of other kernels, of the browser and of Python say what is written here", () => {
	for (const [name, advice] of [
		["Deno", /readFile/],
		["Bun", /readFile/],
		["$$", /display\(value\)/],
		["$$html$$", /display\(value\)/],
		["tslab", /import \* as tslab/],
		["document", /not in the page/],
		["get_ipython", /TypeScript/],
		["__dirname", /import\.meta\.dirname/],
		["module", /@module/],
	] as const)
		assert.match(foreignName(name) ?? "", advice, name);
	for (const name of ["$", "x", "constructor", "toString"])
		assert.equal(foreignName(name), undefined);
});

test("a magic of IPython says what is written here, and none hides one of ours", () => {
	assert.throws(() => findMagic("matplotlib", "%"), /display\(value\)/);
	assert.throws(() => findMagic("bash", "%%"), /!command/);
	assert.throws(() => findMagic("pip", "%"), /%npm install NAME/);
	assert.throws(() => findMagic("tim", "%"), /did you mean "%time"/);
	for (const { name } of magics()) assert.equal(foreignMagic(name), undefined);
});

test("?name and name? say how to look, and a conditional is none", () => {
	for (const line of ["?console", "console.log?", " ??x ", "tf.tensor??;"])
		assert.match(foreignLine(line) ?? "", /Shift-Tab/, line);
	for (const line of ["a ? b : c", "a ?? b", "x", "const x = ?"])
		assert.equal(foreignLine(line), undefined, line);
});

test("a method that display has elsewhere says what shows the same", () => {
	assert.match(
		foreignCall("display.html is not a function") ?? "",
		/text\/html/,
	);
	assert.equal(foreignCall("x.html is not a function"), undefined);
});
