import type MagicString from "magic-string";
import {
	boundNames,
	children,
	isNode,
	type Node,
	RUNTIME,
	startsScope,
} from "./syntax.ts";

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

const LOOP = /^(For|ForIn|ForOf|While|DoWhile)Statement$/;
const CASTS =
	/^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$/;
/** Errors quote these as they stand, so they must stay as the user wrote them. */
const QUOTED: Readonly<Record<string, string>> = {
	CallExpression: "callee",
	NewExpression: "callee",
	TaggedTemplateExpression: "tag",
	ForOfStatement: "right",
	SpreadElement: "argument",
};
const TEMPORARY = `${RUNTIME}old`;

const isLabeledLoop = (node: Node): boolean =>
	LOOP.test(node.type) ||
	(node.type === "LabeledStatement" && isLabeledLoop(node.body as Node));

/** The outermost loops of a cell, outside of its functions. */
function* outermostLoops(node: Node): Generator<Node> {
	if (startsScope(node) || node.type.startsWith("TS")) return;
	if (isLabeledLoop(node)) yield node;
	else for (const child of children(node)) yield* outermostLoops(child);
}

/** Names that a pattern or target assigns, casts included. */
function targets(node: Node): string[] {
	return CASTS.test(node.type)
		? targets(node.expression as Node)
		: boundNames(node);
}

const MAY_LOOP = /\b(?:for|while|do)\b/;
const MAY_ASSIGN = /=|\+\+|--|\bfor\b/;

/** Every name that some function of a cell assigns, whatever scope it means. */
export const assignedInFunctions = (
	source: string,
	program: Node,
): Set<string> =>
	MAY_ASSIGN.test(source) ? assignedBelow(program) : new Set();

function assignedBelow(
	node: Node,
	inFunction = false,
	names = new Set<string>(),
): Set<string> {
	const inside = inFunction || startsScope(node);
	if (inside) for (const name of assigned(node)) names.add(name);
	for (const child of children(node)) assignedBelow(child, inside, names);
	return names;
}

function assigned({ type, ...node }: Node): string[] {
	switch (type) {
		case "AssignmentExpression":
			return targets(node.left as Node);
		case "UpdateExpression":
			return targets(node.argument as Node);
		case "ForInStatement":
		case "ForOfStatement":
			return targets(node.left as Node);
		default:
			return [];
	}
}

/** Rewrites the cell's outermost loops; those that wait for something have more to do than to count. */
export function copyLoopVariables(
	text: MagicString,
	program: Node,
	variables: Variables,
): void {
	if (!MAY_LOOP.test(text.original)) return;
	for (const loop of outermostLoops(program)) {
		const uses = new LoopUses(loop);
		if (!uses.isPlain) continue;
		const names = uses
			.names()
			.filter(
				(name) =>
					variables.isVariable(name) && !variables.isAssignedInFunctions(name),
			);
		if (names.length > 0) uses.rewrite(text, new Set(names));
	}
}

interface Use {
	readonly node: Node;
	readonly kind: "read" | "shorthand" | "assignment" | "update";
	/** Of an update: does nobody look at its value? */
	readonly isStatement?: boolean;
}

const copyOf = (name: string) => `${RUNTIME}${name}`;

/** How a loop uses the names in it, its functions left out. */
class LoopUses {
	readonly #loop: Node;
	readonly #uses = new Map<string, Use[]>();
	/** Names that have another meaning in the loop, or are used in a way that is left alone. */
	readonly #left = new Set<string>();
	/** Is there neither `await` nor `eval`? */
	isPlain = true;

	constructor(loop: Node) {
		this.#loop = loop;
		this.#visit(loop);
	}

