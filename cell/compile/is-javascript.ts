import { parseSource } from "../syntax.ts";
import { childrenOf, descendants, type Node, type Program } from "../tree.ts";
import { locate, offsetOf } from "./syntax.ts";

/** Nodes that only TypeScript or JSX has, or that a tsconfig may change the meaning of. */
const MORE_THAN_JAVASCRIPT = /^(TS|JSX|Class|Decorator)/;

/** `?` in these is optional chaining; everywhere else it is TypeScript. */
const MAY_BE_OPTIONAL = /^(Call|Member)Expression$/;

/** What a script takes for a comment, and a module for operators. */
const HTML_COMMENT = /<!--|-->/;

/** Is it JavaScript as it stands, in a script too, so that there is nothing to compile? In doubt it is not. */
export const isJavaScript = (source: string, program: Program): boolean =>
	!HTML_COMMENT.test(source) && hasOnlyJavaScript(program);

function hasOnlyJavaScript(node: Node): boolean {
	const { type } = node;
	if (
		MORE_THAN_JAVASCRIPT.test(type) ||
		("declare" in node && node.declare) ||
		// `function f(this) {}`
		(type === "Identifier" && node.name === "this") ||
		("optional" in node && node.optional && !MAY_BE_OPTIONAL.test(type))
	)
		return false;
	for (const child of childrenOf(node))
		if (!hasOnlyJavaScript(child)) return false;
	return true;
}

/**
 * Where the part begins that a place (1-based) lies in or behind. Of a sum V8
 * reports the plus for a name that it does not find.
 */
export function partAt(
	source: string,
	place: { line: number; column: number },
): { line: number; column: number } {
	const offset = offsetOf(source, place);
	let start = 0;
	// Parsed anew: kept with each cell, the trees would fill the memory.
	const { program } = parseSource(source);
	for (const node of descendants([program]))
		if (node.start <= offset) start = Math.max(start, node.start);
	return locate(source, start);
}
