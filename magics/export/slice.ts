import {
	descendants,
	type Expression,
	type ForInStatement,
	type ForOfStatement,
	isClass,
	isFunction,
	type Node,
	namesIn,
} from "../../cell/tree.ts";
import {
	type DefinedCode,
	definedCode,
	mayDefine,
	mayUseDefinitions,
	runsDefinedCode,
} from "./defined-runs.ts";
import { type CellEffects, effectsOf, type Names, WORLD } from "./effects.ts";
import type { Piece } from "./piece.ts";
import { PureCalls } from "./pure-calls.ts";
import { replacedNames } from "./replaced.ts";

/** What becomes of a cell when only one run is wanted. */
export type Kept = "whole" | "imports" | "nothing";

/**
 * What the last of these cells needs of the cells before it: a backward slice
 * over whole cells. A cell is kept if it writes a name that is needed, may
 * change the value of a needed name (also through an alias, a function or an
 * array), or may change the world outside: the seed, globals, the folder,
 * files. Cells that are known to only read (printing, pictures, TensorFlow.js
 * on tensors, separate runs) are dropped. When in doubt, a cell is kept.
 */
export function slice(pieces: readonly Piece[]): Kept[] {
	return new Slicer(pieces).slice();
}

class Slicer {
	readonly #pieces: readonly Piece[];
	readonly #names: Names;
	readonly #defined: DefinedCode;
	readonly #effects: readonly CellEffects[];
	/** What can be reached through some names. */
	readonly #reached: Reach;
	/** What is read when functions that these names lead to are called. */
	readonly #read: Reach;
	/** For each cell, the names that its functions use. */
	readonly #inFunctions: readonly ReadonlySet<string>[];
	/** Names that the kept cells from here on need from earlier cells. */
	readonly #needed = new Set<string>();
	/** Do they perhaps use a definition that an import makes? */
	#usesDefinitions = false;

