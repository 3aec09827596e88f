import { descendants, isUsing, type Node } from "../../cell/tree.ts";

/**
 * Syntax that may call a function. Not all of it looks like a call: loops call
 * iterators, decorators are functions, JSX calls its factory, and `using` calls
 * the value's dispose method.
 */
function calls(node: Node): boolean {
	switch (node.type) {
		case "CallExpression":
		case "NewExpression":
		case "TaggedTemplateExpression":
		case "AwaitExpression":
		case "ImportExpression":
		case "ForOfStatement":
		case "SpreadElement":
		case "Decorator":
		case "JSXElement":
		case "JSXFragment":
			return true;
		case "VariableDeclaration":
			return isUsing(node.kind);
		default:
			return false;
	}
}

/** May this code draw random numbers? Code that calls nothing cannot. */
export function mayDraw(nodes: Iterable<Node>): boolean {
	for (const node of descendants(nodes)) if (calls(node)) return true;
	return false;
}
