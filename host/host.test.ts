import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { parseSync } from "oxc-parser";
import * as browserHash from "./browser/hash.ts";
import * as nodeHash from "./hash.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

const isModule = (name: string) =>
	name.endsWith(".ts") && !name.endsWith(".test.ts");
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
	const scopesOf = async (module: string) => {
		const { outputFiles } = await esbuild.build({
			stdin: {
				contents: SCOPES.replace("HOST", `./${module}`),
				resolveDir: folder,
			},
			bundle: true,
			write: false,
			format: "esm",
			platform: "node",
			supported: {
				"async-await": false,
				"async-generator": false,
				"for-await": false,
			},
		});
		const { stdout, stderr } = spawnSync(
			process.execPath,
			["--input-type=module", "-"],
			{ input: outputFiles[0]?.text, encoding: "utf8" },
		);
		assert.equal(stderr, "");
		return JSON.parse(stdout) as readonly string[];
	};
	const seen = await scopesOf("browser/async-scope.ts");
	assert.deepEqual(seen, await scopesOf("async-scope.ts"));
	for (const name of ["a", "b"])
		for (const where of ["timer", "generator", "number 1", "catch", "end"])
			assert.ok(seen.includes(`${where} ${name} undefined`), where);
	assert.ok(seen.includes("both b b"));
	assert.ok(seen.includes("after undefined undefined"));
});
