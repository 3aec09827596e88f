import type MagicString from "magic-string";
import {
	children,
	isCompiledApart,
	isFunction,
	type Node,
	RUNTIME,
} from "./syntax.ts";

/**
 * Makes every `await` go through the runtime, which resumes the code where an
 * interrupt can reach it.
 * @returns whether there is an `await` outside of functions
 */
export function guardAwaits(text: MagicString, program: Node): boolean {
	// Most cells have none, and are not searched.
	if (!text.original.includes("await")) return false;
	let topLevel = false;
	const wrap = (node: Node, call: string) => {
		text.prependRight(node.start, `${RUNTIME}.${call}(`);
		text.appendLeft(node.end, ")");
	};
	const visit = (node: Node, inFunction: boolean): void => {
		if (isCompiledApart(node)) return;
		const { type } = node;
		const isLoop = type === "ForOfStatement" && node.await === true;
		if (type === "AwaitExpression") wrap(node.argument as Node, "await");
		if (isLoop) wrap(node.right as Node, "each");
		if (
			type === "AwaitExpression" ||
			isLoop ||
			(type === "VariableDeclaration" && node.kind === "await using")
		)
			topLevel ||= !inFunction;
		for (const child of children(node))
			visit(child, inFunction || isFunction(node));
	};
	visit(program, false);
	return topLevel;
}
