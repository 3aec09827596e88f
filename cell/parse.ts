import {
	type OxcError,
	type ParseResult,
	type ParserOptions,
	parseSync,
} from "oxc-parser";
import { fileURLToPath } from "../host/paths.ts";
import { spawnSync } from "../host/programs.ts";
import { TOO_DEEP, tooDeepAt } from "./depth.ts";

/** What is wrong with code, and where. */
export type ParseError = Pick<OxcError, "message" | "labels" | "helpMessage">;

/** What a parser makes of code. */
export interface ParsedCode
	extends Pick<ParseResult, "program" | "module" | "comments"> {
	readonly errors: readonly ParseError[];
}

/** So many characters the errors of code may come to, each with its line, before it is parsed apart. */
const ERRORS_CHARACTERS = 1e8;
/** Long, since the machine may be busy; memory is what bounds hostile code. */
const APART_MILLISECONDS = 60_000;

/**
 * Parses code by oxc. What nests so deeply that the parser would end the
 * process is an error of the code at that place, and has no syntax tree; so has
 * an error among thousands of signs in one long line. Nothing else calls oxc's
 * `parseSync`.
 */
export function parseCode(
	filename: string,
	code: string,
	options: ParserOptions = {},
): ParsedCode {
	const jsx = (options.lang ?? filename).endsWith("x");
	const offset = tooDeepAt(code, { jsx });
	const error =
		offset !== undefined
			? errorAt(offset, TOO_DEEP)
			: mayHaveManyErrors(code)
				? errorApart(filename, code, options)
				: undefined;
	if (!error) return parseSync(filename, code, options);
	const { program, module } = parseSync(filename, "", options);
	return { program, module, comments: [], errors: [error] };
}

const errorAt = (start: number, message: string): ParseError => ({
	message,
	labels: [{ message: null, start, end: start + 1 }],
	helpMessage: null,
});

/** Each error has a sign or a space beside it, and is drawn with its line. */
function mayHaveManyErrors(code: string): boolean {
	if (code.length ** 2 <= ERRORS_CHARACTERS) return false;
	let longest = 0;
	let signs = 0;
	let start = 0;
	for (let at = 0; at <= code.length; at++) {
		const unit = at < code.length ? code.charCodeAt(at) : 10;
		const letter = unit | 32;
		const isWord =
			(letter >= 97 && letter <= 122) || (unit >= 48 && unit <= 57);
		if (!isWord) signs++;
		if (unit !== 10) continue;
		longest = Math.max(longest, at - start);
		start = at + 1;
	}
	return longest * signs > ERRORS_CHARACTERS;
}

/** A cell is parsed for several reasons. */
let last:
	| { readonly job: string; readonly error: ParseError | undefined }
	| undefined;

/** The first error, found in a process that may die of the others. */
function errorApart(
	filename: string,
	code: string,
	options: ParserOptions,
): ParseError | undefined {
	const job = JSON.stringify({ filename, code, options });
	if (last?.job === job) return last.error;
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	const { status, stdout } = spawnSync(
		process.execPath,
		[
			"--max-old-space-size=256",
			fileURLToPath(new URL(`./parse-apart.${extension}`, import.meta.url)),
		],
		{
			input: job,
			encoding: "utf8",
			timeout: APART_MILLISECONDS,
			killSignal: "SIGKILL",
			stdio: ["pipe", "pipe", "ignore"],
		},
	);
	const error: ParseError | undefined =
		status !== 0
			? errorAt(
					0,
					"This is not TypeScript, and its errors are too many for one line; break the line up to see the first",
				)
			: stdout === ""
				? undefined
				: JSON.parse(stdout);
	last = { job, error };
	return error;
}
