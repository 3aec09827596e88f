import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { temporaryFolder } from "../../../base/test-folder.ts";
import { openNotebook, textOf } from "../../engine/test-notebook.ts";
import { createTypeService, type TypeService } from "../service.ts";

const INTERNAL = /^__deepdiva_/;

/** What the engine has. */
let runtime: ReadonlySet<string>;

before(async () => {
	const { execute } = await openNotebook();
	const cell = await execute(
		"console.log(Object.getOwnPropertyNames(globalThis).join('\\n'))",
	);
	const names = textOf(cell).trim().split("\n");
	// Loaded when a cell first mentions it.
	runtime = new Set(["dd", ...names.filter((name) => !INTERNAL.test(name))]);
});

const NO_VALUE = new Set(["keyword", "interface", "type"]);

/** The values that a cell can name, and whatever else it can. */
async function typed(service: TypeService, code: string) {
	service.setCells([]);
	const { matches, types } = await service.complete(code, code.length);
	const isValue = (_: string, index: number) =>
		!NO_VALUE.has(types[index] ?? "");
	return { values: matches.filter(isValue), all: new Set(matches) };
}

for (const config of [undefined, { lib: ["esnext", "dom"] }])
	describe(`globals, ${config ? `"lib": ${JSON.stringify(config.lib)}` : "no tsconfig"}`, () => {
		const folder = temporaryFolder();
		if (config)
			writeFileSync(
				join(folder, "tsconfig.json"),
				JSON.stringify({ compilerOptions: config }),
			);
		const service = createTypeService({ cwd: folder });
		after(() => service.dispose());
		/** Each with TypeScript's number and the text that it is about. */
		const problems = async (code: string, ...cells: string[]) => {
			service.setCells(cells);
			return (await service.diagnostics(code)).map(
				(one) => `${one.code} ${code.slice(one.start, one.start + one.length)}`,
			);
		};

		test("every global of the engine has a type, and no type names a global that it has not", async () => {
			// With `dd` come the types of TensorFlow.js, and what they refer to.
			const { values, all } = await typed(service, "dd;\n");
			assert.deepEqual(
				[...runtime].filter((name) => !all.has(name)),
				[],
			);
			// A name of types only, which lists call a module.
			const foreign = values.filter((name) => !runtime.has(name));
			assert.deepEqual(
				foreign.filter((name) => name !== "GeoJSON"),
				[],
			);
		});

		test("every class that is a global is a type", async () => {
			const isClass = (name: string) =>
				/^[A-Z]/.test(name) &&
				!/^(?:Infinity|NaN|Intl|Proxy|Reflect|WebAssembly)$/.test(name);
			const names = [...runtime, "BodyInit", "HeadersInit", "RequestInfo"];
			const code = names
				.filter(isClass)
				.map((name) => `let of${name}: ${name};`)
				.join("\n");
			const found = await problems(code);
			assert.deepEqual(
				found.filter(
					// A class of types that has to be told some.
					(one) => !/^(?:2314|2707) /.test(one),
				),
				[],
			);
		});

		test("what browsers have and Node has not is no name, and said so", async () => {
			assert.deepEqual(await problems("print('x')"), ["2304 print"]);
			assert.deepEqual(await problems("document.title"), ["2584 document"]);
			assert.deepEqual(
				await problems("name.big(), status, __dirname, localStorage"),
				["name", "status", "__dirname", "localStorage"].map(
					(name) => `2304 ${name}`,
				),
			);
		});

		test("a cell may take any name that browsers have", async () => {
			const cell =
				"const name = 3, event = 1, document = {}; let status = 1, open = 2; var window = 1, top = 2, self = 1, length = 1, module = 5;";
			assert.deepEqual(await problems(cell), []);
			assert.deepEqual(
				await problems(
					"name.toFixed(); status += 1; length.toFixed(); module + 1",
					cell,
				),
				[],
			);
		});

		test("globals that browsers have too are those of Node", async () => {
			for (const code of [
				"setTimeout(() => {}, 1).unref()",
				'const init: RequestInit = { method: "POST", body: new FormData() }; const r: Response = await fetch("data:,x", init); for (const [k] of r.headers) k.length',
				"for await (const part of new Blob(['x']).stream()) part.length",
				"performance.mark('a').name; performance instanceof Performance",
				"type Heard = MessageEvent<string>; const source: BufferSource = new Uint8Array(2)",
				"new MessageChannel().port1.on('message', () => {}); new Event('x').type; class Mine extends EventTarget {}",
				"console.assert(1 > 2, 5, {}); console.assert(true)",
				"const b: BufferSource = new Uint8Array(1); new TextDecoder().decode(b); await crypto.subtle.digest('SHA-256', b)",
				"const port: MessagePort = new MessageChannel().port1; port.onmessage = (event) => event.data; port.onmessage = null; port.on('message', () => {}); port.postMessage(1)",
				"const key: CryptoKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']); const c: Crypto = crypto; key.type, c.subtle",
				"const ask = (input: RequestInfo, headers: HeadersInit, body: BodyInit) => fetch(input, { method: 'POST', headers, body }); ask(new URL('a:b'), [['a', 'b']], 'text')",
				"const marks: PerformanceEntry[] = performance.getEntries(); const mark: PerformanceMark = performance.mark('a'); marks.push(mark); new PerformanceObserver((list: PerformanceObserverEntryList) => list.getEntries())",
				"const encoder: TextEncoder = new TextEncoder(); encoder.encode('a').length; class Mine extends TextDecoder {}; new BroadcastChannel('a') satisfies BroadcastChannel",
				"const m = await WebAssembly.instantiate(new Uint8Array(8)); m.instance.exports; WebAssembly.validate(new Uint8Array(4)); new Float32Array(new WebAssembly.Memory({ initial: 1 }).buffer)",
			])
				assert.deepEqual(await problems(code), []);
			assert.equal((await problems("WebAssembly.nothing")).length, 1);
		});

		test("what an earlier cell puts on globalThis is a name", async () => {
			assert.deepEqual(
				await problems(
					"answer + other + third",
					"globalThis.answer = 42",
					"Object.assign(globalThis, { other: 1 }); (globalThis as any).third = 1",
				),
				[],
			);
			assert.equal((await problems("answer", "const a = 1")).length, 1);
		});
	});

