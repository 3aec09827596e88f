import {
	type ArrowFunctionExpression,
	type BinaryExpression,
	type Class,
	type Function as FunctionNode,
	type LogicalExpression,
	type Node,
	type PrivateInExpression,
	type TSAsExpression,
	type TSInstantiationExpression,
	type TSNonNullExpression,
	type TSSatisfiesExpression,
	type TSTypeAssertion,
	visitorKeys,
} from "oxc-parser";

/**
 * The syntax tree of a cell, as oxc types it: ESTree with the nodes of TypeScript
 * and JSX. `parseCode` makes it; a tree is many times as large as its code, so
 * whoever keeps something of a cell copies names and places out of it.
 */
export type * from "oxc-parser";

/** A part of the code: UTF-16 offsets, the end exclusive. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** An identifier, or the name of a JSX element. */
export interface Name extends Span {
	readonly name: string;
}

export const isNode = (value: unknown): value is Node =>
	typeof value === "object" &&
	value !== null &&
	"type" in value &&
	typeof value.type === "string";

type Chain = BinaryExpression | PrivateInExpression | LogicalExpression;

/** `**` is left out: it becomes a call of its own. */
const isChain = (node: Node): node is Chain =>
	(node.type === "BinaryExpression" || node.type === "LogicalExpression") &&
	node.operator !== "**";

/** The operands of `a + b && c`, side by side: the tree of a long chain is as deep as the chain is long. */
function operands(chain: Chain): Node[] {
	const found: Node[] = [];
	let node: Node = chain;
	for (; isChain(node); node = node.left) found.push(node.right);
	found.push(node);
	return found.reverse();
}

/** The nodes directly below a node, as they stand in the code; of a chain of operators, its operands. */
export function childrenOf(node: Node): Node[] {
	if (isChain(node)) return operands(node);
	const found: Node[] = [];
	for (const key of visitorKeys[node.type] ?? []) {
		const value: unknown = Reflect.get(node, key);
		if (Array.isArray(value)) {
			for (const item of value) if (isNode(item)) found.push(item);
		} else if (isNode(value)) found.push(value);
	}
	return found;
}

/** The nodes and all that is in them, outermost first. Not by recursion: long chains of calls are deep. */
export function* descendants(nodes: Iterable<Node>): Generator<Node> {
	const waiting = [...nodes].reverse();
	for (let node = waiting.pop(); node; node = waiting.pop()) {
		yield node;
		// One by one: a literal may have more elements than a call may have arguments.
		for (const child of childrenOf(node).reverse()) waiting.push(child);
	}
}

/**
 * The names that a pattern binds or assigns, parentheses and casts put aside; what
 * it assigns to members (`[a.b] = c`) has no name.
 */
export function namesIn(pattern: Node): Name[] {
	switch (pattern.type) {
		case "Identifier":
			return [pattern];
		case "ObjectPattern":
			return pattern.properties.flatMap((property) =>
				namesIn(property.type === "Property" ? property.value : property),
			);
		case "ArrayPattern":
			return pattern.elements.flatMap((element) =>
				element ? namesIn(element) : [],
			);
		case "AssignmentPattern":
			return namesIn(pattern.left);
		case "RestElement":
			return namesIn(pattern.argument);
		case "TSParameterProperty":
			return namesIn(pattern.parameter);
		case "ParenthesizedExpression":
			return namesIn(pattern.expression);
		default:
			return isCast(pattern) ? namesIn(pattern.expression) : [];
	}
}

/** The same as text. */
export const boundNames = (pattern: Node): string[] =>
	namesIn(pattern).map(({ name }) => name);

type Cast =
	| TSAsExpression
	| TSSatisfiesExpression
	| TSNonNullExpression
	| TSInstantiationExpression
	| TSTypeAssertion;

/** Is it an expression with a type around it: `a as T`, `a!`, `<T>a`, `a<T>`? */
export const isCast = (node: Node): node is Cast =>
	node.type === "TSAsExpression" ||
	node.type === "TSSatisfiesExpression" ||
	node.type === "TSNonNullExpression" ||
	node.type === "TSInstantiationExpression" ||
	node.type === "TSTypeAssertion";

/** The expression without parentheses and types around it. */
export function bare(node: Node): Node {
	return node.type === "ParenthesizedExpression" || isCast(node)
		? bare(node.expression)
		: node;
}

/** Is a variable of this kind disposed of when its block ends? */
export const isUsing = (kind: string): boolean =>
	kind === "using" || kind === "await using";

/** A function with a body, whatever it is called by: a method's is its `value`. */
export const isFunction = (
	node: Node,
): node is FunctionNode | ArrowFunctionExpression =>
	node.type === "FunctionDeclaration" ||
	node.type === "FunctionExpression" ||
	node.type === "ArrowFunctionExpression";

export const isClass = (node: Node): node is Class =>
	node.type === "ClassDeclaration" || node.type === "ClassExpression";
