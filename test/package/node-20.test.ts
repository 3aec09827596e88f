import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";

const config = fileURLToPath(
	new URL("./node-20/tsconfig.json", import.meta.url),
);
const compiler = join(
	dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
	"bin",
	"tsc",
);

/** What the compiler says of a project, one error a line. */
const errorsIn = (project: string): string[] =>
	spawnSync(process.execPath, [compiler, "--pretty", "false", "-p", project], {
		encoding: "utf8",
	})
		.stdout.split("\n")
		.filter((line) => /\berror TS\d+/.test(line));

test("whatever the library's modules call is there in Node 20", () => {
	assert.deepEqual(errorsIn(config), []);
});

/** Each is missing in Node 20, or was added after its first release. */
const NEWER = [
	"Promise.withResolvers<void>();",
	"Promise.try(() => 1);",
	"Object.groupBy([1], (one) => one);",
	"Map.groupBy([1], (one) => one);",
	"Array.fromAsync([1]);",
	"new Set([1]).union(new Set([2]));",
	"new Set([1]).isSubsetOf(new Set([2]));",
	"[1].values().map((one) => one);",
	"new Map([[1, 2]]).keys().toArray();",
	"Iterator.from([1]);",
	'RegExp.escape("a");',
	"new ArrayBuffer(1).transfer();",
	"Math.f16round(1);",
	"new Float16Array(1);",
	"new DisposableStack();",
	"navigator.hardwareConcurrency;",
	"localStorage.length;",
	"Error.isError(1);",
	"new Uint8Array(1).toHex();",
	'import { registerHooks } from "node:module";',
	'import { globSync } from "node:fs";',
	'import { DatabaseSync } from "node:sqlite";',
	'import { zstdCompressSync } from "node:zlib";',
];

test("an API that Node 20 lacks is found, whichever it is", () => {
	const folder = temporaryFolder();
	writeFiles(
		folder,
		Object.fromEntries([
			[
				"tsconfig.json",
				JSON.stringify({
					extends: config,
					compilerOptions: { rootDir: folder },
					files: NEWER.map((_, i) => `${i}.mts`),
				}),
			],
			...NEWER.map((line, i) => [`${i}.mts`, `${line}\nexport {};\n`]),
		]),
	);
	const found = errorsIn(folder).map((line) => /(\d+)\.mts\(/.exec(line)?.[1]);
	assert.deepEqual(
		NEWER.filter((_, i) => !found.includes(String(i))),
		[],
	);
});

test("the oldest Node that package.json asks for is the one that the tests run the library on", () => {
	const read = (path: string) =>
		JSON.parse(readFileSync(join(packageRoot, path), "utf8"));
	const { engines } = read("package.json");
	const { dependencies } = read("test/determinism/interpreters/package.json");
	const [, oldest] = /@(20\..*)$/.exec(dependencies.node20) ?? [];
	assert.equal(engines.node.split(" ")[0], `^${oldest}`);
});
