import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { openNotebook, resultOf, textOf } from "../test-notebook.ts";

const root = temporaryFolder();
writeFiles(root, {
	"node_modules/esm-only/package.json":
		'{ "name": "esm-only", "type": "module", "exports": { ".": "./main.js", "./sub": "./sub.js" } }',
	"node_modules/esm-only/main.js":
		"export const kind = 'esm'; export default 1;",
	"node_modules/esm-only/sub.js": "export const sub = import.meta.url;",
	"node_modules/common/package.json": '{ "name": "common", "main": "lib" }',
	"node_modules/common/lib.js":
		"exports.kind = 'common'; exports.file = __filename;",
	"node_modules/ts-package/package.json":
		'{ "name": "ts-package", "exports": "./main.mjs" }',
	"node_modules/ts-package/main.mjs": "export { kind } from 'common';",
	"folder/helper.ts":
		'import { nested } from "./nested.js"; import { indexed } from "./inner"; export enum Level { Low, High } export const helper = [nested, indexed, Level.High];',
	"folder/nested.ts": "export const nested: string = 'nested';",
	"folder/inner/index.ts": "export const indexed = 'indexed';",
	"folder/plain.js": "export const plain = 'plain';",
	"folder/parameter.ts":
		"export class P { constructor(readonly a = 1) {} } export namespace N { export const v = 2 }",
	"folder/counter.ts":
		"export namespace Counter { export let n = 1; export const add = () => ++n }",
	"folder/view.tsx": "export const view: string = 'tsx';",
	"folder/common.cts": "export = { cts: 1 as number };",
	"folder/local.json": '{ "a": 1 }',
	"folder/own.mts": "const top = await Promise.resolve(7); export { top };",
	"folder/edited.ts": "export const version: number = 1;",
	"folder/outer.ts": 'export { version } from "./edited.ts";',
	"folder/räum lich/größe.ts": "export const größe = 5;",
});
const notebook = await openNotebook({ cwd: join(root, "folder") });
const { execute } = notebook;

suite("a cell imports", () => {
	for (const [name, code, expected] of [
		[
			"ES-module packages from a folder above",
			'import one, { kind } from "esm-only"; [one, kind]',
			"[ 1, 'esm' ]",
		],
		[
			"a package's other entries",
			'import { sub } from "esm-only/sub"; sub.endsWith("/esm-only/sub.js")',
			"true",
		],
		[
			"CommonJS packages",
			'import { kind as common } from "common"; common',
			"'common'",
		],
		["CommonJS packages by require", 'require("common").kind', "'common'"],
		[
			"packages that import packages",
			'import { kind as through } from "ts-package"; through',
			"'common'",
		],
		[
			"local TypeScript with enums, .js for .ts, and folders",
			'import { helper, Level } from "./helper"; [helper, Level.Low]',
			"[ [ 'nested', 'indexed', 1 ], 0 ]",
		],
		[
			"TypeScript with parameter properties and namespaces",
			'import { P, N } from "./parameter.ts"; [new P().a, N.v]',
			"[ 1, 2 ]",
		],
		[
			"namespaces whose variables change",
			'import { Counter } from "./counter.ts"; [Counter.add(), Counter.n]',
			"[ 2, 2 ]",
		],
		[
			"local JavaScript",
			'import { plain } from "./plain.js"; plain',
			"'plain'",
		],
		[
			"tsx, mts and cts",
			'import { view } from "./view.tsx"; import { top } from "./own.mts"; import c from "./common.cts"; [view, top, c.cts]',
			"[ 'tsx', 7, 1 ]",
		],
		[
			"JSON",
			'import local from "./local.json" with { type: "json" }; local.a',
			"1",
		],
		[
			"files with spaces and umlauts",
			'import { größe } from "./räum lich/größe.ts"; größe',
			"5",
		],
		[
			"by absolute path and URL",
			`const byUrl = await import(import.meta.url.replace("notebook.ts", "plain.js")); const byPath = await import(${JSON.stringify(join(root, "folder/plain.js"))}); [byUrl.plain, byPath.plain]`,
			"[ 'plain', 'plain' ]",
		],
		[
			"the kernel's own library",
			'import * as own from "deepdiva"; [own === dd, typeof own.log]',
			"[ true, 'function' ]",
		],
	] as const)
		test(name, async () => {
			assert.equal(resultOf(await execute(code)), expected);
		});
});

/** Writes a file anew, as an editor would some time later. */
function edit(name: string, text: string): void {
	writeFiles(notebook.folder, { [name]: text });
	const time = new Date(Date.now() + 5000);
	utimesSync(join(notebook.folder, name), time, time);
}

