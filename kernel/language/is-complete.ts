import { parseCode } from "../../cell/parse.ts";
import { parseSource } from "../../cell/syntax.ts";
import { nesting } from "../../cell/text/brackets.ts";
import { endsTooEarly } from "../../cell/text/incomplete.ts";
import { blankMagics, wrappedRest } from "../../magics/magic-lines.ts";

export type Completeness =
	| { readonly status: "complete" | "invalid" }
	| { readonly status: "incomplete"; readonly indent: string };

const INDENT = "  ";

/**
 * Is the code a whole cell, the start of one, or wrong whatever follows? Decided
 * by the parser: a first error at the end of the text means that something is
 * still to come. `indent` is the white space that suits the next line, two
 * spaces for each open bracket. A magic that takes the rest of the cell is
 * incomplete without one.
 */
export function isComplete(code: string): Completeness {
	const source = blankMagics(code);
	if (wrappedRest(code)?.trim() === "")
		return { status: "incomplete", indent: "" };
	const [error] = parseSource(source).errors;
	if (!error) return { status: "complete" };
	const [withJsx] = parseCode("cell.tsx", source, {
		sourceType: "module",
	}).errors;
	if (
		!endsTooEarly(source, error) &&
		!(withJsx && endsTooEarly(source, withJsx))
	)
		return { status: "invalid" };
	const { open, quote } = nesting(source);
	const indent = quote === undefined ? INDENT.repeat(open.length) : "";
	return { status: "incomplete", indent };
}
