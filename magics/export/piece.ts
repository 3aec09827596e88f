import { isAbsolute, posix } from "node:path";
import MagicString from "magic-string";
import { UsageError } from "../../base/errors.ts";
import { homeFolder } from "../../base/home.ts";
import { type MagicLine, type ParsedCell, parseCell } from "../../cell/cell.ts";
import { locate } from "../../cell/compile/syntax.ts";
import { wrapValue } from "../../cell/inline.ts";
import { moduleName } from "../../cell/module-name.ts";
import { parametersIn } from "../../cell/parameters.ts";
import { parseProgram } from "../../cell/syntax.ts";
import type { Program } from "../../cell/tree.ts";
import { headsOf } from "../../experiment/parameters/nested.ts";
import { refuseRedeclared } from "../arguments/run-arguments.ts";
import { spelled } from "../arguments/usage.ts";
import { cdMagic } from "../built-in/cd.ts";
import { lineOf, type MagicCall, parseMagic } from "../registry.ts";
import { isRun } from "../run-calls.ts";
import { CellNames } from "./cell-names.ts";
import type { ImportText } from "./imports.ts";
import { withoutModuleSyntax } from "./module-syntax.ts";
import { inCell, type SourceCell } from "./source-cell.ts";

/** A magic that takes the rest of its cell, and its line (1-based). */
export type Wrapper = MagicLine & { readonly call: MagicCall };

/** A code cell, parsed and split up for the exporter. */
export interface Piece {
	/** Which cell it is, where that is known. */
	readonly cell: number | undefined;
	readonly parsed: ParsedCell;
	readonly calls: readonly MagicCall[];
	readonly wrapper: Wrapper | undefined;
	/** The code, its magics as calls in their lines, without imports and exports. */
	readonly code: string;
	readonly program: Program;
	/** What the code declares and uses. */
	readonly names: CellNames;
	/** Constants that its magic gives to the code: the run's parameters. */
	readonly params: readonly string[];
	readonly imports: readonly ImportText[];
	/** Does a magic of it do more than run the cell's code in the guard? */
	readonly effectful: boolean;
	/** Data folders that its magics check. */
	readonly verified: readonly string[];
}

/**
 * Splits cells up one after the other, in order, since earlier cells decide
 * where a cell's paths start and which names its lines know.
 * @param folder from the script's folder to the cells'
 * @throws UsageError when a cell is not TypeScript
 */
export function taker(folder = ""): (cell: SourceCell) => Piece {
	const known = new Set<string>();
	let place = folder.replaceAll("\\", "/");
	return (cell) => {
		const piece = inCell(cell, () =>
			takeApart(cell, place, (name) => known.has(name)),
		);
		for (const name of piece.names.declared) known.add(name);
		for (const { names } of piece.imports)
			for (const name of names) known.add(name);
		place = folderAfter(piece, place);
		return piece;
	};
}

/** The working folder after a cell, written like `folder`. */
function folderAfter({ calls }: Piece, folder: string): string {
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

function takeApart(
	cell: SourceCell,
	folder: string,
	isName: (name: string) => boolean,
): Piece {
	const { source, number } = cell;
	const module = moduleName(source);
	if (module !== undefined)
		throw new UsageError(
			`a script cannot hold the cell that is the module ./${module}: write the cell to a file, by %%writefile ${module}.ts in its first line, and export again`,
		);
	const parsed = parseCell(source, { isName });
	const calls = parsed.magics.map(({ text, mark }) => parseMagic(text, mark));
	const index = calls.findIndex(({ wraps }) => wraps);
	const original = codeWithCalls(parsed, calls, index);
	const before = parseProgram(original, source);
	const wrapper = wrapperOf(parsed, calls, index);
	const params = paramsOf(wrapper);
	if (wrapper) {
		const names = new CellNames(before);
		refuseRedeclared(parsed, wrapper.line, params, (name) => {
			const start = names.startOf(name);
			return start === undefined ? undefined : locate(original, start).line;
		});
	}
	const code = scriptCode(original, before.body, cell);
	const program = parseProgram(code, source);
	return {
		cell: number,
		parsed,
		calls,
		wrapper,
		code,
		program,
		names: new CellNames(program),
		params,
		imports: importsOf(before.body, original, folder, number),
		effectful: calls.some((call, i) => isEffectful(call, i === index)),
		verified: calls.flatMap(({ magic, args }) =>
			magic.name === "verify-data" && args !== "help"
				? [String(args.values.folder)]
				: [],
		),
	};
}

function wrapperOf(
	parsed: ParsedCell,
	calls: readonly MagicCall[],
	index: number,
): Wrapper | undefined {
	const call = calls[index];
	const line = parsed.magics[index];
	return call && line && { ...line, call };
}

/** Parameters of a run of the cell's own code; a task has its own. */
function paramsOf(wrapper: Wrapper | undefined): string[] {
	const args = wrapper?.call.args;
	return !args || args === "help" || args.assignments.has("task")
		? []
		: headsOf(args.assignments.keys());
}

/** The cell's code with the calls of its magics in their lines, the wrapping one left out. */
function codeWithCalls(
	{ lines, magics, source }: ParsedCell,
	calls: readonly MagicCall[],
	wrapping: number,
): string {
	const all = [...lines];
	for (const [i, { line, mark, text }] of magics.entries()) {
		const call = calls[i];
		if (call && i !== wrapping)
			all[line - 1] = codeOf(call, text, source) ?? `// ${spelled(text, mark)}`;
	}
	return all.join("\n");
}

/** The code of a magic's line in a script, if it means anything there. */
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
	if (!wrapped) parseProgram(value, source);
	return wrapped?.code;
}

/** The code without imports and exports; constants of a cell of parameters ask the command line first. */
function scriptCode(
	original: string,
	statements: Program["body"],
	{ parameters }: SourceCell,
): string {
	const text = new MagicString(original);
	for (const node of statements) withoutModuleSyntax(text, node);
	if (parameters)
		for (const { name, start, end } of parametersIn(statements)) {
			text.appendLeft(start, `dd.parameter(${JSON.stringify(name)}, `);
			text.appendRight(end, ")");
		}
	return text.toString();
}

function importsOf(
	statements: Program["body"],
	code: string,
	folder: string,
	cell: number | undefined,
): ImportText[] {
	return statements.flatMap((node) =>
		node.type === "ImportDeclaration"
			? [
					{
						node,
						code,
						folder,
						cell,
						names: node.specifiers.map(({ local }) => local.name),
					},
				]
			: [],
	);
}

/** Does the magic do more than run the cell's code in the guard? */
function isEffectful(call: MagicCall, wraps: boolean): boolean {
	const { magic, args } = call;
	if (args === "help" || magic.line === "code") return false;
	return wraps ? !isRun(call) : magic.toCode(args) !== undefined;
}
