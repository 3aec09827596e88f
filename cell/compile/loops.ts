import type MagicString from "magic-string";
import type { CellScope, Reference } from "../scope.ts";
import {
	childrenOf,
	type ForInStatement,
	type ForOfStatement,
	isCast,
	isClass,
	isFunction,
	type Name,
	type Node,
	type Program,
	type Span,
	type VariableDeclaration,
} from "../tree.ts";
import { RUNTIME } from "./syntax.ts";

/**
 * Makes loops of a cell as fast as those of a file. A cell's variables live in
 * V8's script scope, where each read and write of a loop goes to memory. So
 * what a loop uses is read from a local copy, and each write goes to both:
 * functions that are called meanwhile read the true value, and an interrupt,
 * which no `finally` would notice, loses nothing.
 */

/** What is known of a name outside of the loop. */
export interface Variables {
	/** Is it a variable of cells? */
	isVariable(name: string): boolean;
	/** Does any function assign it? Then it may change while a loop calls functions. */
	isAssignedInFunctions(name: string): boolean;
}

const LOOPS: ReadonlySet<string> = new Set([
	"ForStatement",
	"ForInStatement",
	"ForOfStatement",
	"WhileStatement",
	"DoWhileStatement",
]);

const isLabeledLoop = (node: Node): boolean =>
	LOOPS.has(node.type) ||
	(node.type === "LabeledStatement" && isLabeledLoop(node.body));

/** Code that a loop leaves as it is: it runs at another time, or is compiled to something else. */
const isLeftAlone = (node: Node): boolean =>
	isFunction(node) ||
	isClass(node) ||
	(node.type.startsWith("TS") && !isCast(node));

/** The outermost loops of a cell, outside of its functions. */
function* outermostLoops(node: Node): Generator<Node> {
	if (isLeftAlone(node)) return;
	if (isLabeledLoop(node)) yield node;
	else for (const child of childrenOf(node)) yield* outermostLoops(child);
}

/** The expression that errors quote as it stands, so that it must stay as the user wrote it. */
function quotedIn(node: Node): Node | undefined {
	switch (node.type) {
		case "CallExpression":
		case "NewExpression":
			return node.callee;
		case "TaggedTemplateExpression":
			return node.tag;
		case "ForOfStatement":
			return node.right;
		case "SpreadElement":
			return node.argument;
		default:
			return undefined;
	}
}

const TEMPORARY = `${RUNTIME}old`;
const MAY_LOOP = /\b(?:for|while|do)\b/;

/** What makes code of text, and so may assign any variable. */
const MAKES_CODE: ReadonlySet<string> = new Set(["eval", "Function"]);

/** Stands for all names among those that functions assign. */
export const ANY_NAME = "eval";

/** Variables of cells that functions and classes of this cell assign. */
export function assignedInFunctions({
	shared,
}: CellScope): ReadonlySet<string> {
	const inside = shared.filter(({ scope }) => scope.isClosed);
	const names = new Set(
		inside.filter(({ writes }) => writes).map(({ name }) => name),
	);
	if (inside.some(({ name }) => MAKES_CODE.has(name))) names.add(ANY_NAME);
	return names;
}

/** Rewrites the cell's outermost loops; those that wait for something have more to do than to count. */
export function copyLoopVariables(
	text: MagicString,
	program: Program,
	scope: CellScope,
	variables: Variables,
): void {
	if (!MAY_LOOP.test(text.original)) return;
	for (const loop of outermostLoops(program)) {
		const uses = new LoopUses(loop, scope);
		if (!uses.canBeCopied) continue;
		const names = uses
			.names()
			.filter(
				(name) =>
					variables.isVariable(name) && !variables.isAssignedInFunctions(name),
			);
		if (names.length > 0) uses.rewrite(text, new Set(names));
	}
}

type Use =
	| { readonly kind: keyof typeof REPLACED; readonly place: Span }
	| {
			readonly kind: "update";
			readonly place: Span;
			readonly operator: string;
			/** Is its value the new one, or looked at by nobody? */
			readonly isNew: boolean;
	  };

/** What stands in place of a name. */
const REPLACED = {
	read: (_: string, copy: string) => copy,
	shorthand: (name: string, copy: string) => `${name}: ${copy}`,
	assignment: (name: string, copy: string) => `${name} = ${copy}`,
};

const copyOf = (name: string) => `${RUNTIME}${name}`;

/** How a loop uses variables of cells, its functions left out. */
class LoopUses {
	readonly #loop: Node;
	/** What its code, and not that of functions in it, means by a variable of cells. */
	readonly #references: ReadonlySet<Name>;
	readonly #uses = new Map<string, Use[]>();
	readonly #seen = new Set<Name>();
	/** Names that are used in a way that is left alone. */
	readonly #left = new Set<string>();
	/** Is there neither `await` nor what makes code of text? */
	canBeCopied = true;

