import { descendants, isUsing, type Node } from "../../cell/tree.ts";

/**
 * What may call a function. Some do without saying so: loops call iterators,
 * decorators are functions, JSX calls its factory, and `using` calls what
 * disposes of its value.
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

/** May this code draw random numbers? Only what is called can. */
export function mayDraw(nodes: Iterable<Node>): boolean {
	for (const node of descendants(nodes)) if (calls(node)) return true;
	return false;
}
