import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformSync } from "oxc-transform";
import { temporaryFolder, writeFiles } from "../base/test-folder.ts";
import { analyseScope } from "../cell/scope.ts";
import { parseSource } from "../cell/syntax.ts";
import { GIVEN, scopeCases } from "../cell/test-scope-cases.ts";
import { usageOf } from "../cell/usage-of-state.ts";
import { declarations } from "../kernel/language/declarations.ts";
import { createTypeService } from "../kernel/language/service.ts";
import { taker } from "../magics/export/piece.ts";
import { slice } from "../magics/export/slice.ts";
import { translateCells } from "../magics/export/translate.ts";

const sorted = (...names: (readonly string[])[]) =>
	[...new Set(names.flat())].sort();

/** A namespace of types alone is no value: only the kernel has its name, as undefined. */
const casesWithValues = scopeCases.filter(
	({ name, values }) => values.length > 0 && name !== "a namespace of types",
);

/** One process for all cases: each sets the cells anew. */
const service = createTypeService({ cwd: temporaryFolder() });
after(() => service.dispose());

suite("types know what a cell declares by", () => {
	for (const { name, code, values, others } of scopeCases)
		test(name, async () => {
			assert.deepEqual(
				sorted([...declarations(code).names.keys()]),
				sorted(values, others),
			);
			service.setCells([GIVEN, code]);
			const found = await service.diagnostics(`[${values.join(", ")}]`);
			assert.deepEqual(
				found.filter(({ message }) => /Cannot find/.test(message)),
				[],
			);
		});
});

suite("completion offers what a cell declares by", () => {
	for (const { name, code, values } of casesWithValues)
		test(name, async () => {
			service.setCells([GIVEN, code]);
			for (const value of values) {
				const { matches } = await service.complete(value, value.length);
				assert.ok(matches.includes(value), `${value}: ${matches.join(" ")}`);
			}
		});
});

suite("hidden state sees what a cell reads by", () => {
	for (const { name, code, reads, early, later } of scopeCases)
		test(name, () => {
			const usage = usageOf(analyseScope(parseSource(code).program));
			const least = sorted(reads, early);
			// What its functions read counts for a cell that calls them.
			assert.deepEqual(
				sorted([...usage.reads], least),
				sorted([...usage.reads]),
			);
			assert.deepEqual(
				sorted([...usage.reads], least, later),
				sorted(least, later),
			);
			assert.deepEqual(sorted([...usage.functionReads]), sorted(later));
		});
});

const cells = (...sources: string[]) =>
	sources.map((source) => ({ kind: "code" as const, source }));

suite("a slice keeps what a run needs of", () => {
	for (const { name, code, values } of casesWithValues)
		test(name, () => {
			for (const value of values) {
				const pieces = cells(GIVEN, code, `%dd run x\n[${value}]`);
				const kept = slice(pieces.map(taker()))[1];
				assert.notEqual(kept, "nothing", value);
			}
		});
});

suite("an exported script has what a cell declares by", () => {
	const folder = temporaryFolder();
	writeFiles(folder, {
		"node_modules/deepdiva/package.json":
			'{ "type": "module", "exports": "./index.js" }',
		"node_modules/deepdiva/index.js": "export const useStream = () => {};",
		"node_modules/@oxc-project/README.md": "",
	});
	// Decorators and `using` become calls of helpers.
	symlinkSync(
		fileURLToPath(
			new URL("../node_modules/@oxc-project/runtime", import.meta.url),
		),
		join(folder, "node_modules/@oxc-project/runtime"),
	);
	/** Executes the script of the cells, on its own. */
	const execute = async (number: number, ...sources: string[]) => {
		const script = translateCells(cells(...sources));
		const { code, errors } = transformSync("script.ts", script, {
			lang: "ts",
			sourceType: "module",
			decorator: { legacy: true },
			target: "es2022",
		});
		assert.deepEqual(errors, [], script);
		const file = join(folder, `script-${number}.mjs`);
		writeFileSync(file, code);
		await import(pathToFileURL(file).href);
	};
	for (const [
		index,
		{ name, code, values, notRun },
	] of casesWithValues.entries())
		if (notRun === undefined)
			test(name, async () => {
				await execute(index, GIVEN, code, `[${values.join(", ")}]`);
			});
});