	constructor(loop: Node, { shared }: CellScope) {
		this.#loop = loop;
		const inside = shared.filter((reference) => isIn(loop, reference));
		this.#references = new Set(inside.map(({ node }) => node));
		this.#visit(loop);
		for (const { name, node, writes } of inside)
			if (writes && !this.#seen.has(node)) this.#left.add(name);
	}

	names(): string[] {
		return [...this.#uses.keys()].filter((name) => !this.#left.has(name));
	}

	rewrite(text: MagicString, names: ReadonlySet<string>): void {
		let hasTemporary = false;
		for (const name of names) {
			const copy = copyOf(name);
			for (const use of this.#uses.get(name) ?? []) {
				const { start, end } = use.place;
				const replace = (by: string) =>
					text.overwrite(start, end, by, { contentOnly: true });
				if (use.kind !== "update") replace(REPLACED[use.kind](name, copy));
				else if (use.isNew) replace(`(${name} = ${use.operator}${copy})`);
				else {
					hasTemporary = true;
					replace(
						`(${TEMPORARY} = ${copy}${use.operator}, ${name} = ${copy}, ${TEMPORARY})`,
					);
				}
			}
		}
		const copies = [...names].map((name) => `${copyOf(name)} = ${name}`);
		if (hasTemporary) copies.push(TEMPORARY);
		text.prependRight(this.#loop.start, `{ let ${copies.join(", ")}; `);
		text.appendLeft(this.#loop.end, " }");
	}

	#use(name: Name, use: Use): void {
		if (!this.#references.has(name)) return;
		this.#seen.add(name);
		const uses = this.#uses.get(name.name);
		if (uses) uses.push(use);
		else this.#uses.set(name.name, [use]);
	}

	#leave(name: Name): void {
		if (this.#references.has(name)) this.#left.add(name.name);
	}

	#visit(node: Node, isStatement = false): void {
		switch (node.type) {
			case "Identifier":
				if (MAKES_CODE.has(node.name)) this.canBeCopied = false;
				this.#use(node, { kind: "read", place: node });
				return;
			case "AwaitExpression":
				this.canBeCopied = false;
				return;
			case "AssignmentExpression":
				this.#target(node.left);
				this.#visit(node.right);
				return;
			case "UpdateExpression":
				if (node.argument.type === "Identifier")
					this.#use(node.argument, {
						kind: "update",
						place: node,
						operator: node.operator,
						isNew: node.prefix || isStatement,
					});
				else this.#target(node.argument);
				return;
			case "VariableDeclaration":
				this.#declaration(node);
				return;
			case "ForInStatement":
			case "ForOfStatement":
				this.#head(node);
				return;
			case "ForStatement":
				for (const part of [node.init, node.test, node.update, node.body])
					if (part) this.#visit(part, part === node.update);
				return;
			case "Property":
				if (node.shorthand && node.value.type === "Identifier") {
					this.#use(node.value, { kind: "shorthand", place: node });
					return;
				}
				if (node.computed) this.#visit(node.key);
				this.#visit(node.value);
				return;
			case "ExpressionStatement":
				this.#visit(node.expression, true);
				return;
			case "SequenceExpression":
				// Of `i++, j--` in a loop's head nobody looks at either.
				for (const part of node.expressions) this.#visit(part, isStatement);
				return;
			default:
				this.#others(node);
		}
	}

	#others(node: Node): void {
		if (isLeftAlone(node)) return;
		const quoted = quotedIn(node);
		if (quoted) this.#quoted(quoted);
		for (const child of childrenOf(node)) this.#visit(child);
	}

	/** `a.b[c]` is quoted whole. */
	#quoted(node: Node): void {
		if (node.type === "Identifier") this.#leave(node);
		if (node.type === "MemberExpression" || node.type === "ChainExpression")
			for (const child of childrenOf(node)) this.#quoted(child);
	}

	/** What is assigned: a name, a member, or a pattern, which is left alone. */
	#target(node: Node): void {
		if (node.type === "Identifier")
			this.#use(node, { kind: "assignment", place: node });
		else if (node.type === "MemberExpression") this.#visit(node);
		else this.#pattern(node);
	}

	#pattern(node: Node): void {
		if (node.type === "Identifier") this.#leave(node);
		for (const child of childrenOf(node)) this.#pattern(child);
	}

	#declaration(node: VariableDeclaration): void {
		for (const { id, init } of node.declarations) {
			// A `var` belongs to the cell, and the transform makes it an assignment.
			if (node.kind === "var" && id.type === "Identifier" && init)
				this.#use(id, {
					kind: "assignment",
					// Without its type.
					place: { start: id.start, end: id.start + id.name.length },
				});
			else this.#pattern(id);
			if (!init) continue;
			// "Cannot destructure property 'a' of 'b'"
			if (id.type !== "Identifier") this.#quoted(init);
			this.#visit(init);
		}
	}

	#head(node: ForInStatement | ForOfStatement): void {
		const { left, right, body } = node;
		if (node.type === "ForOfStatement") {
			if (node.await) this.canBeCopied = false;
			this.#quoted(right);
		}
		if (left.type === "VariableDeclaration") this.#declaration(left);
		else this.#pattern(left);
		this.#visit(right);
		this.#visit(body);
	}
}

/** Does it stand in the loop, and not in a function or class? */
const isIn = (
	{ start, end }: Node,
	{ node, meaning, scope }: Reference,
): boolean =>
	start <= node.start &&
	node.end <= end &&
	meaning === "value" &&
	!scope.isClosed;