test("an edited file is read again, also below other files", async () => {
	const read =
		'import { version } from "./edited.ts"; import { version as through2 } from "./outer.ts"; [version, through2]';
	assert.equal(resultOf(await execute(read)), "[ 1, 1 ]");
	edit("edited.ts", "export const version = 2;");
	assert.equal(resultOf(await execute(read)), "[ 2, 2 ]");
});

test("edited CommonJS and JSON files are read again", async () => {
	const read =
		'import { v as c1 } from "./again.cjs"; import j1 from "./again.json" with { type: "json" }; [c1, j1.v, require("./again.cjs").v]';
	writeFiles(notebook.folder, {
		"again.cjs": "exports.v = 1",
		"again.json": '{ "v": 1 }',
	});
	assert.equal(resultOf(await execute(read)), "[ 1, 1, 1 ]");
	edit("again.cjs", "exports.v = 2");
	edit("again.json", '{ "v": 2 }');
	assert.equal(resultOf(await execute(read)), "[ 2, 2, 2 ]");
});

test("files that import each other are loaded, and again after an edit", async () => {
	writeFiles(notebook.folder, {
		"ping.ts":
			'import { pong } from "./pong.ts"; export const ping = () => pong; export const n = 1;',
		"pong.ts":
			'import { n } from "./ping.ts"; export const pong = "pong"; export const get = () => n;',
	});
	const read =
		'import { ping } from "./ping.ts"; import { get } from "./pong.ts"; [ping(), get()]';
	assert.equal(resultOf(await execute(read)), "[ 'pong', 1 ]");
	edit(
		"ping.ts",
		'import { pong } from "./pong.ts"; export const ping = () => pong; export const n = 2;',
	);
	assert.equal(resultOf(await execute(read)), "[ 'pong', 2 ]");
});

test("a file that was not edited is loaded once", async () => {
	writeFiles(notebook.folder, {
		"once.ts": 'console.log("loaded"); export const once = {};',
	});
	const first = await execute('import { once as o1 } from "./once.ts"; 1');
	const second = await execute(
		'import { once as o2 } from "./once.ts"; o1 === o2',
	);
	assert.equal(textOf(first) + textOf(second), "loaded\n");
	assert.equal(resultOf(second), "true");
});

test("a broken file can be mended and imported", async () => {
	writeFiles(notebook.folder, { "mended.ts": "export const m = ;" });
	const read = 'import { m } from "./mended.ts"; m';
	assert.match(resultOf(await execute(read)), /^SyntaxError: Unexpected token/);
	edit("mended.ts", "export const m = 3;");
	assert.equal(resultOf(await execute(read)), "3");
});

test("what is not there says so, without paths the user does not know", async () => {
	assert.equal(
		resultOf(await execute('import "@scope/none/deep"')),
		"Error: Cannot find package '@scope/none'; install it: %npm install @scope/none",
	);
	assert.match(
		resultOf(await execute('import "./none.ts"')),
		/^Error: Cannot find module '.*\/folder\/none.ts'$/,
	);
});

test("TensorFlow.js needs no installation, is there once, and trains", async () => {
	const cell = await execute(`
		import * as tf from "@tensorflow/tfjs";
		import * as core from "@tensorflow/tfjs-core";
		await tf.ready();
		const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
		model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
		const xs = tf.tensor2d([[0], [1]]), ys = tf.tensor2d([[1], [3]]);
		const { history } = await model.fit(xs, ys, { epochs: 60, verbose: 0 });
		[tf.tensor === core.tensor, tf.getBackend(), history.loss.at(-1) < 0.05]`);
	assert.equal(resultOf(cell), "[ true, 'wasm', true ]");
});

test("a notebook's own @tensorflow/tfjs is made of the parts that are seeded", async () => {
	const own = await openNotebook({ rootSeed: "1" });
	writeFiles(own.folder, {
		"node_modules/@tensorflow/tfjs/package.json": '{ "main": "index.js" }',
		"node_modules/@tensorflow/tfjs/index.js": `
			module.exports = { ...require("@tensorflow/tfjs-core"), data: require("@tensorflow/tfjs-data") };`,
		"node_modules/@tensorflow/tfjs-core/index.js":
			'throw new Error("this copy is not to be loaded");',
	});
	const code = `
		import * as tf from "@tensorflow/tfjs";
		const shuffled = await tf.data.array([1, 2, 3, 4, 5, 6, 7, 8]).shuffle(8).toArray();
		[shuffled.join(), tf.randomNormal === require("@tensorflow/tfjs-core").randomNormal]`;
	const first = resultOf(await own.execute(code));
	assert.match(first, /'[\d,]{15}', true/);
	assert.equal(resultOf(await own.execute(code)), first);
});
