import type MagicString from "magic-string";
import { childrenOf, isFunction, type Node, type Program } from "../tree.ts";
import { isCompiledApart, RUNTIME } from "./syntax.ts";

/**
 * Makes every `await` go through the runtime, which resumes the code where an
 * interrupt can reach it.
 * @returns whether there is an `await` outside of functions
 */
export function guardAwaits(text: MagicString, program: Program): boolean {
	// Most cells have none, and are not searched.
	if (!text.original.includes("await")) return false;
	let topLevel = false;
	const wrap = (node: Node, call: string) => {
		text.prependRight(node.start, `${RUNTIME}.${call}(`);
		text.appendLeft(node.end, ")");
	};
	const visit = (node: Node, inFunction: boolean): void => {
		if (isCompiledApart(node)) return;
		if (waitsIn(node)) topLevel ||= !inFunction;
		if (node.type === "AwaitExpression") wrap(node.argument, "await");
		if (node.type === "ForOfStatement" && node.await) wrap(node.right, "each");
		for (const child of childrenOf(node))
			visit(child, inFunction || isFunction(node));
	};
	visit(program, false);
	return topLevel;
}

const waitsIn = (node: Node): boolean =>
	node.type === "AwaitExpression" ||
	(node.type === "ForOfStatement" && node.await) ||
	(node.type === "VariableDeclaration" && node.kind === "await using");