	constructor(pieces: readonly Piece[]) {
		this.#pieces = pieces;
		this.#names = namesOf(pieces);
		const own = pieces.map((piece) => effectsOf(piece, this.#names));
		const defined = definedCode(pieces, own);
		this.#defined = defined;
		this.#effects = own.map((effect, i) => {
			const piece = pieces[i];
			return piece && runsDefinedCode(piece)
				? {
						...effect,
						writes: new Set([...effect.writes, ...defined.writes]),
						changes: new Set([...effect.changes, ...defined.changes]),
					}
				: effect;
		});
		this.#reached = follow(this.#effects.flatMap(({ paths }) => paths));
		this.#read = follow(this.#effects.flatMap(({ closures }) => closures));
		this.#inFunctions = pieces.map(({ names, program }) =>
			names.namesOfFunctionsIn([program]),
		);
	}

	slice(): Kept[] {
		const kept: Kept[] = this.#pieces.map(() => "nothing");
		for (const [i, piece] of [...this.#pieces.entries()].reverse()) {
			if (i === this.#pieces.length - 1 || this.#isNeeded(i)) {
				kept[i] = "whole";
				this.#need(piece, i);
			} else if (this.#needsImports(piece)) {
				kept[i] = "imports";
				for (const { names } of piece.imports)
					for (const name of names) this.#needed.delete(name);
			}
		}
		return kept;
	}

	/** Does the cell write a needed name, or may it change what one holds? */
	#isNeeded(index: number): boolean {
		const { writes = [], changes = [] } = this.#effects[index] ?? {};
		const present = this.#read(this.#needed);
		const changed = this.#reached(changes);
		return (
			[...writes].some((name) => present.has(name)) ||
			[...this.#reached([...present, WORLD])].some((name) => changed.has(name))
		);
	}

	#needsImports({ imports }: Piece): boolean {
		return imports.some(
			({ node, names }) =>
				names.length === 0 ||
				(this.#usesDefinitions && mayDefine(node)) ||
				names.some((name) => this.#needed.has(name)),
		);
	}

	/**
	 * Keeps the cell: the names that it declares are no longer needed from
	 * earlier cells, and those that it uses are.
	 */
	#need(piece: Piece, index: number): void {
		this.#usesDefinitions ||= mayUseDefinitions(piece);
		const earlier = this.#inFunctions
			.slice(0, index)
			.flatMap((some) => [...some]);
		const replaced = replacedNames(piece, new Set(earlier));
		for (const name of replaced) this.#needed.delete(name);
		if (runsDefinedCode(piece))
			for (const name of this.#defined.reads) this.#needed.add(name);
		for (const name of neededBy(piece, this.#names))
			if (!replaced.has(name)) this.#needed.add(name);
	}
}

/** The names that the code of a kept cell uses; `eval` may use any. */
function* neededBy(
	{ names, params, program }: Piece,
	{ declared, pure }: Names,
): Generator<string> {
	if (names.callsEval) yield* [...declared, ...pure.imports];
	for (const name of names.namesIn([program]))
		if (!params.includes(name) && !names.endsWithCell(name)) yield name;
	if (usesJsx(program)) yield* JSX_FACTORIES;
}

/**
 * Functions that JSX calls where a tsconfig or a comment chooses the classic
 * runtime. They do not appear in the code.
 */
const JSX_FACTORIES = ["React", "h", "Fragment", "jsx"];

function usesJsx(program: Node): boolean {
	for (const { type } of descendants([program]))
		if (type === "JSXElement" || type === "JSXFragment") return true;
	return false;
}

type Reach = (start: Iterable<string>) => ReadonlySet<string>;

/** All names that can be reached from some names, these included. */
function follow(edges: readonly (readonly [string, string])[]): Reach {
	const next = new Map<string, Set<string>>();
	for (const [from, to] of edges)
		next.set(from, (next.get(from) ?? new Set()).add(to));
	return (start) => {
		const all = new Set(start);
		for (const name of all)
			for (const end of next.get(name) ?? []) all.add(end);
		return all;
	};
}

function namesOf(pieces: readonly Piece[]): Names {
	const declared = new Set(
		pieces.flatMap(({ names, params }) => [...names.declared, ...params]),
	);
	const nodes = [...descendants(pieces.map(({ program }) => program))];
	const functions = functionNames(nodes);
	return {
		declared,
		pure: new PureCalls(
			pieces.flatMap(({ imports }) => imports),
			methodNames(nodes, functions),
			declared,
		),
		primitive: primitiveNames(pieces, nodes),
		functions,
	};
}

/** Names of methods that the cells define: nothing else is known of them. */
function methodNames(
	nodes: readonly Node[],
	functions: ReadonlySet<string>,
): Set<string> {
	const found = new Set<string>();
	const add = (key: Node) => {
		if (key.type === "Identifier") found.add(key.name);
		if (key.type === "Literal") found.add(String(key.value));
	};
	for (const node of nodes)
		switch (node.type) {
			case "MethodDefinition":
			case "PropertyDefinition":
			case "AccessorProperty":
				add(node.key);
				break;
			case "Property": {
				const { value } = node;
				if (
					isFunction(value) ||
					(value.type === "Identifier" && functions.has(value.name))
				)
					add(node.key);
				break;
			}
			case "AssignmentExpression":
				if (node.left.type === "MemberExpression") add(node.left.property);
		}
	return found;
}

function functionNames(nodes: readonly Node[]): Set<string> {
	const found = new Set<string>();
	for (const node of nodes)
		if (isFunction(node) || isClass(node)) {
			if (node.id) found.add(node.id.name);
		} else if (
			node.type === "VariableDeclarator" &&
			node.init &&
			!isPrimitive(node.init) &&
			[...descendants([node.init])].some(isFunction)
		)
			for (const { name } of namesIn(node.id)) found.add(name);
	return found;
}

/** Is the value a primitive, whatever the names in it hold? */
function isPrimitive(node: Expression): boolean {
	switch (node.type) {
		case "Literal":
			return !("regex" in node);
		case "TemplateLiteral":
		case "BinaryExpression":
		case "UpdateExpression":
		case "UnaryExpression":
			return true;
		case "ConditionalExpression":
			return isPrimitive(node.consequent) && isPrimitive(node.alternate);
		default:
			return false;
	}
}

/**
 * Names that get only primitive values, in every declaration and assignment.
 */
function primitiveNames(
	pieces: readonly Piece[],
	nodes: readonly Node[],
): Set<string> {
	const primitive = new Set(pieces.flatMap(({ params }) => params));
	const other = new Set<string>();
	const note = (target: Node, isSimple: boolean) => {
		const into = isSimple && target.type === "Identifier" ? primitive : other;
		for (const { name } of namesIn(target)) into.add(name);
	};
	for (const node of nodes)
		switch (node.type) {
			case "VariableDeclarator":
				note(node.id, !node.init || isPrimitive(node.init));
				break;
			case "AssignmentExpression": {
				const keeps = /^(=|\|\|=|&&=|\?\?=)$/.test(node.operator);
				note(node.left, !keeps || isPrimitive(node.right));
				break;
			}
			case "ForInStatement":
			case "ForOfStatement":
				for (const head of headsOf(node)) note(head, false);
				break;
			case "TSEnumDeclaration":
			case "TSModuleDeclaration":
				note(node.id, false);
				break;
			default:
				if (isFunction(node) || isClass(node)) {
					if (node.id) note(node.id, false);
					for (const param of "params" in node ? node.params : [])
						note(param, false);
				}
		}
	return new Set([...primitive].filter((name) => !other.has(name)));
}

const headsOf = ({ left }: ForInStatement | ForOfStatement): Node[] =>
	left.type === "VariableDeclaration"
		? left.declarations.map(({ id }) => id)
		: [left];
