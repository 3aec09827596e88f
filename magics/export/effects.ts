import {
	boundNames,
	declaredAnywhere,
	declaredNames,
	isNode,
	type Node,
	walk,
} from "../../cell/syntax.ts";
import {
	isFunction,
	references,
	rootOf,
	valueChildren,
} from "../../cell/usage.ts";
import { callsArguments, type PureCalls } from "./pure-calls.ts";
import type { Piece } from "./translate.ts";

/** Stands for everything outside of the cells' names: globals, modules, files. */
export const WORLD = "globalThis";

/** What all cells together say about their names. */
export interface Names {
	readonly pure: PureCalls;
	/** Declared outside of functions, by any cell. */
	readonly declared: ReadonlySet<string>;
	/** Never hold anything but numbers, texts and the like: nobody can change what they hold. */
	readonly primitive: ReadonlySet<string>;
	readonly functions: ReadonlySet<string>;
}

/** What a cell does to names that it shares with other cells. */
export interface CellEffects {
	/** Bound or assigned, wherever in the cell. */
	readonly writes: ReadonlySet<string>;
	/** What they hold may be changed. */
	readonly changes: ReadonlySet<string>;
	/** Through the first name, what the second one holds may be reached. */
	readonly paths: readonly (readonly [string, string])[];
	/** Whoever calls what the first name holds reads the second one. */
	readonly closures: readonly (readonly [string, string])[];
}

/** What `piece` may write, change and make reachable; functions that it only defines count for who calls them. */
export function effectsOf(piece: Piece, names: Names): CellEffects {
	const effects = new Effects(names);
	for (const statement of piece.statements) effects.visitTop(statement);
	for (const name of piece.names) effects.writes.add(name);
	if (piece.effectful) effects.changes.add(WORLD);
	return effects;
}

class Effects implements CellEffects {
	readonly writes = new Set<string>();
	readonly changes = new Set<string>();
	readonly paths: [string, string][] = [];
	readonly closures: [string, string][] = [];
	readonly #names: Names;
	#statement = new Set<string>();

	constructor(names: Names) {
		this.#names = names;
	}

	visitTop(statement: Node): void {
		this.#statement = references([statement]);
		this.#visit(statement);
	}

