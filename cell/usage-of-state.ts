import {
	boundNames,
	children,
	isFunction,
	isNode,
	type Node,
} from "./compile/syntax.ts";

/** How a cell uses names that it does not keep to itself. */
export interface CellUsage {
	/** Bound by imports. */
	readonly imports: ReadonlySet<string>;
	/** Declared or assigned while the cell runs, imports left out. */
	readonly writes: ReadonlySet<string>;
	/** Read while the cell runs; what it declares itself is left out. */
	readonly reads: ReadonlySet<string>;
	/** Read by its functions, whenever they are called. */
	readonly functionReads: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Of a cell without code. */
export const NO_USAGE: CellUsage = {
	imports: NOTHING,
	writes: NOTHING,
	reads: NOTHING,
	functionReads: NOTHING,
};

const CASTS =
	/^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$/;
const CODE_WITH_TYPES_NAME = /^TS(Enum|Module|Import|Export|Parameter)/;

/** Names that a statement declares in the block it stands in. */
function declared(statement: Node): string[] {
	switch (statement.type) {
		case "VariableDeclaration":
			return (statement.declarations as Node[]).flatMap(({ id }) =>
				boundNames(id as Node),
			);
		case "FunctionDeclaration":
		case "ClassDeclaration":
		case "TSEnumDeclaration":
		case "TSModuleDeclaration":
			return isNode(statement.id) ? boundNames(statement.id) : [];
		case "ExportNamedDeclaration":
		case "ExportDefaultDeclaration":
			return isNode(statement.declaration)
				? declared(statement.declaration)
				: [];
		default:
			return [];
	}
}

/** `var` reaches out of its blocks, up to its function. */
function* vars(node: Node): Generator<string> {
	for (const child of children(node)) {
		if (isFunction(child) || /^Class/.test(child.type)) continue;
		if (child.type === "VariableDeclaration" && child.kind === "var")
			yield* declared(child);
		yield* vars(child);
	}
}

/**
 * @param program a parsed cell
 * @param params constants that its magic gives it
 */
export function usageOf(
	program: Node,
	params: readonly string[] = [],
): CellUsage {
	const usage = new Usage();
	const statements = program.body as Node[];
	for (const statement of statements) usage.visit(statement, [], false);
	const own = [...vars(program), ...statements.flatMap(declared)];
	for (const name of own) {
		usage.writes.add(name);
		usage.reads.delete(name);
	}
	// What an earlier cell calls by that name, this one does not see.
	for (const name of params) {
		usage.writes.delete(name);
		usage.reads.delete(name);
		usage.functionReads.delete(name);
	}
	const { imports, writes, reads, functionReads } = usage;
	return {
		imports: kept(imports),
		writes: kept(writes),
		reads: kept(reads),
		functionReads: kept(functionReads),
	};
}

/** A session keeps four sets of every cell, most of them empty. */
const kept = (names: ReadonlySet<string>) => (names.size > 0 ? names : NOTHING);

type Scopes = readonly ReadonlySet<string>[];

class Usage implements CellUsage {
	readonly imports = new Set<string>();
	readonly writes = new Set<string>();
	readonly reads = new Set<string>();
	readonly functionReads = new Set<string>();

