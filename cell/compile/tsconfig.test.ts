import assert from "node:assert/strict";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, test } from "node:test";
import { temporaryFolder } from "../../base/test-folder.ts";
import {
	openNotebook,
	resultOf,
	textOf,
} from "../../kernel/engine/test-notebook.ts";
import { pathsFor, tsconfigOf } from "./tsconfig.ts";

const notebook = await openNotebook();
let edits = 0;

/** Writes a file under a folder; each time it is a later one, as for a person. */
function write(folder: string, name: string, content: unknown): void {
	const path = join(folder, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(
		path,
		typeof content === "string" ? content : JSON.stringify(content),
	);
	const time = new Date(1e12 + 1e4 * ++edits);
	utimesSync(path, time, time);
}

describe("a tsconfig.json", () => {
	test("is found beside the notebook or above, and read with what it extends", () => {
		const folder = temporaryFolder();
		write(folder, "base/tsconfig.json", {
			compilerOptions: { strict: false, typeRoots: ["./types"] },
		});
		write(
			folder,
			"tsconfig.json",
			`{ // with comments
				"extends": "./base/tsconfig.json",
				"compilerOptions": { "jsx": "react-jsx", },
			}`,
		);
		const notebook = join(folder, "notebooks");
		mkdirSync(notebook);
		assert.deepEqual(tsconfigOf(notebook), {
			path: join(folder, "tsconfig.json"),
			options: {
				strict: false,
				jsx: "react-jsx",
				typeRoots: [join(folder, "base", "types")],
			},
		});
	});

	test("is read again after an edit, of what it extends too", () => {
		const folder = temporaryFolder();
		write(folder, "base.json", { compilerOptions: { strict: false } });
		write(folder, "tsconfig.json", { extends: "./base.json" });
		assert.equal(tsconfigOf(folder).options.strict, false);
		write(folder, "base.json", { compilerOptions: { strict: true } });
		assert.equal(tsconfigOf(folder).options.strict, true);
	});

	for (const [text, problem] of [
		['{\n  "compilerOptions": {', /line 2, column 23: Unexpected token/],
		['{ "extends": "./nowhere.json" }', /'\.\/nowhere\.json' not found/],
		["[]", /a tsconfig is an object/],
		['{ "compilerOptions": { "jsx": 3 } }', /value of the wrong kind/],
	] as const)
		test(`that is broken says where: ${text}`, () => {
			const folder = temporaryFolder();
			write(folder, "tsconfig.json", text);
			const { options, problem: found = "" } = tsconfigOf(folder);
			assert.deepEqual(options, {});
			assert.match(found, problem);
			assert.ok(found.startsWith(join(folder, "tsconfig.json")));
		});

	test("maps names by paths: the whole name, else the longest beginning", () => {
		const folder = temporaryFolder();
		write(folder, "tsconfig.json", {
			compilerOptions: {
				paths: {
					exact: ["./one.ts"],
					"@/*": ["./src/*", "./more/*"],
					"@/deep/*": ["./deep/*"],
				},
			},
		});
		const tsconfig = tsconfigOf(folder);
		for (const [specifier, expected] of [
			["exact", ["one.ts"]],
			["@/a/b", ["src/a/b", "more/a/b"]],
			["@/deep/a", ["deep/a"]],
			["other", []],
			["./exact", []],
			["node:fs", []],
		] as const)
			assert.deepEqual(
				[...pathsFor(specifier, tsconfig)],
				expected.map((path) => join(folder, path)),
				specifier,
			);
	});

	test("with a baseUrl names everything below it", () => {
		const folder = temporaryFolder();
		write(folder, "tsconfig.json", { compilerOptions: { baseUrl: "./src" } });
		assert.deepEqual(
			[...pathsFor("a/b", tsconfigOf(folder))],
			[join(folder, "src/a/b")],
		);
	});
});

describe("cells", () => {
	afterEach(() => rmSync(join(notebook.folder, "tsconfig.json")));

	test("import by the paths of the tsconfig, and again after an edit", async () => {
		const { execute, folder } = notebook;
		write(folder, "tsconfig.json", {
			compilerOptions: { paths: { "@/*": ["./src/*"] } },
		});
		write(folder, "src/inner.ts", "export const value: number = 1");
		write(folder, "src/outer.ts", 'export { value } from "@/inner"');
		const cell = 'import { value } from "@/outer"; value';
		assert.equal(resultOf(await execute(cell)), "1");
		write(folder, "src/inner.ts", "export const value: number = 2");
		assert.equal(resultOf(await execute(cell)), "2");
	});

	test("say once that a tsconfig is broken, and run", async () => {
		const { execute, folder } = notebook;
		write(folder, "tsconfig.json", "{");
		const first = await execute("1 + 1");
		assert.equal(resultOf(first), "2");
		assert.match(
			textOf(first, "stderr"),
			/tsconfig\.json: line 1, column 2: .*\nThe tsconfig counts as empty until it is mended\.\n$/,
		);
		assert.equal(textOf(await execute("1 + 1"), "stderr"), "");
		write(folder, "tsconfig.json", "{}");
		assert.equal(textOf(await execute("1 + 1"), "stderr"), "");
		write(folder, "tsconfig.json", "[");
		assert.match(textOf(await execute("1 + 1"), "stderr"), /tsconfig/);
	});

	test("assign fields where useDefineForClassFields is false", async () => {
		const { execute, folder } = notebook;
		const cell = `
			class Base { set x(value) { this.was = value } was = 0 }
			class Derived extends Base { x = 5; y: number }
			const made = new Derived();
			[made.was, "y" in made]`;
		assert.equal(resultOf(await execute(cell)), "[ 0, true ]");
		write(folder, "tsconfig.json", {
			compilerOptions: { useDefineForClassFields: false },
		});
		assert.equal(resultOf(await execute(cell)), "[ 5, false ]");
	});
});