	/** Names through which something can be reached; a name nobody declares is a global, or local to the cell. */
	#reachable(found: Iterable<string>): string[] {
		const { declared, primitive } = this.#names;
		return [...found].filter(
			(name) => declared.has(name) && !primitive.has(name),
		);
	}

	/** What `from` hold is made of what the value's names hold. */
	#link(from: Iterable<string>, ...values: readonly Node[]): void {
		const ends = this.#reachable(references(values));
		const read = readByFunctions(values);
		for (const name of from) {
			for (const end of ends) this.paths.push([name, end]);
			for (const end of read) this.closures.push([name, end]);
		}
	}

	/** What these nodes reach may be changed, and may be put into one another. */
	#change(nodes: Iterable<Node>): void {
		const found = this.#reachable(references(nodes));
		for (const name of found) {
			this.changes.add(name);
			for (const other of found) this.paths.push([name, other]);
		}
	}

	/** The object that a member belongs to is changed. */
	#changeRoot(node: Node): void {
		const root = rootOf(node);
		const { declared, pure } = this.#names;
		if (root.type !== "Identifier") {
			this.#change([root]);
			return;
		}
		const name = root.name as string;
		if (declared.has(name)) this.changes.add(name);
		else if (pure.isImport(name) || name in globalThis) this.changes.add(WORLD);
		else this.#changeStatement();
	}

	/** By a local name anything of the statement may be reached. */
	#changeStatement(): void {
		for (const name of this.#reachable(this.#statement)) this.changes.add(name);
	}

	#visit(node: Node): void {
		switch (node.type) {
			case "VariableDeclarator":
				if (!isNode(node.init)) break;
				this.#link(boundNames(node.id as Node), node.init);
				if (!isFunction(node.init)) break;
				this.#define(boundNames(node.id as Node), node.init);
				return;
			case "FunctionDeclaration":
			case "ClassDeclaration":
				if (isNode(node.id) && !hasStaticCode(node)) {
					this.#define([node.id.name as string], node);
					return;
				}
				break;
			case "AssignmentExpression":
				this.#target(node.left as Node, node.right as Node);
				break;
			case "ForInStatement":
			case "ForOfStatement":
				if ((node.left as Node).type !== "VariableDeclaration")
					this.#target(node.left as Node, node.right as Node);
				break;
			case "UpdateExpression":
				this.#target(node.argument as Node);
				break;
			case "UnaryExpression":
				if (node.operator === "delete") this.#changeRoot(node.argument as Node);
				break;
			case "CallExpression":
			case "NewExpression":
				this.#call(node.callee as Node, node.arguments as Node[]);
				break;
			case "TaggedTemplateExpression":
				this.#call(
					node.tag as Node,
					(node.quasi as Node).expressions as Node[],
				);
				break;
			case "ImportExpression":
				this.changes.add(WORLD);
				break;
		}
		for (const child of valueChildren(node)) this.#visit(child);
	}

	/** What a function does, it does when it is called: by whoever has its name. */
	#define(names: readonly string[], definition: Node): void {
		const inner = new Effects(this.#names);
		inner.#statement = references([definition]);
		for (const child of valueChildren(definition)) inner.#visit(child);
		this.#link(names, definition);
		this.paths.push(...inner.paths);
		this.closures.push(...inner.closures);
		for (const changed of [...inner.changes, ...inner.writes])
			for (const name of names) this.paths.push([name, changed]);
	}

	#target(target: Node, value?: Node): void {
		const root = rootOf(target);
		if (target === root || root.type !== "Identifier") {
			const bound = boundNames(root);
			for (const name of bound) {
				this.writes.add(name);
				if (!this.#names.declared.has(name) && name in globalThis)
					this.changes.add(WORLD);
			}
			for (const node of walk([root]))
				if (node.type === "MemberExpression") this.#changeRoot(node);
		} else this.#changeRoot(target);
		if (value) this.#link(references([target]), value);
	}

	#call(callee: Node, args: readonly Node[]): void {
		const { pure, functions, declared } = this.#names;
		const root = rootOf(callee);
		const name = root.type === "Identifier" ? (root.name as string) : undefined;
		const passesFunction =
			[...references(args)].some((one) => functions.has(one)) ||
			args.some(
				(argument) =>
					argument.type === "Identifier" &&
					pure.isImport(argument.name as string),
			) ||
			(callsArguments(callee) &&
				args.some(
					(argument) =>
						!isFunction(argument) &&
						this.#reachable(references([argument])).length > 0,
				));
		const reach = passesFunction ? "all" : pure.reach(callee);
		if (reach === "nothing") return;
		if (reach === "receiver") {
			this.#changeRoot(callee);
			return;
		}
		this.#change([callee, ...args]);
		if (name === undefined) this.#changeStatement();
		else if (!declared.has(name)) {
			if (pure.isImport(name) || name in globalThis) this.changes.add(WORLD);
			else this.#changeStatement();
		}
	}
}

/** Names that the functions and classes in this code read, whenever they are called. */
export function readByFunctions(nodes: Iterable<Node>): Set<string> {
	const found = new Set<string>();
	for (const node of walk(nodes))
		if (isFunction(node) || /^Class(Declaration|Expression)$/.test(node.type))
			for (const name of references([node])) found.add(name);
	return found;
}

function refsIn(value: unknown): Set<string> {
	return references((Array.isArray(value) ? value : [value]).filter(isNode));
}

const hasStaticCode = (node: Node) =>
	node.type === "ClassDeclaration" &&
	((node.body as Node).body as Node[]).some(
		({ type, static: isStatic }) =>
			type === "StaticBlock" || (isStatic && type === "PropertyDefinition"),
	);

/** The names that a cell has declared whenever it got to its end, and that it never read as they were before. */
export function replacedNames(
	piece: Piece,
	readByFunctions: ReadonlySet<string>,
): Set<string> {
	const replaced = new Set<string>();
	const bodies = new Map(
		piece.statements
			.filter(({ type }) => type === "FunctionDeclaration")
			.map((node) => [declaredNames(node)[0] as string, references([node])]),
	);
	const before = new Set<string>();
	const read = (names: Iterable<string>) => {
		for (const name of names) {
			if (before.has(name)) continue;
			before.add(name);
			read(bodies.get(name) ?? []);
		}
	};
	for (const { node } of piece.imports)
		for (const name of declaredAnywhere([node])) replaced.add(name);
	for (const name of bodies.keys()) replaced.add(name);
	for (const statement of piece.statements) {
		if (statement.type === "VariableDeclaration")
			for (const one of statement.declarations as Node[]) {
				read(refsIn(one.init));
				for (const name of boundNames(one.id as Node))
					if (!before.has(name) && !readByFunctions.has(name))
						replaced.add(name);
				read(references([one.id as Node]));
			}
		else if (statement.type !== "FunctionDeclaration") {
			if (statement.type === "ClassDeclaration")
				for (const name of declaredNames(statement))
					if (!before.has(name) && !readByFunctions.has(name))
						replaced.add(name);
			read(references([statement]));
		}
	}
	return replaced;
}
