import {
	type OxcError,
	type ParseResult,
	type ParserOptions,
	parseSync,
} from "oxc-parser";
import { TOO_DEEP, tooDeepAt } from "./depth.ts";

/** What is wrong with code, and where. */
export type ParseError = Pick<OxcError, "message" | "labels" | "helpMessage">;

/** What a parser makes of code. */
export interface ParsedCode
	extends Pick<ParseResult, "program" | "module" | "comments"> {
	readonly errors: readonly ParseError[];
}

/**
 * Parses code by oxc. What nests so deeply that the parser would end the
 * process is an error of the code at that place, and has no syntax tree.
 * Nothing else calls oxc's `parseSync`.
 */
export function parseCode(
	filename: string,
	code: string,
	options?: ParserOptions,
): ParsedCode {
	const jsx = (options?.lang ?? filename).endsWith("x");
	const offset = tooDeepAt(code, { jsx });
	if (offset === undefined) return parseSync(filename, code, options);
	const { program, module } = parseSync(filename, "", options);
	const labels = [{ message: null, start: offset, end: offset + 1 }];
	return {
		program,
		module,
		comments: [],
		errors: [{ message: TOO_DEEP, labels, helpMessage: null }],
	};
}
