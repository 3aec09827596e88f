import { TOO_DEEP } from "../depth.ts";
import type { ParseError } from "../parse.ts";

/** The code up to its last token: trailing space and line comments cut off. */
function withoutTrail(code: string): string {
	let rest = code.trimEnd();
	while (rest !== "") {
		const line = rest.lastIndexOf("\n") + 1;
		if (!/^[ \t]*\/\//.test(rest.slice(line))) break;
		rest = rest.slice(0, line).trimEnd();
	}
	return rest;
}

/** Does the code end in the middle of a template literal or a block comment? */
export function leavesTextOpen(
	code: string,
	{ message, labels: [label] }: ParseError,
): boolean {
	if (/unterminated multiline comment/i.test(message)) return true;
	return (
		/unterminated string/i.test(message) &&
		label !== undefined &&
		/[`}]/.test(code[label.start] as string)
	);
}

/** Is it wrong only because something is still to come? */
export function endsTooEarly(code: string, error: ParseError): boolean {
	const {
		message,
		labels: [label],
	} = error;
	if (!label || message === TOO_DEEP) return false;
	if (leavesTextOpen(code, error)) return true;
	if (/unterminated string/i.test(message))
		// A quoted string goes over lines only after a backslash.
		return /\\\r?\n$/.test(code);
	if (/^missing (initializer|catch)/i.test(message))
		return label.end >= withoutTrail(code).length;
	return label.start >= withoutTrail(code).length;
}
