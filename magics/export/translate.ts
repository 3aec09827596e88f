import { isAbsolute, posix } from "node:path";
import MagicString from "magic-string";
import { UsageError } from "../../base/errors.ts";
import { homeFolder } from "../../base/home.ts";
import { type MagicLine, type ParsedCell, parseCell } from "../../cell/cell.ts";
import { TOO_DEEP } from "../../cell/depth.ts";
import { wrapValue } from "../../cell/inline.ts";
import { moduleName } from "../../cell/module-name.ts";
import { otherSpellings, parametersIn } from "../../cell/parameters.ts";
import { streamNameOf } from "../../cell/stream-name.ts";
import {
	boundNames,
	declaredAnywhere,
	declaredNames,
	identifiers,
	innerVars,
	isNode,
	mayDraw,
	type Node,
	parseStatements,
	walk,
} from "../../cell/syntax.ts";
import type { RecordFormat } from "../../experiment/record-format.ts";
import { cdMagic } from "../built-in/cd.ts";
import { lineOf, type MagicCall, parseMagic } from "../registry.ts";
import { refuseRedeclared } from "../run-arguments.ts";
import { isRun } from "../run-calls.ts";
import { spelled } from "../usage.ts";
import { userMagic } from "../user.ts";
import { mayDefine, mayUseDefinitions } from "./defined-runs.ts";
import { type ImportText, mergeImports } from "./imports.ts";
import { assignShared, sharedNames } from "./shared.ts";

/** A cell of a notebook, to be written into a script. */
export interface SourceCell {
	readonly kind: "code" | "markdown";
	readonly source: string;
	/** Its place among all cells (1-based), where some are left out. */
	readonly number?: number;
	/** Does it declare parameters (papermill's tags)? Its constants become arguments of the script. */
	readonly parameters?: boolean;
}

/** What a script says besides its cells. */
export interface ScriptOptions {
	/** From the script's folder to the cells', where they differ: the script changes to it, so that paths and relative imports hold. */
	readonly folder?: string;
	/** Of the session, before its first cell. */
	readonly seed?: string;
	/** The format of the record that the cells come from, where it is an earlier one: its runs got their seeds by other rules. */
	readonly recordFormat?: RecordFormat;
	/** What `TZ` was for the cells: the script reads and writes dates as they did. */
	readonly timeZone?: string;
	/** Values that runs were given on a command line, in place of those that the cells declare. */
	readonly overrides?: Readonly<Record<string, string>>;
	/** Those of them that tasks take, although no cell names them. */
	readonly taskKeys?: readonly string[];
	/** Lines of a comment at the top. */
	readonly notes?: readonly string[];
}

/** A code cell taken apart. */
export interface Piece {
	/** Which cell it is, where that is known. */
	readonly cell?: number | undefined;
	readonly parsed: ParsedCell;
	readonly calls: readonly MagicCall[];
	/** The magic that takes the rest of the cell, and its line (1-based). */
	readonly wrapper: (MagicLine & { readonly call: MagicCall }) | undefined;
	/** The code, its magics as calls in their lines, without imports and exports. */
	readonly code: string;
	readonly statements: readonly Node[];
	/** Names that the code declares outside of functions. */
	readonly names: ReadonlySet<string>;
	/** Names that stand anywhere in the code. */
	readonly mentions: ReadonlySet<string>;
	readonly params: readonly string[];
	readonly imports: readonly ImportText[];
	/** Does a magic of it do more than run the cell's code in the guard? */
	readonly effectful: boolean;
	/** Data folders that its magics check. */
	readonly verified: readonly string[];
}

