import { parseSource, walk } from "../syntax.ts";
import { children, locate, type Node, offsetOf } from "./syntax.ts";

/** Nodes that only TypeScript or JSX has, or that a tsconfig may change the meaning of. */
const MORE_THAN_JAVASCRIPT = /^(TS|JSX|Class|Decorator)/;

/** Of these, `?` is JavaScript. */
const MAY_BE_OPTIONAL = /^(Call|Member)Expression$/;

/** What a script takes for a comment, and a module for operators. */
const HTML_COMMENT = /<!--|-->/;

/** Is it JavaScript as it stands, in a script too, so that there is nothing to compile? In doubt it is not. */
export const isPlain = (source: string, program: Node): boolean =>
	!HTML_COMMENT.test(source) && hasOnlyJavaScript(program);

function hasOnlyJavaScript(node: Node): boolean {
	const { type } = node;
	if (
		MORE_THAN_JAVASCRIPT.test(type) ||
		node.declare === true ||
		// `function f(this) {}`
		(type === "Identifier" && node.name === "this") ||
		(node.optional === true && !MAY_BE_OPTIONAL.test(type))
	)
		return false;
	for (const child of children(node))
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
	for (const node of walk([program as unknown as Node]))
		if (node.start <= offset) start = Math.max(start, node.start);
	return locate(source, start);
}
