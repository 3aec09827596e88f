import { UsageError } from "../base/errors.ts";
import { type ParsedCode, parseCode } from "./parse.ts";
import type { Program } from "./tree.ts";

/** A node of the syntax tree, as ESTree names them. */
export interface Node {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly [key: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
	typeof value === "object" &&
	value !== null &&
	typeof (value as Node).type === "string";

/** Has it a closing tag, or one that closes itself? */
export const mayHaveJsx = (source: string) => /<\/|\/>/.test(source);

/** Is it TypeScript only with JSX in it? */
export const needsJsx = (code: string): boolean =>
	mayHaveJsx(code) &&
	parseCode("cell.ts", code, { lang: "ts", sourceType: "module" }).errors
		.length > 0 &&
	parseCode("cell.tsx", code, { lang: "tsx", sourceType: "module" }).errors
		.length === 0;

/** Parses a cell: as TypeScript, or with JSX where only that fits. */
export function parseSource(code: string): ParsedCode {
	const plain = parseCode("cell.ts", code, {
		lang: "ts",
		sourceType: "module",
	});
	if (plain.errors.length === 0 || !mayHaveJsx(code)) return plain;
	const jsx = parseCode("cell.tsx", code, {
		lang: "tsx",
		sourceType: "module",
	});
	return jsx.errors.length === 0 ? jsx : plain;
}

const SHOWN = 2000;
const shortened = (source: string) =>
	source.length > SHOWN ? `${source.slice(0, SHOWN)} …` : source;

/** A cell's syntax tree. @throws UsageError when it is not TypeScript */
export function parseProgram(code: string, source = code): Program {
	const { program, errors } = parseSource(code);
	if (errors[0])
		throw new UsageError(
			`a cell cannot be exported, it is not TypeScript: ${errors[0].message}\n${shortened(source)}`,
		);
	return program;
}

/** The statements of a cell. @throws UsageError when it is not TypeScript */
export const parseStatements = (code: string): Program["body"] =>
	parseProgram(code).body;

/** The statements of a piece of code; undefined when it is not TypeScript. */
export function tryStatements(code: string): Program["body"] | undefined {
	const { program, errors } = parseCode("cell.ts", code, {
		lang: "ts",
		sourceType: "module",
	});
	return errors.length > 0 ? undefined : program.body;
}

/** `**` is left out: it is made a call of its own. */
const isChain = ({ type, operator }: Node) =>
	(type === "BinaryExpression" || type === "LogicalExpression") &&
	operator !== "**";

/** The operands of `a + b && c`, side by side: the tree of a long chain is as deep as the chain is long. */
function operands(chain: Node): Node[] {
	const found: Node[] = [];
	let node = chain;
	for (; isChain(node); node = node.left as Node)
		found.push(node.right as Node);
	found.push(node);
	return found.reverse();
}

/** The nodes directly below a node; of a chain of operators, its operands. */
export function children(node: Node): Node[] {
	if (isChain(node)) return operands(node);
	const found: Node[] = [];
	for (const key in node) {
		const value = node[key];
		if (Array.isArray(value)) {
			for (const item of value) if (isNode(item)) found.push(item);
		} else if (isNode(value)) found.push(value);
	}
	return found;
}

/** The nodes and all that is in them, outermost first. */
export function* walk(nodes: Iterable<Node>): Generator<Node> {
	// Not by recursion: long chains of calls are deep.
	const waiting = [...nodes].reverse();
	for (let node = waiting.pop(); node; node = waiting.pop()) {
		yield node;
		// One by one: a literal may have more elements than a call arguments.
		for (const child of children(node).reverse()) waiting.push(child);
	}
}

/** Names bound by a declaration's pattern. */
export function boundNames(pattern: Node): string[] {
	switch (pattern.type) {
		case "Identifier":
			return [pattern.name as string];
		case "ObjectPattern":
			return (pattern.properties as Node[]).flatMap((property) =>
				boundNames((property.value ?? property.argument) as Node),
			);
		case "ArrayPattern":
			return (pattern.elements as (Node | null)[]).flatMap((element) =>
				element ? boundNames(element) : [],
			);
		case "AssignmentPattern":
			return boundNames(pattern.left as Node);
		case "RestElement":
			return boundNames(pattern.argument as Node);
		default:
			return [];
	}
}