const LIBRARY = 'import * as dd from "deepdiva";';

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
	{
		folder = "",
		seed,
		recordFormat,
		timeZone,
		overrides = {},
		taskKeys = [],
		notes = [],
	}: ScriptOptions = {},
): string {
	const path = folder.replaceAll("\\", "/");
	const take = taker(folder);
	const cells = given.map((cell, i) => ({
		...cell,
		number: cell.number ?? i + 1,
	}));
	const pieces = cells.map((cell) =>
		cell.kind === "code"
			? overridden(take(cell), overrides, taskKeys)
			: cell.source,
	);
	const code = pieces.filter((piece) => typeof piece !== "string");
	const imports = mergeImports([
		{
			node: parseStatements(LIBRARY)[0] as Node,
			code: LIBRARY,
			folder: "",
			names: ["dd"],
		},
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
		...(path === ""
			? []
			: [`process.chdir(\`\${import.meta.dirname}/${path}\`);`]),
		...(seed === undefined
			? []
			: [
					`// What the session was under before its first cell.\n${timeZone === undefined ? "" : `process.env.TZ = ${JSON.stringify(timeZone)};\n`}dd.seed(${JSON.stringify(seed)}${recordFormat === undefined ? "" : `, { recordFormat: ${recordFormat} }`});\ndd.useStream("session");`,
				]),
		...(shared.size > 0
			? [
					`// Names that several cells share.\nlet ${[...shared].map((name) => `${name}: any`).join(", ")};`,
				]
			: []),
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
					pieces.some(({ mentions }) => mentions.has(name)),
				),
		)
		.map(({ node, folder, cell }) => {
			const code = `import ${JSON.stringify((node.source as Node).value)};`;
			const [statement] = parseStatements(code);
			return { node: statement as Node, code, folder, cell, names: [] };
		});

/** Does something with a cell; an error about it says which one it is. */
function inCell<T>({ number }: SourceCell, work: () => T): T {
	try {
		return work();
	} catch (thrown) {
		const error =
			thrown instanceof RangeError ? new UsageError(TOO_DEEP) : thrown;
		if (!(error instanceof UsageError) || number === undefined) throw error;
		const { message } = error;
		throw new UsageError(
			message.startsWith("a cell ")
				? message.replace("a cell", `cell ${number}`)
				: `cell ${number}: ${message}`,
		);
	}
}

/** A comment ends at each of these line breaks, not at `\n` alone. */
function asComment(text: string): string {
	return text
		.split(/\r\n|[\n\r\u2028\u2029]/)
		.map((line) => `// ${line}`.trimEnd())
		.join("\n");
}

/** Cells have `require`, modules have not. */
function requireLines(pieces: readonly Piece[]): string[] {
	const used = pieces.some(({ mentions }) => mentions.has("require"));
	const declared = pieces.some(({ names }) => names.has("require"));
	return used && !declared
		? [
				'import { createRequire } from "node:module";',
				"const require = createRequire(import.meta.url);",
			]
		: [];
}

/** The folder of the cells after one, as `folder` says that of the cell. */
function placeAfter({ calls }: Piece, folder: string): string {
	let place = folder;
	for (const { magic, args } of calls) {
		if (magic !== cdMagic || args === "help") continue;
		const to = String(args.values.folder).replace(/^~(?=$|\/)/, () =>
			homeFolder(),
		);
		place = isAbsolute(to) ? to : posix.join(place || ".", to);
	}
	return place;
}

/** What a magic's line becomes in a script, if it means anything there. */
function codeOf(
	call: MagicCall,
	line: string,
	source: string,
): string | undefined {
	const { magic, args } = call;
	if (args === "help") return undefined;
	if (magic.line !== "code") return magic.toCode(args, undefined, line);
	const value = lineOf(call);
	const wrapped = wrapValue(value, (thunk) =>
		(magic.toCode(args, thunk) ?? thunk).replace(/;$/, ""),
	);
	if (!wrapped) parseStatements(value, source);
	return wrapped?.code;
}

/**
 * Takes cells apart, one after the other in their order: where a cell's paths
 * start, and what its lines can name, the cells before it say.
 * @param folder see `ScriptOptions`
 * @throws UsageError when a cell is not TypeScript
 */
export function taker(folder = ""): (cell: SourceCell) => Piece {
	const known = new Set<string>();
	let place = folder.replaceAll("\\", "/");
	return (cell) => {
		const piece = inCell(cell, () =>
			takeApart(cell, place, (name) => known.has(name)),
		);
		for (const name of piece.names) known.add(name);
		for (const { names } of piece.imports)
			for (const name of names) known.add(name);
		place = placeAfter(piece, place);
		return piece;
	};
}

function takeApart(
	{ source, parameters, number }: SourceCell,
	folder: string,
	isName: (name: string) => boolean,
): Piece {
	const module = moduleName(source);
	if (module !== undefined)
		throw new UsageError(
			`a script cannot hold the cell that is the module ./${module}: write the cell to a file, by %%writefile ${module}.ts in its first line, and export again`,
		);
	const parsed = parseCell(source, { isName });
	const calls = parsed.magics.map(({ text, mark }) => parseMagic(text, mark));
	const index = calls.findIndex(({ wraps }) => wraps);
	const lines = [...parsed.lines];
	calls.forEach((call, i) => {
		if (i === index) return;
		const { line, mark, text } = parsed.magics[i] as MagicLine;
		lines[line - 1] = codeOf(call, text, source) ?? `// ${spelled(text, mark)}`;
	});
	const original = lines.join("\n");
	const before = parseStatements(original, source);
	const text = new MagicString(original);
	for (const node of before) unwrapModule(text, node);
	if (parameters)
		for (const { name, start, end } of parametersIn(before)) {
			text.appendLeft(start, `dd.parameter(${JSON.stringify(name)}, `);
			text.appendRight(end, ")");
		}
	const code = text.toString();
	const statements = parseStatements(code, source);
	const call = calls[index];
	const args = call?.args;
	const wrapper = call && { ...(parsed.magics[index] as MagicLine), call };
	const params =
		args && args !== "help" && !args.assignments.has("task")
			? [...args.assignments.keys()]
			: [];
	if (wrapper)
		refuseRedeclared(parsed, wrapper.line, params, (name) =>
			declaringLine(before, original, name),
		);
	return {
		cell: number,
		parsed,
		calls,
		wrapper,
		code,
		statements,
		names: new Set(
			statements.flatMap((node) => [
				...declaredNames(node),
				...[...innerVars(node)].flatMap(declaredNames),
			]),
		),
		mentions: identifiers(statements),
		params,
		imports: before
			.filter(({ type }) => type === "ImportDeclaration")
			.map((node) => ({
				node,
				code: original,
				folder,
				cell: number,
				names: [...declaredAnywhere([node])],
			})),
		effectful: calls.some(
			({ magic, args: given }, i) =>
				given !== "help" &&
				magic.line !== "code" &&
				(i === index
					? !RUNS.has(magic.name)
					: magic.toCode(given) !== undefined),
		),
		verified: calls.flatMap(({ magic, args: given }) =>
			magic.name === "verify-data" && given !== "help"
				? [String(given.values.folder)]
				: [],
		),
	};
}

/** The line in which statements declare a name that leaves their cell. */
function declaringLine(
	statements: readonly Node[],
	code: string,
	name: string,
): number | undefined {
	const found = statements
		.flatMap((node) => [node, ...innerVars(node)])
		.find((node) => declaredAnywhere([node]).has(name));
	return found && code.slice(0, found.start).split("\n").length;
}

const RUNS = new Set(["run", "multirun"]);

/** The piece with what its runs were given on a command line as their own overrides. */
function overridden(
	piece: Piece,
	overrides: Readonly<Record<string, string>>,
	taskKeys: readonly string[],
): Piece {
	const { wrapper } = piece;
	if (!wrapper || !isRun(wrapper.call)) return piece;
	const { args } = wrapper.call;
	if (args === "help") return piece;
	const keys = Object.keys(overrides).filter(
		(key) =>
			args.assignments.has(key) ||
			(args.assignments.has("task") && taskKeys.includes(key)),
	);
	if (keys.length === 0) return piece;
	const values = {
		...args.values,
		param: [
			...args.values.param,
			...keys.map((key) => ({ key, value: overrides[key] ?? "" })),
		],
	};
	return {
		...piece,
		wrapper: {
			...wrapper,
			call: { ...wrapper.call, args: { ...args, values } },
		},
	};
}

/** Imports go to the top of the module, and a cell has nobody to export to. Lines stay where they are. */
function unwrapModule(text: MagicString, node: Node): void {
	const { original } = text;
	const blank = (start: number, end: number) =>
		text.overwrite(
			start,
			end,
			original.slice(start, end).replace(/[^\n]+/g, ""),
		);
	const declaration = node.declaration as Node | null | undefined;
	switch (node.type) {
		case "ImportDeclaration":
		case "ExportAllDeclaration":
			blank(node.start, node.end);
			break;
		case "TSImportEqualsDeclaration":
			if (node.importKind === "type") blank(node.start, node.end);
			else text.overwrite(node.start, node.start + "import".length, "const");
			break;
		case "ExportNamedDeclaration":
			blank(node.start, declaration ? declaration.start : node.end);
			break;
		case "ExportDefaultDeclaration":
			if (!declaration) break;
			blank(node.start, declaration.start);
			if (declaration.id) break;
			text.appendRight(declaration.start, ";(");
			text.appendLeft(declaration.end, ")");
			break;
	}
}

function section(piece: Piece, shared: ReadonlySet<string>): string {
	const { wrapper, parsed } = piece;
	const { apart, code } = assignShared(piece, shared);
	const head = drawsFromCell(piece)
		? `dd.useStream(${JSON.stringify(streamNameOf(parsed))});`
		: "";
	if (!wrapper) return [head, code.trim()].filter((part) => part).join("\n");
	const lines = code.split("\n");
	const before = lines.slice(0, wrapper.line).join("\n").trim();
	const inside = lines.slice(wrapper.line).join("\n").trim();
	const { magic, args } = wrapper.call;
	if (args === "help") return before;
	const call =
		magic.toCode(args, parsed.text ?? asBody(inside, piece), wrapper.text) ??
		`// ${parsed.source.split("\n")[wrapper.line - 1]}`;
	return [head, before, ...apart, call].filter((part) => part).join("\n");
}

/** Can the cell's code draw random numbers outside of runs, which have streams of their own? */
function drawsFromCell({ parsed, calls, wrapper }: Piece): boolean {
	if (
		calls.some(
			({ magic }) => magic.line === "code" || magic === userMagic(magic.name),
		)
	)
		return true;
	if (wrapper) return false;
	return mayDraw(
		parseStatements(parsed.lines.join("\n"), parsed.source).filter(
			({ type }) => type !== "ImportDeclaration",
		),
	);
}

/** The code as the body of a run, its parameters as constants. */
function asBody(code: string, { params, statements }: Piece): string {
	const others = [...otherSpellings(code, params)];
	const names = [...params, ...others.map(([other]) => other)];
	const list = `{ ${[...params, ...others.map(([other, name]) => `${name}: ${other}`)].join(", ")} }`;
	const open =
		params.length === 0
			? ["async () => {"]
			: assignsAny(statements, names)
				? // Parameters of a function could be assigned to.
					["async () => {", `const ${list} = dd.params;`]
				: [`async (${list}) => {`];
	return [...open, ...(code === "" ? [] : [code]), "}"].join("\n");
}

/** Does the code assign to one of these names, be it of a scope of its own? */
const assignsAny = (statements: readonly Node[], names: readonly string[]) =>
	[...walk(statements)].some(({ type, left, argument }) => {
		const target = /^(Assignment|For(In|Of))/.test(type)
			? left
			: type === "UpdateExpression" && argument;
		return (
			isNode(target) && boundNames(target).some((name) => names.includes(name))
		);
	});