	visit(node: Node, scopes: Scopes, inFunction: boolean): void {
		const all = (parts: unknown, inner = scopes, within = inFunction) => {
			for (const part of Array.isArray(parts) ? parts : [parts])
				if (isNode(part)) this.visit(part, inner, within);
		};
		switch (node.type) {
			case "Identifier": {
				const name = node.name as string;
				if (scopes.some((scope) => scope.has(name))) return;
				(inFunction ? this.functionReads : this.reads).add(name);
				return;
			}
			case "ImportDeclaration":
				for (const specifier of node.specifiers as Node[])
					for (const name of boundNames(specifier.local as Node))
						this.imports.add(name);
				return;
			case "AssignmentExpression":
				this.#target(node.left as Node, scopes, inFunction);
				if (node.operator !== "=") all(node.left);
				all(node.right);
				return;
			case "UpdateExpression":
				this.#target(node.argument as Node, scopes, inFunction);
				all(node.argument);
				return;
			case "VariableDeclarator":
				this.#pattern(node.id as Node, scopes, inFunction);
				all(node.init);
				return;
			case "MemberExpression":
				all(node.object);
				if (node.computed) all(node.property);
				return;
			case "Property":
			case "PropertyDefinition":
			case "MethodDefinition":
				if (node.computed) all(node.key);
				all(node.value);
				return;
			case "LabeledStatement":
				all(node.body);
				return;
			case "BreakStatement":
			case "ContinueStatement":
			case "MetaProperty":
				return;
			case "BlockStatement":
			case "StaticBlock":
				all(node.body, [...scopes, blockScope(node.body as Node[])]);
				return;
			case "SwitchStatement": {
				all(node.discriminant);
				const cases = node.cases as Node[];
				const own = cases.flatMap(({ consequent }) => consequent as Node[]);
				all(cases, [...scopes, blockScope(own)]);
				return;
			}
			case "ForStatement":
			case "ForInStatement":
			case "ForOfStatement": {
				const head = (node.init ?? node.left) as Node | null;
				const inner = [...scopes, blockScope(head ? [head] : [])];
				if (node.left && (node.left as Node).type !== "VariableDeclaration")
					this.#target(node.left as Node, scopes, inFunction);
				for (const part of children(node)) this.visit(part, inner, inFunction);
				return;
			}
			case "CatchClause": {
				const names = isNode(node.param) ? boundNames(node.param) : [];
				all(node.body, [...scopes, new Set(names)]);
				return;
			}
			default:
				if (isFunction(node)) this.#function(node, scopes);
				else if (/^Class/.test(node.type))
					this.#class(node, scopes, inFunction);
				else if (CASTS.test(node.type)) all(node.expression);
				else if (
					!node.type.startsWith("TS") ||
					CODE_WITH_TYPES_NAME.test(node.type)
				)
					for (const part of children(node))
						this.visit(part, scopes, inFunction);
		}
	}

	#function(node: Node, scopes: Scopes): void {
		const own = new Set(["arguments"]);
		if (node.type === "FunctionExpression" && isNode(node.id))
			own.add(node.id.name as string);
		const params = node.params as Node[];
		for (const param of params)
			for (const name of boundNames((param.parameter ?? param) as Node))
				own.add(name);
		if (isNode(node.body)) for (const name of vars(node.body)) own.add(name);
		const inner = [...scopes, own];
		for (const param of params) this.#pattern(param, inner, true);
		if (isNode(node.body)) this.visit(node.body, inner, true);
	}

	#class(node: Node, scopes: Scopes, inFunction: boolean): void {
		const name = isNode(node.id) ? boundNames(node.id) : [];
		const inner = [...scopes, new Set(name)];
		if (isNode(node.superClass)) this.visit(node.superClass, inner, inFunction);
		if (isNode(node.body))
			for (const member of children(node.body))
				this.visit(member, inner, inFunction);
	}

	/** Default values and computed keys of a pattern; what it binds is no reading. */
	#pattern(node: Node, scopes: Scopes, inFunction: boolean): void {
		switch (node.type) {
			case "Identifier":
				return;
			case "AssignmentPattern":
				this.#pattern(node.left as Node, scopes, inFunction);
				this.visit(node.right as Node, scopes, inFunction);
				return;
			case "Property":
				if (node.computed) this.visit(node.key as Node, scopes, inFunction);
				this.#pattern(node.value as Node, scopes, inFunction);
				return;
			case "MemberExpression":
				this.visit(node, scopes, inFunction);
				return;
			default:
				for (const part of children(node))
					this.#pattern(part, scopes, inFunction);
		}
	}

	#target(node: Node, scopes: Scopes, inFunction: boolean): void {
		if (CASTS.test(node.type)) {
			this.#target(node.expression as Node, scopes, inFunction);
			return;
		}
		if (!inFunction)
			for (const name of boundNames(node))
				if (!scopes.some((scope) => scope.has(name))) this.writes.add(name);
		this.#pattern(node, scopes, inFunction);
	}
}

/** What belongs to a block; the rest of a `var` is the function's. */
function blockScope(statements: readonly Node[]): ReadonlySet<string> {
	return new Set(
		statements
			.filter(
				({ type, kind }) => type !== "VariableDeclaration" || kind !== "var",
			)
			.flatMap(declared),
	);
}