test("methods of tensors have types where the folder has another TensorFlow.js", async () => {
	const folder = temporaryFolder();
	const other = join(folder, "node_modules/@tensorflow/tfjs");
	const core = join(folder, "node_modules/@tensorflow/tfjs-core");
	const ops = "dist/public/chained_ops/register_all_chained_ops";
	mkdirSync(join(other, "dist"), { recursive: true });
	mkdirSync(join(core, ops, ".."), { recursive: true });
	for (const [path, text] of [
		[
			join(other, "package.json"),
			'{ "name": "@tensorflow/tfjs", "version": "3.0.0", "types": "dist/index.d.ts" }',
		],
		[
			join(other, "dist/index.d.ts"),
			`import "@tensorflow/tfjs-core/${ops}";\nexport * from "@tensorflow/tfjs-core";\n`,
		],
		[
			join(core, "package.json"),
			'{ "name": "@tensorflow/tfjs-core", "version": "3.0.0", "types": "dist/index.d.ts" }',
		],
		[join(core, "dist/index.d.ts"), "export class Tensor {}\n"],
		[join(core, `${ops}.d.ts`), "export {};\n"],
	] as const)
		writeFileSync(path, text);
	const service = createTypeService({ cwd: folder });
	try {
		const found = await service.diagnostics(
			'import * as tf from "@tensorflow/tfjs";\ntf.tensor([1, 2, 3]).square().sum().print(); tf.tensor([1]).nothing()',
		);
		assert.deepEqual(
			found.map(({ code, line, column }) => [code, line, column]),
			[[2339, 2, 61]],
		);
	} finally {
		await service.dispose();
	}
});
