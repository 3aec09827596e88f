import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";

/** Each text that oxc was given. */
const parsed: string[] = [];
Object.assign(globalThis, { noteParsed: (code: string) => parsed.push(code) });

const oxc = import.meta.resolve("oxc-parser");
const counting = `
export * from ${JSON.stringify(oxc)};
import { parseSync as parse } from ${JSON.stringify(oxc)};
export const parseSync = (...all) => (noteParsed(all[1]), parse(...all));`;

registerHooks({
	resolve: (specifier, context, next) =>
		specifier === "oxc-parser" && context.parentURL?.endsWith("/cell/parse.ts")
			? {
					url: `data:text/javascript,${encodeURIComponent(counting)}`,
					shortCircuit: true,
				}
			: next(specifier, context),
});

const { parseCell } = await import("./cell.ts");
const { transformCell } = await import("./compile/transform.ts");
const { scopeCases } = await import("./test-scope-cases.ts");

/** How often the cell's code is parsed on its way to a script. */
function parses(source: string): number {
	parsed.length = 0;
	const { lines } = parseCell(source);
	transformCell(lines.join("\n"));
	return parsed.length;
}

test("a cell is parsed once on its way to a script", () => {
	const often = scopeCases
		// Without its JSX it is no TypeScript, which a first parse tells.
		.filter(({ notRun }) => !notRun?.includes("JSX"))
		.filter(({ code }) => parses(code) !== 1);
	assert.deepEqual(often, []);
});

test("magics on top of a cell are found without parsing its code", () => {
	for (const source of [
		"%dd seed 1\n%cd data\nconst x = 1;",
		"// Timed.\n\n%time f()",
		"%%writefile a.ts\nnot TypeScript",
		"%dd run lr=0.1\nconst x = lr;",
	])
		assert.ok(parses(source) <= 2, source);
});

test("a line that may be a command costs a parse of what is above it, and one of the cell", () => {
	assert.equal(parses("let done = true;\n!done;"), 3);
	assert.deepEqual(parsed, [
		"let done = true;\n",
		"let done = true;\n!done;",
		"let done = true;\n!done;",
	]);
});
