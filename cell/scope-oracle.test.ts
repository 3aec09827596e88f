import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { analyze } from "@typescript-eslint/scope-manager";
import { parseCode } from "./parse.ts";
import { analyseScope, type Reference } from "./scope.ts";
import { mayHaveJsx } from "./syntax.ts";
import { scopeCases } from "./test-scope-cases.ts";
import type { Program } from "./tree.ts";

/** Where a name is declared: at the top level, further inside, or not at all. */
type Place = "cell" | "inside" | "nowhere";

/** `12 x read cell`: what is at an offset. */
const line = (
	offset: number,
	name: string,
	reads: boolean,
	writes: boolean,
	place: Place,
) =>
	`${offset} ${name} ${[reads ? "read" : "", writes ? "written" : ""].join("")} ${place}`;

const sorted = (lines: readonly string[]) =>
	[...new Set(lines)].sort(
		(a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
	);

/**
 * Uses of values, as typescript-eslint sees them. It counts the default value of
 * a parameter as a writing of it, and closing tags as uses.
 */
function byOracle(program: Program, code: string): string[] {
	const { scopes } = analyze(program as never, {
		sourceType: "module",
		lib: [],
		jsxPragma: null,
	});
	return sorted(
		scopes
			.flatMap(({ references }) => references)
			.filter(
				({ isValueReference, init, identifier, resolved }) =>
					isValueReference &&
					!(
						init &&
						resolved?.defs.some(
							({ type, name }) => DEFAULTS.has(type) && name === identifier,
						)
					) &&
					!code.slice(0, identifier.range[0]).endsWith("</"),
			)
			.map((reference) => {
				const { identifier, resolved } = reference;
				const place = !resolved
					? "nowhere"
					: resolved.scope.type === "module"
						? "cell"
						: "inside";
				return line(
					identifier.range[0],
					identifier.name,
					reference.isRead(),
					reference.isWrite(),
					place,
				);
			}),
	);
}

const DEFAULTS: ReadonlySet<string> = new Set(["Parameter", "CatchClause"]);

const isUsed = ({ meaning }: Reference) =>
	meaning === "value" || meaning === "query" || meaning === "export";

const byOurs = (program: Program) =>
	sorted(
		analyseScope(program)
			.references.filter(isUsed)
			.map(({ node, name, reads, writes, declaredIn }) =>
				line(
					node.start,
					name,
					reads,
					writes,
					!declaredIn
						? "nowhere"
						: declaredIn.kind === "cell"
							? "cell"
							: "inside",
				),
			),
	);

function parse(code: string): Program | undefined {
	for (const lang of mayHaveJsx(code)
		? (["ts", "tsx"] as const)
		: (["ts"] as const)) {
		const { program, errors } = parseCode(`cell.${lang}`, code, {
			lang,
			sourceType: "module",
			range: true,
		});
		if (errors.length === 0) return program;
	}
	return undefined;
}

/** Where ours is right by what the code does when it runs. */
const DIFFERENT: ReadonlySet<string> = new Set([
	// Of `namespace S.U`, U is a name within S.
	"nested namespaces",
	// The members of all declarations of an enum are names in each.
	"an enum whose members are made of earlier ones",
	// `declare const a` leaves no variable: the code reads that of an earlier cell.
	"a value of an earlier cell that is declared for its type",
]);

suite("typescript-eslint's scope manager sees the same uses in", () => {
	for (const { name, code } of scopeCases.filter(
		({ name }) => !DIFFERENT.has(name),
	))
		test(name, () => {
			const program = parse(code);
			assert.ok(program);
			assert.deepEqual(byOurs(program), byOracle(program, code));
		});
});

const root = fileURLToPath(new URL("../", import.meta.url));

/** The code of the notebooks' cells. */
const notebookCells = globSync(
	`${root}{tutorials,test,cli}/**/*.ipynb`,
).flatMap((file) => {
	const {
		cells,
	}: { cells: { cell_type: string; source: string | string[] }[] } = JSON.parse(
		readFileSync(file, "utf8"),
	);
	return cells
		.filter(({ cell_type }) => cell_type === "code")
		.map(({ source }) => [source].flat().join(""));
});

test("both see the same uses in the cells of all notebooks and the code of three rooms", () => {
	const files = globSync(`${root}{cell,kernel,magics}/**/*.ts`).map((file) =>
		readFileSync(file, "utf8"),
	);
	let compared = 0;
	for (const code of [...notebookCells, ...files]) {
		const program = parse(code);
		if (!program) continue;
		compared++;
		assert.deepEqual(byOurs(program), byOracle(program, code), code);
	}
	assert.ok(compared > 250, `${compared} of ${files.length}`);
});
