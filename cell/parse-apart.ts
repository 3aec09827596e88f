/**
 * A process that parses what it is given on standard input, and may die of it:
 * prints the first error, or nothing. The parser draws the whole line with each
 * error, which for thousands of errors in one line takes more memory than there is.
 */

import { type ParserOptions, parseSync } from "oxc-parser";
import { readFileSync } from "../host/files.ts";

interface Job {
	readonly filename: string;
	readonly code: string;
	readonly options: ParserOptions;
}

const { filename, code, options }: Job = JSON.parse(readFileSync(0, "utf8"));
const [error] = parseSync(filename, code, options).errors;
if (error) {
	const { message, labels, helpMessage } = error;
	process.stdout.write(JSON.stringify({ message, labels, helpMessage }));
}
