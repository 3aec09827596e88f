import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder, writeFiles } from "../../../base/test-folder.ts";
import { createTypeService } from "../service.ts";
import { declarationText } from "./joined-declarations.ts";
import { compilerFolder, slashes } from "./package-paths.ts";

const configOf = (compilerOptions: object) =>
	JSON.stringify({ compilerOptions });

const libraryFile = (name: string) =>
	`${compilerFolder()}/lib/lib.${name}.d.ts`;

test("one file has what all files of the language's library declare", () => {
	const config = configOf({ lib: ["ES2020"] });
	const all = declarationText(libraryFile("es5"), config) ?? "";
	assert.equal(all.match(/^interface Function \{/gm)?.length, 3);
	assert.match(all, /^interface BigInt \{/m);
	// It is not asked for, and would stay as it is where a package does.
	assert.doesNotMatch(all, /^interface WeakRef</m);
	assert.equal(
		declarationText(libraryFile("es2021.weakref"), config),
		undefined,
	);
	assert.match(
		declarationText(libraryFile("es2020"), config) ?? "",
		/^(?:\/\/\/ <reference lib="[\w.]+" \/>\n?)+$/,
	);
	assert.equal(
		declarationText(libraryFile("es2020.bigint"), config)?.includes(
			"interface",
		),
		false,
	);
});

test("types of Node in which a file is a module keep that one, and a new version is read anew", () => {
	const root = join(temporaryFolder(), "node_modules", "@types");
	const folder = join(root, "node");
	const write = (files: Readonly<Record<string, string>>) => {
		for (const [name, text] of Object.entries(files))
			writeFileSync(join(folder, name), text);
	};
	mkdirSync(folder, { recursive: true });
	write({
		"package.json": '{ "version": "1.0.0" }',
		"index.d.ts":
			'/// <reference path="a.d.ts" />\n/// <reference path="b.d.ts" />\n/// <reference path="module.d.ts" />\n',
		"a.d.ts": "interface A { a: 1 }\n",
		"b.d.ts": '/// <reference path="a.d.ts" />\ninterface A { b: 1 }\n',
		"module.d.ts": "declare global { interface A { c: 1 } }\nexport {};\n",
	});
	const config = configOf({ typeRoots: [slashes(root)], lib: ["esnext"] });
	const text = (name: string) =>
		declarationText(slashes(join(folder, name)), config);
	assert.deepEqual(text("index.d.ts")?.split(/\n+/).filter(Boolean), [
		'/// <reference path="a.d.ts" />',
		'/// <reference path="b.d.ts" />',
		'/// <reference path="module.d.ts" />',
		"interface A { a: 1 }",
		"interface A { b: 1 }",
	]);
	assert.deepEqual(
		["a.d.ts", "b.d.ts", "module.d.ts", "other.d.ts"].map(text),
		["", '/// <reference path="a.d.ts" />', undefined, undefined],
	);
	rmSync(join(folder, "b.d.ts"));
	write({
		"package.json": '{ "version": "1.0.1", "of": "another size" }',
		"index.d.ts": "export {};\n",
	});
	assert.deepEqual(["index.d.ts", "a.d.ts", "b.d.ts"].map(text), [
		undefined,
		undefined,
		undefined,
	]);
});

test("types of Node whose files refer to each other are read once each", () => {
	const root = join(temporaryFolder(), "node_modules", "@types");
	const index = join(root, "node", "index.d.ts");
	writeFiles(join(root, "node"), {
		"index.d.ts": '/// <reference path="a.d.ts" />\ninterface A { b: 1 }\n',
		"a.d.ts": '/// <reference path="index.d.ts" />\ninterface A { a: 1 }\n',
	});
	const text = declarationText(
		slashes(index),
		configOf({ typeRoots: [slashes(root)], lib: ["esnext"] }),
	);
	assert.deepEqual(text?.split(/\n+/).filter(Boolean), [
		'/// <reference path="a.d.ts" />',
		"interface A { a: 1 }",
		"interface A { b: 1 }",
	]);
});

test("a notebook whose tsconfig asks for an older language has its names and no later ones", async () => {
	const folder = temporaryFolder();
	writeFileSync(
		join(folder, "tsconfig.json"),
		configOf({ lib: ["es2015", "dom"], types: [] }),
	);
	await using stack = new AsyncDisposableStack();
	const service = stack.adopt(createTypeService({ cwd: folder }), (one) =>
		one.dispose(),
	);
	assert.deepEqual(
		(
			await service.diagnostics(
				"[1].find((v) => v > 0); new Map([[1, 2]]).get(1); Array.from('ab').fill('c'); let part: HTMLElement; Temporal.Now",
			)
		).map(({ message }) => message),
		["Cannot find name 'Temporal'."],
	);
});
