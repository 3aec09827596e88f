import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Compiler, UpdateFailed } from "./compiler.ts";

const CONFIG = "/nowhere/tsconfig.json";
const FILE = "/nowhere/a.ts";

const compiler = new Compiler(CONFIG);
after(() => compiler.close());

/** Codes of what is wrong in the file. */
const problems = (text: string, changed: readonly string[] = []) =>
	compiler.request(
		{
			edited: new Map([
				[
					CONFIG,
					'{ "compilerOptions": { "noLib": true, "types": [] }, "files": ["a.ts"] }',
				],
				[FILE, text],
			]),
			changed,
			importsVirtual: false,
		},
		async ({ program }) =>
			(await program.getSemanticDiagnostics(FILE)).map(({ code }) => code),
	);

test("after an update that fails another process has all texts, that update's too", async () => {
	assert.deepEqual(await problems("export const n: number = 1;"), []);
	const text = "export const n: string = 1;";
	// The compiler panics at such a path, and would not answer another update.
	await assert.rejects(
		problems(text, ["^/a.ts"]),
		(error) =>
			error instanceof UpdateFailed &&
			!error.late &&
			error.message === "panic: invalid file name: ^/a.ts",
	);
	assert.equal(compiler.running, false);
	assert.deepEqual(await problems(text), [2322]);
});
