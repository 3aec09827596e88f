import {
	type AssignmentExpression,
	type Class,
	childrenOf,
	descendants,
	type ForInStatement,
	type ForOfStatement,
	type Function as FunctionNode,
	isFunction,
	isUsing,
	type Node,
	type VariableDeclaration,
	type VariableDeclarator,
} from "../../cell/tree.ts";
import type { CellNames } from "./cell-names.ts";
import type { Piece } from "./piece.ts";
import { callsArguments, type PureCalls } from "./pure-calls.ts";
import { rootOf } from "./root.ts";

/** Stands for everything outside of the cells' names: globals, modules, files. */
export const WORLD = "globalThis";

/** What is known of the names of all cells together. */
export interface Names {
	readonly pure: PureCalls;
	/** Declared outside of functions, by any cell. */
	readonly declared: ReadonlySet<string>;
	/**
	 * Names whose values are always primitive (numbers, texts, …) and so cannot
	 * be changed in place.
	 */
	readonly primitive: ReadonlySet<string>;
	readonly functions: ReadonlySet<string>;
}

/** What a cell does to names that it shares with other cells. */
export interface CellEffects {
	/** Declared or assigned anywhere in the cell. */
	readonly writes: ReadonlySet<string>;
	/** Names whose values may be changed in place. */
	readonly changes: ReadonlySet<string>;
	/**
	 * Pairs: the value of the first name may lead to the value of the second one.
	 */
	readonly paths: readonly (readonly [string, string])[];
	/** Pairs: calling the value of the first name reads the second one. */
	readonly closures: readonly (readonly [string, string])[];
}

/**
 * What `piece` may write, change in place, and make reachable. The effects of a
 * function count where it is called, not where it is defined.
 */
export function effectsOf(piece: Piece, names: Names): CellEffects {
	const effects = new Effects(piece.names, names);
	for (const statement of piece.program.body) effects.visitTop(statement);
	for (const name of piece.names.declared) effects.writes.add(name);
	if (piece.effectful) effects.changes.add(WORLD);
	return effects;
}

class Effects implements CellEffects {
	readonly writes = new Set<string>();
	readonly changes = new Set<string>();
	readonly paths: [string, string][] = [];
	readonly closures: [string, string][] = [];
	readonly #cell: CellNames;
	readonly #names: Names;
	/** Names that the statement uses. */
	#statement: ReadonlySet<string> = new Set();

	constructor(cell: CellNames, names: Names) {
		this.#cell = cell;
		this.#names = names;
	}

	visitTop(statement: Node): void {
		this.#statement = this.#cell.namesIn([statement]);
		this.#visit(statement);
	}

