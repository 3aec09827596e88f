import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { writeFiles } from "../../base/test-folder.ts";
import {
	openNotebook,
	resultOf,
	textOf,
	tracebackOf,
} from "./test-notebook.ts";

/** A JSX runtime in the notebook's folder that makes arrays of elements. */
const RUNTIME = {
	"node_modules/tiny/package.json":
		'{ "name": "tiny", "type": "module", "exports": { "./jsx-runtime": "./jsx-runtime.js" } }',
	"node_modules/tiny/jsx-runtime.js":
		"export const Fragment = 'fragment'; export const jsx = (type, props, key) => [typeof type === 'function' ? type(props) : type, props.children ?? null, key ?? null]; export const jsxs = jsx;",
};

async function notebook(
	compilerOptions: object,
	files: Readonly<Record<string, string>> = {},
) {
	const { execute, folder } = await openNotebook();
	for (const [name, text] of Object.entries({
		...RUNTIME,
		"tsconfig.json": JSON.stringify({ compilerOptions }),
		...files,
	})) {
		const path = join(folder, name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
	return execute;
}

const automatic = { jsx: "react-jsx", jsxImportSource: "tiny" };

describe("JSX", () => {
	test("means what jsxImportSource gives, also in functions that later cells call", async () => {
		const execute = await notebook(automatic);
		assert.equal(
			resultOf(await execute('<div key="k">text</div>')),
			"[ 'div', 'text', 'k' ]",
		);
		assert.equal(
			resultOf(await execute("<><b>1</b>{2}</>")),
			"[ 'fragment', [ [ 'b', '1', null ], 2 ], null ]",
		);
		await execute(
			"function Bold({ text }: { text: string }) { return <b>{text}</b> }",
		);
		assert.equal(
			resultOf(await execute('<Bold text="x" />')),
			"[ [ 'b', 'x', null ], null, null ]",
		);
	});

	test("calls jsxFactory where the tsconfig says react", async () => {
		const execute = await notebook({
			jsx: "react",
			jsxFactory: "h",
			jsxFragmentFactory: "F",
		});
		await execute(
			"const F = 'f'; const h = (...all: unknown[]) => JSON.stringify(all)",
		);
		assert.equal(
			resultOf(await execute("<a href='x'>text</a>")),
			`'["a",{"href":"x"},"text"]'`,
		);
		assert.equal(resultOf(await execute("<></>")), `'["f",null]'`);
	});

	test("may name a component as a global is named", async () => {
		const execute = await notebook(automatic);
		await execute("const Image = () => 'mine'");
		assert.equal(
			resultOf(await execute("<Image />")),
			"[ 'mine', null, null ]",
		);
	});

	test("leaves errors at the line and column of the cell", async () => {
		const execute = await notebook(automatic);
		const cell = await execute(
			'const a = <p>\n  text\n</p>;\nfunction f() {\n  throw new Error("here");\n}\nf();',
		);
		assert.match(
			tracebackOf(cell),
			/at f \(In \[1\], line 5, column 9\)[\s\S]*In \[1\], line 7, column 1/,
		);
		assert.match(
			tracebackOf(await execute("<p>{nothing.at.all}</p>")),
			/line 1, column 5/,
		);
		assert.match(
			tracebackOf(await execute("1;\n<p>text</q>")),
			/line 2, column/,
		);
	});

	test("left as it is, by the tsconfig, says what to write", async () => {
		const preserve = await notebook({ jsx: "preserve" });
		assert.match(
			resultOf(await preserve("<p/>")),
			/"jsx": "preserve" in .*tsconfig\.json leaves JSX as it is/,
		);
	});

	test("without a tsconfig is React's, and TypeScript stays what it is", async () => {
		const { execute, folder } = await openNotebook({
			types: { policy: "report", patient: true },
		});
		const shown = async (code: string) => {
			const cell = await execute(code);
			assert.equal(textOf(cell, "stderr"), "", code);
			return resultOf(cell);
		};
		const missing =
			"Error: Cannot find package 'react'; install it: %npm install react";
		assert.equal(await shown("<p>text</p>"), missing);
		assert.equal(
			await shown("<p>text</p"),
			"SyntaxError: Expected `>` but found `EOF`",
		);
		writeFiles(folder, {
			"node_modules/react/package.json":
				'{ "name": "react", "type": "module", "exports": { "./jsx-runtime": "./jsx-runtime.js" } }',
			"node_modules/react/jsx-runtime.js":
				RUNTIME["node_modules/tiny/jsx-runtime.js"],
		});
		assert.equal(await shown("<p>text</p>"), "[ 'p', 'text', null ]");
		assert.equal(
			await shown("const same = <T>(x: T) => <T>x; same<number>(3)"),
			"3",
		);
		await shown("const view = (n: number) => <b>{n}</b>");
		assert.equal(await shown("view(same(1))"), "[ 'b', 1, null ]");
		assert.match(
			textOf(await execute('const wrong: number = "x"; <i/>'), "stderr"),
			/TS2322/,
		);
	});

	test("whose runtime is not installed says which package is missing", async () => {
		const execute = await notebook({ jsx: "react-jsx" });
		assert.match(
			resultOf(await execute("<p/>")),
			/Cannot find package 'react'; install it/,
		);
	});

	test("in a script that was exported as .ts is the same", async () => {
		const execute = await notebook(automatic, {
			"exported.ts": "const n: number = 1;\nexport const view = <i>{n}</i>;",
		});
		assert.equal(
			resultOf(await execute('import { view } from "./exported.ts"; view')),
			"[ 'i', 1, null ]",
		);
	});

	test("in a local .tsx module is the same", async () => {
		const execute = await notebook(automatic, {
			"view.tsx":
				"export const view = <i>text</i>;\nexport const fail = () => { throw new Error('in view') };",
		});
		assert.equal(
			resultOf(await execute('import { view, fail } from "./view"; view')),
			"[ 'i', 'text', null ]",
		);
		assert.match(tracebackOf(await execute("fail()")), /view\.tsx:2:35/);
	});
});

const STANDARD = `
const log: string[] = [];
function logged(method: (...all: unknown[]) => unknown, { name }: ClassMethodDecoratorContext) {
	return function (this: unknown, ...all: unknown[]) { log.push(String(name)); return method.apply(this, all) };
}
function twice(_: undefined, context: ClassFieldDecoratorContext) { return (value: number) => 2 * value }
function tagged(_: object, { name }: ClassDecoratorContext) { log.push("class " + name) }
@tagged
class Point {
	@twice x = 2;
	accessor y = 1;
	@logged length(): number { return this.x + this.y }
}`;

describe("decorators", () => {
	test("are the standard's, on classes, methods, fields and accessors", async () => {
		const execute = await notebook({});
		assert.equal(
			resultOf(
				await execute(`${STANDARD}\n[new Point().length(), log, Point.name]`),
			),
			"[ 5, [ 'class Point', 'length' ], 'Point' ]",
		);
		assert.equal(resultOf(await execute("new Point().length()")), "5");
		assert.equal(
			resultOf(
				await execute(
					"Object.keys(globalThis).filter((name) => name.startsWith('__'))",
				),
			),
			"[]",
		);
	});

	test("leave errors at the line and column of the cell", async () => {
		const execute = await notebook({});
		const cell = await execute(
			'const d = (value: unknown, _: ClassMethodDecoratorContext) => value;\nclass A {\n  @d m() {\n    throw new Error("here");\n  }\n}\nnew A().m()',
		);
		assert.match(
			tracebackOf(cell),
			/line 4, column 11[\s\S]*In \[1\], line 7, column 9/,
		);
	});

	test("are TypeScript's own of old where the tsconfig says so, with metadata", async () => {
		const execute = await notebook({
			experimentalDecorators: true,
			emitDecoratorMetadata: true,
		});
		assert.equal(
			resultOf(
				await execute(`
const seen: unknown[] = [];
Reflect.metadata = (key: string, value: unknown) => () => { seen.push([key, value]) };
function old(target: object, key: string) { seen.push(key) }
class A { @old name: string = "a" }
seen`),
			),
			"[ [ 'design:type', [Function: String] ], 'name' ]",
		);
	});

	test("in a local module are the same", async () => {
		const execute = await notebook(
			{},
			{
				"point.ts": `${STANDARD}\nexport const length = new Point().length();`,
			},
		);
		assert.equal(
			resultOf(await execute('import { length } from "./point.ts"; length')),
			"5",
		);
		const old = await notebook(
			{ experimentalDecorators: true },
			{
				"a.ts":
					"export const seen: string[] = []; const d = (_: object, key: string) => { seen.push(key) }; export class A { @d x = 1 }",
			},
		);
		assert.equal(
			resultOf(await old('import { seen } from "./a.ts"; seen')),
			"[ 'x' ]",
		);
	});
});
