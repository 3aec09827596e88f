import type { ParseError } from "../parse.ts";
import { foreignLine } from "../text/foreign.ts";

/** The global that generated code calls; no user would spell it. */
export const RUNTIME = "__deepdiva__";

/** Code that is not TypeScript, or more than the engine runs: the message points at line and column. */
export class CellSyntaxError extends SyntaxError {
	override readonly name = "SyntaxError";
	/** 1-based, as the column. */
	readonly line: number;
	readonly column: number;
	/** URL of a local module; absent for the cell being compiled. */
	readonly file: string | undefined;
	constructor(message: string, line: number, column: number, file?: string) {
		super(message);
		this.line = line;
		this.column = column;
		this.file = file;
	}
}

/** A namespace's text is replaced as a whole: no edits within. */
export const isCompiledApart = ({ type }: { readonly type: string }) =>
	type === "TSModuleDeclaration";

/** Line and column (both 1-based) of an offset. */
export function locate(
	source: string,
	offset: number,
): { line: number; column: number } {
	const before = source.slice(0, offset);
	const lastBreak = before.lastIndexOf("\n");
	return {
		line: before.split("\n").length,
		column: offset - lastBreak,
	};
}

/** The same the other way round. */
export function offsetOf(
	source: string,
	{ line, column }: { line: number; column: number },
): number {
	let start = 0;
	for (let above = 1; above < line; above++)
		start = source.indexOf("\n", start) + 1;
	return start + column - 1;
}

/** The parser's complaint as an error that points into `source`. */
export function syntaxError(
	source: string,
	error: Pick<ParseError, "message"> & {
		readonly helpMessage?: string | null;
		readonly labels: readonly { readonly start: number }[];
	},
): CellSyntaxError {
	// Of two places, as for a name declared twice, the later one is new.
	const offset = Math.max(0, ...error.labels.map(({ start }) => start));
	const { line, column } = locate(source, offset);
	const advice = foreignLine(source.split("\n")[line - 1] ?? "");
	if (advice !== undefined)
		return new CellSyntaxError(`${error.message}; ${advice}`, line, column);
	const help = error.helpMessage ? ` (${error.helpMessage})` : "";
	return new CellSyntaxError(`${error.message}${help}`, line, column);
}
