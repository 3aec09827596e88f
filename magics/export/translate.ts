import { parseStatements } from "../../cell/syntax.ts";
import type { ImportDeclaration } from "../../cell/tree.ts";
import type { RecordFormat } from "../../experiment/record-format.ts";
import { mayDefine, mayUseDefinitions } from "./defined-runs.ts";
import { type ImportText, mergeImports } from "./imports.ts";
import { type Piece, taker } from "./piece.ts";
import { section } from "./section.ts";
import { sharedNames } from "./shared.ts";
import { inCell, type SourceCell } from "./source-cell.ts";

/** What a script says besides its cells. */
export interface ScriptOptions {
	/** From the script's folder to the cells', where they differ: the script changes to it, so that paths and relative imports hold. */
	readonly folder?: string;
	/** Conditions of the session before its first cell. */
	readonly seed?: string;
	/** The format of the record that the cells come from, where it is an earlier one: its runs got their seeds by other rules. */
	readonly recordFormat?: RecordFormat;
	/** What `TZ` was for the cells: the script reads and writes dates as they did. */
	readonly timeZone?: string;
	/** Values that runs were given on a command line, in place of those that the cells declare. */
	readonly overrides?: Readonly<Record<string, string>>;
	/** `--vary` of a command line, for every multirun. */
	readonly vary?: readonly string[] | undefined;
	/** `--jobs`, likewise: what a multirun leaves behind follows from it. */
	readonly jobs?: number | undefined;
	/** Lines of a comment at the top. */
	readonly notes?: readonly string[];
}

/**
 * Cells as one ES module in the percent format (`// %%`): magics become calls
 * of the library, the rest of a wrapped cell the body of its run. A name that
 * several cells share, or that leaves the body of a run, is declared once at
 * the top.
 * @throws UsageError when a cell is not TypeScript, or cells use one name for
 *   what a module cannot declare twice
 */
export function translateCells(
	given: readonly SourceCell[],
	options: ScriptOptions = {},
): string {
	const { folder = "", notes = [] } = options;
	const take = taker(folder);
	const cells = given.map((cell, i) => ({
		...cell,
		number: cell.number ?? i + 1,
	}));
	const pieces = cells.map((cell) =>
		cell.kind === "code" ? take(cell) : cell.source,
	);
	const code = pieces.filter((piece) => typeof piece !== "string");
	const imports = mergeImports([
		libraryImport(),
		...importsForEffect(code),
		...code.flatMap((piece) => piece.imports),
	]);
	const shared = sharedNames(code, imports.names);
	const sections = cells.map((cell, i) => {
		const piece = pieces[i] ?? "";
		return typeof piece === "string"
			? `// %% [markdown]\n${asComment(piece)}`
			: `// %% [${cell.number}]\n${inCell(cell, () => section(piece, shared))}`.trimEnd();
	});
	return [
		[
			"// Exported by deepdiva. Run it with: deepdiva run FILE.ts [key=value …]",
			...(notes.length > 0 ? [asComment(notes.join("\n"))] : []),
		].join("\n"),
		[...imports.lines, ...requireLines(code)].join("\n"),
		...sessionLines(options),
		...commandLineLines(options),
		...sharedLines(shared.names),
		...sections,
		"",
	].join("\n\n");
}

/**
 * Where runs use definitions: what is imported and not used is left out when
 * TypeScript is compiled, but a cell has executed the module, which may have
 * defined what is used by its name.
 */
const importsForEffect = (pieces: readonly Piece[]): ImportText[] =>
	(pieces.some(mayUseDefinitions) ? pieces : [])
		.flatMap(({ imports }) => imports)
		.filter(
			({ node, names }) =>
				names.length > 0 &&
				mayDefine(node) &&
				!names.some((name) =>
					pieces.some((piece) => piece.names.freeValues.has(name)),
				),
		)
		.map(({ node, folder, cell }) => ({
			...importOf(`import ${JSON.stringify(node.source.value)};`),
			folder,
			cell,
			names: [],
		}));

const libraryImport = (): ImportText => ({
	...importOf('import * as dd from "deepdiva";'),
	folder: "",
	names: ["dd"],
});

/** @param code an import statement */
function importOf(code: string): Pick<ImportText, "node" | "code"> {
	const node = parseStatements(code).find(
		(one): one is ImportDeclaration => one.type === "ImportDeclaration",
	);
	if (!node) throw new Error(`not an import statement: ${code}`);
	return { node, code };
}

/** Code that sets the conditions under which the session began. */
function sessionLines({
	folder = "",
	seed,
	recordFormat,
	timeZone,
}: ScriptOptions): string[] {
	const path = folder.replaceAll("\\", "/");
	const chdir = `process.chdir(\`\${import.meta.dirname}/${path}\`);`;
	const format =
		recordFormat === undefined ? "" : `, { recordFormat: ${recordFormat} }`;
	const session = [
		"// The session's settings before its first cell.",
		...(timeZone === undefined
			? []
			: [`process.env.TZ = ${JSON.stringify(timeZone)};`]),
		`dd.seed(${JSON.stringify(seed)}${format});`,
		'dd.useStream("session");',
	].join("\n");
	return [
		...(path === "" ? [] : [chdir]),
		...(seed === undefined ? [] : [session]),
	];
}

/** Code whose runs take what a command line gave, as those take that cells and their modules start by calls. */
function commandLineLines({
	overrides = {},
	vary,
	jobs,
}: ScriptOptions): string[] {
	const given = {
		...(Object.keys(overrides).length > 0 ? { overrides } : {}),
		...(vary ? { vary } : {}),
		...(jobs === undefined ? {} : { jobs }),
	};
	if (Object.keys(given).length === 0) return [];
	return [
		`// What the command line gave the runs; that of this script wins.\ndd.useCommandLine(${JSON.stringify(given)});`,
	];
}

const sharedLines = (names: ReadonlySet<string>) =>
	names.size === 0
		? []
		: [
				`// Names that several cells share.\nlet ${[...names].map((name) => `${name}: any`).join(", ")};`,
			];

/** A line comment ends at each of these characters, not only at `\n`. */
function asComment(text: string): string {
	return text
		.split(/\r\n|[\n\r\u2028\u2029]/)
		.map((line) => `// ${line}`.trimEnd())
		.join("\n");
}

/** Gives modules `require`, which cells have. */
function requireLines(pieces: readonly Piece[]): string[] {
	const used = pieces.some(({ names }) => names.free.has("require"));
	const declared = pieces.some(
		({ names, imports }) =>
			names.declared.has("require") ||
			imports.some((one) => one.names.includes("require")),
	);
	return used && !declared
		? [
				'import { createRequire } from "node:module";',
				"const require = createRequire(import.meta.url);",
			]
		: [];
}