	names(): string[] {
		return [...this.#uses.keys()].filter((name) => !this.#left.has(name));
	}

	rewrite(text: MagicString, names: ReadonlySet<string>): void {
		let hasTemporary = false;
		const replace = ({ start, end }: Node, by: string) =>
			text.overwrite(start, end, by, { contentOnly: true });
		for (const name of names) {
			const copy = copyOf(name);
			for (const { node, kind, isStatement } of this.#uses.get(name) ?? []) {
				if (kind === "read") replace(node, copy);
				else if (kind === "shorthand") replace(node, `${name}: ${copy}`);
				else if (kind === "assignment") replace(node, `${name} = ${copy}`);
				else if (node.prefix || isStatement)
					replace(node, `(${name} = ${node.operator}${copy})`);
				else {
					hasTemporary = true;
					replace(
						node,
						`(${TEMPORARY} = ${copy}${node.operator}, ${name} = ${copy}, ${TEMPORARY})`,
					);
				}
			}
		}
		const copies = [...names].map((name) => `${copyOf(name)} = ${name}`);
		if (hasTemporary) copies.push(TEMPORARY);
		text.prependRight(this.#loop.start, `{ let ${copies.join(", ")}; `);
		text.appendLeft(this.#loop.end, " }");
	}

	#use(name: string, use: Use): void {
		const uses = this.#uses.get(name);
		if (uses) uses.push(use);
		else this.#uses.set(name, [use]);
	}

	#leave(node: Node | null | undefined): void {
		if (node) for (const name of targets(node)) this.#left.add(name);
	}

	#visit(node: Node, isStatement = false): void {
		switch (node.type) {
			case "Identifier":
				if (node.name === "eval") this.isPlain = false;
				this.#use(node.name as string, { node, kind: "read" });
				return;
			case "AwaitExpression":
				this.isPlain = false;
				return;
			case "AssignmentExpression":
				this.#target(node.left as Node);
				this.#visit(node.right as Node);
				return;
			case "UpdateExpression": {
				const argument = node.argument as Node;
				if (argument.type === "Identifier")
					this.#use(argument.name as string, {
						node,
						kind: "update",
						isStatement,
					});
				else this.#target(argument);
				return;
			}
			case "VariableDeclaration":
				this.#declaration(node);
				return;
			case "FunctionDeclaration":
			case "ClassDeclaration":
			case "TSEnumDeclaration":
			case "TSModuleDeclaration":
				this.#leave(node.id as Node);
				return;
			case "CatchClause":
				this.#leave(node.param as Node | null);
				this.#visit(node.body as Node);
				return;
			case "ForInStatement":
			case "ForOfStatement":
				this.#head(node);
				return;
			case "ForStatement":
				for (const key of ["init", "test", "update", "body"]) {
					const part = node[key];
					if (isNode(part)) this.#visit(part, key === "update");
				}
				return;
			case "Property":
				if (node.shorthand) {
					const name = node.key as Node;
					this.#use(name.name as string, { node, kind: "shorthand" });
					return;
				}
				if (node.computed) this.#visit(node.key as Node);
				this.#visit(node.value as Node);
				return;
			case "MemberExpression":
				this.#visit(node.object as Node);
				if (node.computed) this.#visit(node.property as Node);
				return;
			case "LabeledStatement":
				this.#visit(node.body as Node);
				return;
			case "BreakStatement":
			case "ContinueStatement":
			case "MetaProperty":
				return;
			case "ExpressionStatement":
				this.#visit(node.expression as Node, true);
				return;
			case "SequenceExpression":
				// Of `i++, j--` in a loop's head nobody looks at either.
				for (const part of node.expressions as Node[])
					this.#visit(part, isStatement);
				return;
			default:
				this.#others(node);
		}
	}

	#others(node: Node): void {
		if (CASTS.test(node.type)) {
			this.#visit(node.expression as Node);
			return;
		}
		if (node.type.startsWith("TS") || startsScope(node)) return;
		const quoted = QUOTED[node.type];
		if (quoted) this.#quoted(node[quoted] as Node);
		for (const child of children(node)) this.#visit(child);
	}

	/** `a.b[c]` is quoted whole. */
	#quoted(node: Node): void {
		if (node.type === "Identifier") this.#left.add(node.name as string);
		if (node.type === "MemberExpression" || node.type === "ChainExpression")
			for (const child of children(node)) this.#quoted(child);
	}

	/** What is assigned: a name, a member, or a pattern, which is left alone. */
	#target(node: Node): void {
		if (node.type === "Identifier")
			this.#use(node.name as string, { node, kind: "assignment" });
		else if (node.type === "MemberExpression") this.#visit(node);
		else this.#pattern(node);
	}

	#pattern(node: Node): void {
		if (node.type === "Identifier") this.#left.add(node.name as string);
		for (const child of children(node)) this.#pattern(child);
	}

	#declaration(node: Node): void {
		for (const { id, init } of node.declarations as Node[]) {
			const target = id as Node;
			const isPattern = target.type !== "Identifier";
			// A `var` belongs to the cell, and the transform makes it an assignment.
			if (node.kind === "var" && !isPattern && init)
				this.#use(target.name as string, {
					node: nameOf(target),
					kind: "assignment",
				});
			else this.#pattern(target);
			if (!isNode(init)) continue;
			// "Cannot destructure property 'a' of 'b'"
			if (isPattern) this.#quoted(init);
			this.#visit(init);
		}
	}

	#head(node: Node): void {
		if (node.await) this.isPlain = false;
		const left = node.left as Node;
		if (left.type === "VariableDeclaration") this.#declaration(left);
		else this.#pattern(left);
		const right = node.right as Node;
		if (node.type === "ForOfStatement") this.#quoted(right);
		this.#visit(right);
		this.#visit(node.body as Node);
	}
}

/** An identifier without its type. */
function nameOf(node: Node): Node {
	return { ...node, end: node.start + (node.name as string).length };
}
