import type { VariableDeclaration, VariableDeclarator } from "../tree.ts";
import type { Rewriting } from "./rewriting.ts";

/** `const a: T = 1, {b} = c` → `;a = 1, ({b} = c)`. */
export function assignVariables(
	rewriting: Rewriting,
	node: VariableDeclaration,
): void {
	const { text } = rewriting;
	text.overwrite(node.start, firstOf(node).start, ";");
	for (const declarator of node.declarations) {
		assignDeclarator(rewriting, declarator, true);
		// `var x` keeps a value that is already there.
		if (!declarator.init && node.kind !== "var")
			text.appendLeft(declarator.end, " = undefined");
	}
	terminate(rewriting, node);
}

/** `var` within a statement: one expression, as it may be all that an `if` has. */
export function assignNestedVars(
	rewriting: Rewriting,
	node: VariableDeclaration,
): void {
	const { text } = rewriting;
	text.overwrite(node.start, firstOf(node).start, "void (");
	for (const declarator of node.declarations)
		assignDeclarator(rewriting, declarator, true);
	text.appendLeft(node.declarations.at(-1)?.end ?? node.end, ")");
	terminate(rewriting, node);
}

/** `for (var i = 0; …)` and `for (var {a} of list)` without the `var`. */
export function assignHead(
	rewriting: Rewriting,
	node: VariableDeclaration,
): void {
	rewriting.text.remove(node.start, firstOf(node).start);
	for (const declarator of node.declarations)
		assignDeclarator(rewriting, declarator, false);
}

const firstOf = ({ declarations: [first], ...node }: VariableDeclaration) =>
	first ?? node;

/** `let x` may be followed by a line that begins with a bracket: what it became may not. */
function terminate({ source, text }: Rewriting, node: VariableDeclaration) {
	if (source[node.end - 1] !== ";") text.appendRight(node.end, ";");
}

/** Takes away what is of types; a pattern needs parentheses where it begins a statement. */
function assignDeclarator(
	{ text }: Rewriting,
	{ id, init, definite, start, end }: VariableDeclarator,
	parenthesized: boolean,
): void {
	const annotation = "typeAnnotation" in id ? id.typeAnnotation : undefined;
	// Between name and type stands the mark of `let x!: T`.
	const nameEnd = id.type === "Identifier" ? id.start + id.name.length : id.end;
	if (annotation)
		text.remove(
			id.type === "Identifier" ? nameEnd : annotation.start,
			annotation.end,
		);
	else if (definite) text.remove(nameEnd, end);
	if (init && id.type !== "Identifier" && parenthesized) {
		text.prependRight(start, "(");
		text.appendLeft(end, ")");
	}
}
