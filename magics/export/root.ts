import { isCast, type Node } from "../../cell/tree.ts";

/**
 * The expression that a chain of members begins with: `(await a.b[c]!).d` → the
 * node of `a`.
 */
export function rootOf(node: Node): Node {
	switch (node.type) {
		case "MemberExpression":
			return rootOf(node.object);
		case "ChainExpression":
		case "ParenthesizedExpression":
			return rootOf(node.expression);
		case "AwaitExpression":
			return rootOf(node.argument);
		default:
			return isCast(node) ? rootOf(node.expression) : node;
	}
}
