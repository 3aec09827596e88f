import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { encode } from "fast-png";
import { makeFolder } from "../../base/files.ts";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";
import { packageRoot } from "../../base/version.ts";
import { exampleModule, exportedValues } from "./examples.ts";

const exported = exportedValues(packageRoot);
const folder = temporaryFolder();
const moduleOf = (name: string) => `example-${name}.ts`;

const image = (grey: number) =>
	encode({
		width: 2,
		height: 2,
		channels: 1,
		depth: 8,
		data: Uint8Array.of(grey, 0, grey, 255),
	});

const pages = [
	...readFileSync(join(packageRoot, "docs", "extending.md"), "utf8").matchAll(
		/^```ts\n([\s\S]*?)^```$/gm,
	),
].map(([, code = ""], i) => ({ name: `page-${i + 1}`, example: code }));
const examples = [
	...exported.flatMap(({ name, example }) =>
		example === undefined ? [] : [{ name, example }],
	),
	...pages,
];

/** Eight files of two classes each, as `data/pets` in parts and as `scans` in one. */
before(() => {
	writeFiles(folder, { "package.json": '{ "type": "module" }' });
	for (const place of [
		...["train", "val", "test"].map((split) => `data/pets/${split}`),
		"scans",
	])
		for (const name of ["cat", "dog"]) {
			makeFolder(join(folder, place, name));
			for (let i = 0; i < 4; i++)
				writeFileSync(join(folder, place, name, `${i}.png`), image(20 * i));
		}
	makeFolder(join(folder, "node_modules"));
	symlinkSync(packageRoot, join(folder, "node_modules", "deepdiva"));
	for (const { name, example } of examples)
		writeFileSync(join(folder, moduleOf(name)), exampleModule(example));
});

test("all that users can import says what it is, with an example", () => {
	assert.ok(exported.length > 40);
	assert.deepEqual(
		exported.filter(({ doc }) => !doc).map(({ name }) => name),
		[],
	);
	assert.deepEqual(
		exported.filter(({ example }) => !example).map(({ name }) => name),
		[],
	);
});

test("every example runs, and gives what it says", () => {
	assert.equal(pages.length, 4);
	const hooks = `
		import { registerHooks } from "node:module";
		const known = {
			deepdiva: ${JSON.stringify(pathToFileURL(join(packageRoot, "index.ts")).href)},
			"@tensorflow/tfjs": ${JSON.stringify(pathToFileURL(join(packageRoot, "training", "backend", "tf.ts")).href)},
		};
		registerHooks({ resolve: (name, context, next) => known[name] ? { url: known[name], shortCircuit: true } : next(name, context) });
		const dd = await import("deepdiva");
		await dd.verifyData("data/pets");
		const failed = [];
		for (const name of ${JSON.stringify(examples.map(({ name }) => name))})
			await import(${JSON.stringify(pathToFileURL(join(folder, "x")).href)}.slice(0, -1) + "example-" + name + ".ts")
				.catch((error) => failed.push(name + ": " + error.stack));
		if (failed.length > 0) throw new Error(failed.join("\\n"));`;
	writeFileSync(join(folder, "all.mjs"), hooks);
	const { status, stderr } = spawnSync(
		process.execPath,
		["--disable-warning=ExperimentalWarning", "all.mjs"],
		{ cwd: folder, encoding: "utf8" },
	);
	assert.equal(status, 0, stderr);
});

test("every example has the types that the editor expects", () => {
	writeFileSync(
		join(folder, "tsconfig.json"),
		JSON.stringify({
			compilerOptions: {
				target: "ES2023",
				lib: ["ES2024", "ESNext.Disposable", "DOM"],
				module: "NodeNext",
				types: ["node"],
				typeRoots: [join(packageRoot, "node_modules", "@types")],
				strict: true,
				noUncheckedIndexedAccess: true,
				skipLibCheck: true,
				noEmit: true,
				paths: {
					"@tensorflow/tfjs": [
						join(packageRoot, "dist", "training", "backend", "tf.d.ts"),
					],
				},
			},
			files: examples.map(({ name }) => moduleOf(name)),
		}),
	);
	const tsc = join(
		dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
		"bin",
		"tsc",
	);
	const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], {
		encoding: "utf8",
	});
	assert.equal(status, 0, stdout);
});
