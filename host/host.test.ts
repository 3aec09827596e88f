import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import * as esbuild from "esbuild";
import { parseSync } from "oxc-parser";
import * as browserBytes from "./browser/bytes.ts";
import * as browserHash from "./browser/hash.ts";
import * as browserInspect from "./browser/inspect.ts";
import { needsNode } from "./browser/needs-node.ts";
import * as browserPaths from "./browser/paths.ts";
import { backgroundTimeout, nextTurn } from "./browser/timers.ts";
import * as nodeBytes from "./bytes.ts";
import * as nodeHash from "./hash.ts";
import * as nodeInspect from "./inspect.ts";
import * as nodePaths from "./paths.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

const isModule = (name: string) => /(?<!\.test)\.ts$/.test(name);
const names = readdirSync(folder).filter(isModule).sort();

/** Values that a module exports. */
const exportsOf = (name: string) =>
	parseSync(name, readFileSync(join(folder, name), "utf8"))
		.module.staticExports.flatMap(({ entries }) => entries)
		.filter(({ isType }) => !isType)
		.map(({ exportName }) => exportName.name)
		.sort();

test("a browser has each module of the host, with the same exports", () => {
	assert.ok(names.length > 0);
	for (const name of names)
		assert.deepEqual(exportsOf(join("browser", name)), exportsOf(name), name);
});

test("bundlers for browsers are told of each module", () => {
	const { browser } = JSON.parse(
		readFileSync(join(folder, "..", "package.json"), "utf8"),
	);
	const built = names.map((name) => name.replace(/ts$/, "js"));
	assert.deepEqual(
		browser,
		Object.fromEntries(
			built.map((name) => [
				`./dist/host/${name}`,
				`./dist/host/browser/${name}`,
			]),
		),
	);
});

test("a browser's digests are Node's", () => {
	const bytes = new Uint8Array(200).map((_, i) => i * 7);
	const digests = ({
		createHash,
		createHmac,
		sha256Hex,
	}: typeof nodeHash): readonly unknown[] => [
		...(["sha1", "sha256"] as const).flatMap((algorithm) => [
			createHash(algorithm).digest("hex"),
			createHash(algorithm).update("é𝔘\ud800").update(bytes).digest("hex"),
			[...createHash(algorithm).update(bytes).digest()],
			createHash(algorithm)
				.update(new DataView(bytes.buffer, 3, 100))
				.digest("hex"),
		]),
		...["key", bytes, "long".repeat(100)].map((key) =>
			createHmac("sha256", key).update(bytes).update("text").digest("hex"),
		),
		sha256Hex(bytes.subarray(5)),
	];
	assert.deepEqual(digests(browserHash), digests(nodeHash));
	const { timingSafeEqual } = browserHash;
	assert.equal(timingSafeEqual(bytes, bytes.slice()), true);
	assert.equal(timingSafeEqual(bytes, bytes.with(199, 0)), false);
	assert.throws(() => timingSafeEqual(bytes, bytes.subarray(1)), RangeError);
});

test("a browser reads bytes and their texts as Node does", () => {
	const bytes = new TextEncoder().encode("\ufeffé𝔘");
	const read = (side: typeof nodeBytes) => {
		const decoded = side.textDecoder();
		return [
			[bytes, bytes.subarray(0, 4), new Uint8Array([65])].map((some) => [
				side.isUtf8(some),
				side.crc32(some),
				side.crc32(some, 7),
			]),
			Array.from(bytes, (byte) => decoded(new Uint8Array([byte]))).join(""),
		];
	};
	assert.deepEqual(read(browserBytes), read(nodeBytes));
});

test("what a browser compresses unpacks to the same as what Node does", () => {
	const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) % 251);
	for (const { deflateSync } of [nodeBytes, browserBytes]) {
		const packed = deflateSync(bytes);
		assert.ok(packed.length < bytes.length);
		assert.deepEqual(Uint8Array.from(inflateSync(packed)), bytes);
	}
});

test("a browser tells values apart as Node does, but for proxies", () => {
	const values = [
		...[1, "a", null, undefined, Symbol("a"), () => 1, {}, [], new Date()],
		...[Object(1), Object("a"), Object(1n), Object(Symbol("a")), Object(true)],
		...[new Map(), new Set(), new WeakMap(), new WeakSet(), /a/, new Error()],
		...[new ArrayBuffer(1), new SharedArrayBuffer(1), new Uint8Array(1)],
		...[Promise.resolve(), (function* () {})(), Object.create(Map.prototype)],
		...[new TypeError(), Object.create(Date.prototype)],
	];
	const names = Object.keys(
		browserInspect.types,
	) as (keyof typeof nodeInspect.types)[];
	for (const name of names)
		assert.deepEqual(
			values.map((value) => browserInspect.types[name](value)),
			values.map((value) => nodeInspect.types[name](value)),
			name,
		);
	const pairs = [
		...[
			[1, 1],
			[Number.NaN, Number.NaN],
			[0, -0],
			[{ a: [1] }, { a: [1] }],
		],
		...[
			[{ a: undefined }, {}],
			[[], {}],
			[{ a: 1 }, { b: 1 }],
			[null, {}],
		],
	];
	assert.deepEqual(
		pairs.map(([a, b]) => browserInspect.isDeepStrictEqual(a, b)),
		pairs.map(([a, b]) => nodeInspect.isDeepStrictEqual(a, b)),
	);
	assert.equal(
		browserInspect.inspect({ a: [1, "b"], c: new Map([[1, 2]]) }),
		nodeInspect.inspect({ a: [1, "b"], c: new Map([[1, 2]]) }),
	);
});

