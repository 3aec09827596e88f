import { UsageError } from "../base/errors.ts";
import { type ParsedCode, parseCode } from "./parse.ts";

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

/** The statements of a cell. @throws UsageError when it is not TypeScript */
export function parseStatements(code: string, source = code): Node[] {
	const { program, errors } = parseSource(code);
	if (errors[0])
		throw new UsageError(
			`a cell cannot be exported, it is not TypeScript: ${errors[0].message}\n${shortened(source)}`,
		);
	return program.body as unknown as Node[];
}

/** The statements of a piece of code; undefined when it is not TypeScript. */
export function tryStatements(code: string): Node[] | undefined {
	const { program, errors } = parseCode("cell.ts", code, {
		lang: "ts",
		sourceType: "module",
	});
	return errors.length > 0 ? undefined : (program.body as unknown as Node[]);
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

const NAMED = new Set([
	"FunctionDeclaration",
	"ClassDeclaration",
	"TSEnumDeclaration",
	"TSModuleDeclaration",
]);

/** Names of values that a statement declares in the scope it stands in. */
export function declaredNames(statement: Node): string[] {
	if (statement.declare) return [];
	if (statement.type === "VariableDeclaration")
		return (statement.declarations as Node[]).flatMap(({ id }) =>
			boundNames(id as Node),
		);
	return NAMED.has(statement.type) && isNode(statement.id)
		? boundNames(statement.id)
		: [];
}

/** `var` declarations inside of a statement: they belong to the scope around it. */
export function* innerVars(statement: Node): Generator<Node> {
	const waiting = children(statement).reverse();
	for (let node = waiting.pop(); node; node = waiting.pop()) {
		if (/Function|Class|^TSModule/.test(node.type)) continue;
		if (node.type === "VariableDeclaration" && node.kind === "var") yield node;
		for (const child of children(node).reverse()) waiting.push(child);
	}
}

/** Names of values that statements declare at the top level of their cell, imports and exports included. */
export function declaredAnywhere(statements: readonly Node[]): Set<string> {
	return new Set(
		statements.flatMap((statement) => {
			if (statement.type === "ImportDeclaration")
				return (statement.specifiers as Node[]).flatMap(({ local }) =>
					boundNames(local as Node),
				);
			const { declaration } = statement;
			const node = isNode(declaration) ? declaration : statement;
			return [node, ...innerVars(node)].flatMap(declaredNames);
		}),
	);
}

const DRAWS = new Set([
	"CallExpression",
	"NewExpression",
	"TaggedTemplateExpression",
	"AwaitExpression",
	"ForOfStatement",
	"SpreadElement",
]);

/** May this code draw random numbers? Only what is called can. */
export function mayDraw(statements: readonly Node[]): boolean {
	for (const { type } of walk(statements)) if (DRAWS.has(type)) return true;
	return false;
}

/** Every name that stands in the code, declared or used. */
export function identifiers(statements: readonly Node[]): Set<string> {
	const names = new Set<string>();
	for (const node of walk(statements))
		if (node.type === "Identifier") names.add(node.name as string);
	return names;
}