	/**
	 * The names through which these values can be reached; a name that no cell
	 * declares is a global.
	 */
	#reachable(found: Iterable<string>): string[] {
		const { declared, primitive } = this.#names;
		return [...found].filter(
			(name) => declared.has(name) && !primitive.has(name),
		);
	}

	/**
	 * The values of `from` are made of these nodes: through `from`, everything
	 * the nodes' names hold can be reached.
	 */
	#link(from: Iterable<string>, ...values: readonly Node[]): void {
		const ends = this.#reachable(this.#cell.namesIn(values));
		// Calling their functions changes what these assign.
		const assigned = this.#cell.writtenByFunctionsIn(values);
		const read = this.#cell.namesOfFunctionsIn(values);
		for (const name of from) {
			for (const end of [...ends, ...assigned]) this.paths.push([name, end]);
			for (const end of read) this.closures.push([name, end]);
		}
	}

	/**
	 * Everything that these nodes reach may be changed in place, and may be
	 * stored in one another.
	 */
	#change(nodes: readonly Node[]): void {
		const found = this.#reachable(this.#cell.namesIn(nodes));
		for (const name of found) this.changes.add(name);
		this.#link(found, ...nodes);
	}

	/** Changes the object that a member expression begins with. */
	#changeRoot(node: Node): void {
		const root = rootOf(node);
		if (root.type === "Identifier") this.#changeName(root);
		else this.#change([root]);
	}

	#changeName(id: Node & { readonly name: string }): void {
		const { declared, pure } = this.#names;
		const { name } = id;
		if (!this.#cell.isShared(id)) this.#changeStatement();
		else if (declared.has(name)) this.changes.add(name);
		else if (pure.isImport(name) || name in globalThis) this.changes.add(WORLD);
		else this.#changeStatement();
	}

	/**
	 * A local name may hold anything that the statement uses, so all of it may be
	 * changed.
	 */
	#changeStatement(): void {
		for (const name of this.#reachable(this.#statement)) this.changes.add(name);
	}

	#visit(node: Node): void {
		switch (node.type) {
			case "VariableDeclaration":
				this.#dispose(node);
				break;
			case "VariableDeclarator":
				if (this.#variable(node)) return;
				break;
			case "FunctionDeclaration":
			case "ClassDeclaration":
				if (this.#definition(node)) return;
				break;
			case "TSEnumDeclaration":
			case "TSModuleDeclaration":
				this.#link(this.#cell.declaredBy(node), node);
				break;
			case "AssignmentExpression":
				this.#target(node.left, node.right);
				break;
			case "ForInStatement":
			case "ForOfStatement":
				this.#loop(node);
				break;
			case "UpdateExpression":
				this.#target(node.argument);
				break;
			case "UnaryExpression":
				if (node.operator === "delete") this.#changeRoot(node.argument);
				break;
			case "CallExpression":
			case "NewExpression":
				this.#call(node.callee, node.arguments);
				break;
			case "TaggedTemplateExpression":
				this.#call(node.tag, node.quasi.expressions);
				break;
			case "Decorator":
				this.#call(node.expression, []);
				break;
			case "ImportExpression":
				this.changes.add(WORLD);
				break;
		}
		for (const child of childrenOf(node)) this.#visit(child);
	}

	/**
	 * When its block ends, the dispose method of what `using` declares is called.
	 */
	#dispose({ kind, declarations }: VariableDeclaration): void {
		if (!isUsing(kind)) return;
		for (const { init } of declarations) if (init) this.#change([init]);
		this.#changeStatement();
	}

	/**
	 * @returns whether the value is a function, which has no effect until it is
	 * called
	 */
	#variable({ id, init }: VariableDeclarator): boolean {
		if (!init) return false;
		const names = this.#cell.writtenIn(id);
		this.#link(names, init);
		// A function that only its block knows is assumed to be called there.
		if (!isFunction(init) || names.size === 0) return false;
		this.#define(names, init);
		return true;
	}

	/** @returns whether it has no effect yet */
	#definition(node: FunctionNode | Class): boolean {
		if (!node.id || !this.#cell.isDeclaredBy(node)) return false;
		this.#define([node.id.name], node);
		return !runsAtOnce(node);
	}

	/**
	 * A function has its effects when it is called, by any code that can reach
	 * its name.
	 */
	#define(names: Iterable<string>, definition: Node): void {
		const inner = new Effects(this.#cell, this.#names);
		inner.#statement = this.#cell.namesIn([definition]);
		for (const child of childrenOf(definition)) inner.#visit(child);
		this.#link(names, definition);
		this.paths.push(...inner.paths);
		this.closures.push(...inner.closures);
		for (const changed of [...inner.changes, ...inner.writes])
			for (const name of names) this.paths.push([name, changed]);
	}

	#loop({ left, right }: ForInStatement | ForOfStatement): void {
		if (left.type === "VariableDeclaration")
			for (const { id } of left.declarations)
				this.#link(this.#cell.writtenIn(id), right);
		else this.#target(left, right);
	}

	#target(
		target: AssignmentExpression["left"],
		value?: AssignmentExpression["right"],
	): void {
		const root = rootOf(target);
		if (target === root || root.type !== "Identifier") {
			for (const name of this.#cell.writtenIn(root)) {
				this.writes.add(name);
				if (!this.#names.declared.has(name) && name in globalThis)
					this.changes.add(WORLD);
			}
			for (const node of descendants([root]))
				if (node.type === "MemberExpression") this.#changeRoot(node);
		} else this.#changeRoot(target);
		if (value) this.#link(this.#cell.namesIn([target]), value);
	}

	#call(callee: Node, args: readonly Node[]): void {
		const { pure, declared } = this.#names;
		const root = rootOf(callee);
		const id = root.type === "Identifier" ? root : undefined;
		const isLocal = id !== undefined && !this.#cell.isShared(id);
		const reach = this.#passesFunction(callee, args)
			? "all"
			: pure.reach(callee, isLocal);
		if (reach === "nothing") return;
		if (reach === "receiver") {
			this.#changeRoot(callee);
			return;
		}
		this.#change([callee, ...args]);
		if (!id) this.#changeStatement();
		else if (isLocal || !declared.has(id.name)) this.#changeName(id);
	}

	/** Is a function of cells or modules passed to the call, which may call it? */
	#passesFunction(callee: Node, args: readonly Node[]): boolean {
		const { pure, functions } = this.#names;
		const cell = this.#cell;
		return (
			[...cell.namesIn(args)].some((name) => functions.has(name)) ||
			args.some(
				(one) =>
					one.type === "Identifier" &&
					cell.isShared(one) &&
					pure.isImport(one.name),
			) ||
			(callsArguments(callee) &&
				args.some(
					(one) =>
						!isFunction(one) && this.#reachable(cell.namesIn([one])).length > 0,
				))
		);
	}
}

/**
 * Does the class declaration itself run code: decorators, a computed base
 * class, computed names, static blocks or fields?
 */
const runsAtOnce = (node: FunctionNode | Class): boolean =>
	node.type === "ClassDeclaration" &&
	(node.decorators.length > 0 ||
		(node.superClass !== null && !isNamed(node.superClass)) ||
		node.body.body.some(
			(member) =>
				member.type === "StaticBlock" ||
				("static" in member && member.static && !("kind" in member)) ||
				("computed" in member && member.computed && !isNamed(member.key)) ||
				("decorators" in member && member.decorators.length > 0),
		));

/** `a`, `a.b` or a literal. */
const isNamed = (node: Node): boolean =>
	node.type === "Identifier" ||
	node.type === "Literal" ||
	(node.type === "MemberExpression" && !node.computed && isNamed(node.object));
