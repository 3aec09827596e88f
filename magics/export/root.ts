import { isCast, type Node } from "../../cell/tree.ts";

/** `(await a.b[c]!).d` → the node of `a`: what a chain of members begins with. */
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
