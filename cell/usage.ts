import { children, isNode, type Node } from "./syntax.ts";

/** Types say nothing at run time; these nodes have values in them all the same. */
const TYPE_ONLY =
	/^TS(?!As|Satisfies|NonNull|Instantiation|TypeAssertion|Enum|Module|Parameter|Export)/;

/** The nodes directly below that are values, keys and labels left out. */
export function* valueChildren(node: Node): Generator<Node> {
	const named =
		/^(MemberExpression|Property|PropertyDefinition|MethodDefinition)$/.test(
			node.type,
		) && !node.computed;
	for (const child of children(node)) {
		if (TYPE_ONLY.test(child.type)) continue;
		if (named && child === (node.property ?? node.key) && !node.shorthand)
			continue;
		if (child === node.label) continue;
		yield child;
	}
}

/**
 * Names that stand in the code as values. Scopes are not looked at: the name of
 * a local stands for whatever has that name outside, too.
 */
export function references(nodes: Iterable<Node>): Set<string> {
	const names = new Set<string>();
	const visit = (node: Node) => {
		if (node.type === "Identifier") names.add(node.name as string);
		for (const child of valueChildren(node)) visit(child);
	};
	for (const node of nodes) visit(node);
	return names;
}

/** `a.b[c].d` → the node of `a`, casts and `await` put aside. */
export function rootOf(node: Node): Node {
	const inner = node.object ?? node.expression ?? node.argument;
	return isNode(inner) &&
		/^(MemberExpression|ChainExpression|ParenthesizedExpression|AwaitExpression|TS.*)$/.test(
			node.type,
		)
		? rootOf(inner)
		: node;
}

export const isFunction = ({ type }: Node): boolean => /Function/.test(type);