test("a browser's paths are POSIX's", () => {
	const paths = [
		"/",
		"/a/b.c",
		"/a/../b/",
		"a//b/./c",
		"../x.tar.gz",
		".a",
		"",
	];
	const read = ({
		basename,
		dirname,
		extname,
		isAbsolute,
		join,
		normalize,
		relative,
		resolve,
	}: Pick<
		typeof nodePaths,
		| "basename"
		| "dirname"
		| "extname"
		| "isAbsolute"
		| "join"
		| "normalize"
		| "relative"
		| "resolve"
	>) =>
		paths.map((path) => [
			...[basename, dirname, extname, isAbsolute, normalize].map((of) =>
				of(path),
			),
			...[join("/r", path), join(path, "..", "z"), resolve("/r", path)],
			relative("/r/s", resolve("/r", path)),
		]);
	assert.deepEqual(read(browserPaths), read(nodePaths.posix));
	assert.equal(browserPaths.pathToFileURL("/a b?").href, "file:///a%20b%3F");
	assert.equal(browserPaths.fileURLToPath("file:///a%20b%3F"), "/a b?");
});

test("what a browser cannot do says so when it is asked for", () => {
	const spawn = needsNode<typeof spawnSync>("a program");
	assert.throws(() => spawn("true"), /^Error: a program needs Node/);
});

test("a browser's turn of the event loop comes after what waits already", async () => {
	const seen: string[] = [];
	setTimeout(() => seen.push("timer"));
	queueMicrotask(() => seen.push("microtask"));
	await new Promise((done) => setTimeout(done, 5));
	await nextTurn();
	assert.deepEqual(seen, ["microtask", "timer"]);
});

/** What a program prints once esbuild has bundled it with these options. */
async function printed(
	contents: string,
	options: esbuild.BuildOptions,
): Promise<string> {
	const { outputFiles } = await esbuild.build({
		stdin: { contents, resolveDir: folder },
		bundle: true,
		write: false,
		format: "esm",
		...options,
	});
	const { stdout, stderr } = spawnSync(
		process.execPath,
		["--input-type=module", "-"],
		{ input: outputFiles?.[0]?.text, encoding: "utf8" },
	);
	assert.equal(stderr, "");
	return stdout;
}

test("a browser has timers that need nothing of Node's", async (t) => {
	assert.equal(
		await printed(
			"globalThis.setImmediate = undefined; setImmediate((given) => console.log(given), 7);",
			{ platform: "browser", inject: [join(folder, "browser", "globals.ts")] },
		),
		"7\n",
	);
	// There a timer's handle is a number.
	t.mock.method(globalThis, "setTimeout", () => 8);
	const handle: unknown = backgroundTimeout(() => undefined, 1);
	assert.equal(handle, 8);
});

const SCOPES = `
import { asyncScope } from "HOST";
const scope = asyncScope();
const other = asyncScope();
const seen = [];
const note = (where) => seen.push(\`\${where} \${scope.getStore()} \${other.getStore()}\`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
async function* numbers() {
	await pause(1);
	note("generator");
	yield 1;
}
async function work(name, ms) {
	await pause(ms);
	note("timer");
	await other.run(name, async () => {
		await null;
		note("both");
	});
	for await (const one of numbers()) note(\`number \${one}\`);
	await Promise.reject(new Error(name)).catch(() => note("catch")).finally(() => note("finally"));
	await new Promise((done) => queueMicrotask(() => done(note("microtask"))));
	note("end");
}
async function main() {
	note("before");
	const outside = pause(1).then(() => note("outside"));
	const both = Promise.all([scope.run("a", () => work("a", 5)), scope.run("b", () => work("b", 80))]);
	try { scope.run("c", () => { throw new Error("c"); }); } catch { note("thrown"); }
	note("meanwhile");
	await both;
	await outside;
	note("after");
	console.log(JSON.stringify(seen));
}
main();
`;

test("a browser's scopes follow promises, timers and async code as Node's do", async () => {
	const scopesOf = async (module: string) =>
		JSON.parse(
			await printed(SCOPES.replace("HOST", `./${module}`), {
				platform: "node",
				supported: {
					"async-await": false,
					"async-generator": false,
					"for-await": false,
				},
			}),
		) as readonly string[];
	const seen = await scopesOf("browser/async-scope.ts");
	assert.deepEqual(seen, await scopesOf("async-scope.ts"));
	for (const name of ["a", "b"])
		for (const where of ["timer", "generator", "number 1", "catch", "end"])
			assert.ok(seen.includes(`${where} ${name} undefined`), where);
	assert.ok(seen.includes("both b b"));
	assert.ok(seen.includes("after undefined undefined"));
});
