import MagicString from "magic-string";
import { UsageError } from "../../base/errors.ts";
import {
	boundNames,
	type Node,
	type VariableDeclaration,
} from "../../cell/tree.ts";
import type { Piece } from "./piece.ts";

/** Names of a script whose cells declare or use them together. */
export interface SharedNames {
	/** Declared once for all cells, at the top. */
	readonly names: ReadonlySet<string>;
	/** Names of values that cells declare or import. */
	readonly values: ReadonlySet<string>;
}

/** Is the code of the cell in braces? What it declares then ends with it. */
const isEnclosed = ({ wrapper, names }: Piece) =>
	wrapper !== undefined || names.hasUsing;

/** Does the name end with the braces? A namespace beside a `using` does not: it is put in front of them. */
const encloses = (piece: Piece, name: string) =>
	isEnclosed(piece) && (piece.wrapper || !piece.names.isNamespace(name));

/**
 * Names that must be declared once for all cells: declared by several of them
 * outside of braces, or used by other cells after one in braces declared them.
 * @param imported names of values that the module imports
 * @throws UsageError for a name that would be imported and declared
 */
export function sharedNames(
	pieces: readonly Piece[],
	imported: ReadonlySet<string>,
): SharedNames {
	const shared = new Set<string>();
	const values = new Set(pieces.flatMap(({ names }) => [...names.declared]));
	for (const name of values) {
		const declaring = pieces.filter(({ names }) => names.declared.has(name));
		const open = declaring.filter((piece) => !encloses(piece, name));
		const enclosed = declaring.filter((piece) => encloses(piece, name));
		const used = pieces.some(
			({ names, params }) =>
				names.early.has(name) ||
				(names.free.has(name) && !params.includes(name)),
		);
		const leaves = enclosed.length > 0 && (used || open.length > 0);
		if (imported.has(name) && (open.length > 0 || leaves))
			refuseImported(name, pieces, [...open, ...enclosed]);
		const isEarly = open.some(({ names }) => names.early.has(name));
		if (open.length > 1 || isEarly || leaves) shared.add(name);
	}
	addCompanions(pieces, shared);
	return { names: shared, values: new Set([...values, ...imported]) };
}

function refuseImported(
	name: string,
	pieces: readonly Piece[],
	declaring: readonly Piece[],
): never {
	const importing = pieces.filter(({ imports }) =>
		imports.some(({ names }) => names.includes(name)),
	);
	throw new UsageError(
		`"${name}" is imported by one cell and declared by another${cellsText([...importing, ...declaring])}; give one of them another name to export these cells`,
	);
}

/** ` (cells 1 and 3)`. */
function cellsText(pieces: readonly Piece[]): string {
	const cells = new Set(pieces.flatMap(({ cell }) => cell ?? []));
	return cells.size === 0
		? ""
		: ` (${cells.size === 1 ? "cell" : "cells"} ${[...cells].join(" and ")})`;
}

/** `var`s in blocks and loops included. */
function variableDeclarations({
	names,
	program,
}: Piece): VariableDeclaration[] {
	return [
		...names.vars.map(({ node }) => node),
		...program.body.filter(
			(node): node is VariableDeclaration =>
				node.type === "VariableDeclaration" && !node.declare,
		),
	];
}

const variablesOf = ({ declarations }: VariableDeclaration): string[] =>
	declarations.flatMap(({ id }) => boundNames(id));

/** A declaration becomes an assignment as a whole, so its other names are shared too. */
function addCompanions(pieces: readonly Piece[], shared: Set<string>): void {
	const together = pieces.flatMap(variableDeclarations).map(variablesOf);
	for (let before = -1; before !== shared.size; ) {
		before = shared.size;
		for (const names of together)
			if (names.some((name) => shared.has(name)))
				for (const name of names) shared.add(name);
	}
}

/**
 * The piece's code with declarations of shared names as assignments to what is
 * declared at the top. `apart` is what must stand outside of braces.
 * @throws UsageError for a shared namespace
 */
export function assignShared(
	piece: Piece,
	shared: SharedNames,
): { code: string; apart: string[] } {
	return new Assigner(piece, shared).assign();
}

const ENDS_WITH_SEMICOLON = new Set([
	"ExpressionStatement",
	"VariableDeclaration",
	"TSImportEqualsDeclaration",
	"ThrowStatement",
	"DoWhileStatement",
]);

/** Does it say nothing but types? Then it may stand anywhere. */
function isOfTypes(node: Node): boolean {
	switch (node.type) {
		case "TSInterfaceDeclaration":
		case "TSTypeAliasDeclaration":
			return true;
		case "ExportNamedDeclaration":
			return node.declaration !== null && isOfTypes(node.declaration);
		case "TSModuleDeclaration":
			return node.body?.body.every(isOfTypes) ?? true;
		default:
			return false;
	}
}

class Assigner {
	readonly #piece: Piece;
	readonly #shared: SharedNames;
	readonly #text: MagicString;
	readonly #apart: string[] = [];
	/** Classes and enums that stand above. */
	readonly #declared = new Set<string>();

	constructor(piece: Piece, shared: SharedNames) {
		this.#piece = piece;
		this.#shared = shared;
		this.#text = new MagicString(piece.code);
	}

	assign(): { code: string; apart: string[] } {
		const { code, program, names } = this.#piece;
		for (const { node, isHead } of names.vars)
			if (this.#isShared(variablesOf(node))) this.#variables(node, isHead);
		for (const statement of program.body) this.#statement(statement);
		const last = program.body.at(-1);
		// The next cell may begin with a bracket.
		if (
			last &&
			ENDS_WITH_SEMICOLON.has(last.type) &&
			code[last.end - 1] !== ";"
		)
			this.#text.appendLeft(last.end, ";");
		return { code: this.#text.toString(), apart: this.#apart };
	}

	#isShared(names: readonly string[]): boolean {
		return names.some((name) => this.#shared.names.has(name));
	}

	/** Does what only says that there is such a value stand beside a declaration of it? */
	#isRepeated(names: readonly string[]): boolean {
		const { declared } = this.#piece.names;
		return names.some(
			(name) =>
				this.#shared.names.has(name) ||
				(this.#shared.values.has(name) && !declared.has(name)),
		);
	}

	#statement(node: Node): void {
		const names = this.#piece.names.declaredBy(node);
		switch (node.type) {
			case "VariableDeclaration":
				if (node.declare) this.#dropRepeated(node, names);
				else if (node.kind !== "var" && this.#isShared(names))
					this.#variables(node, false);
				break;
			case "TSDeclareFunction":
				this.#dropRepeated(node, names);
				break;
			case "FunctionDeclaration":
				if (this.#isShared(names)) this.#function(node, names[0]);
				break;
			case "ClassDeclaration":
			case "TSEnumDeclaration":
				if (node.declare) this.#dropRepeated(node, names);
				else if (this.#isShared(names)) this.#scoped(node, names[0]);
				break;
			case "TSModuleDeclaration":
				if (!node.declare) this.#namespace(node, names[0]);
				else if (node.id.type !== "Literal") this.#dropRepeated(node, names);
				break;
		}
	}

	/** Types of values (`declare const a: T`, signatures of overloads) go where the value is another cell's. */
	#dropRepeated(node: Node, names: readonly string[]): void {
		if (this.#isRepeated(names)) this.#text.remove(node.start, node.end);
	}

	/** Functions can be called before their line: where they stood, nothing remains. */
	#function({ start, end }: Node, name = ""): void {
		const { code, wrapper } = this.#piece;
		const top = wrapper
			? code.split("\n").slice(0, wrapper.line).join("\n").length + 1
			: 0;
		this.#text.prependRight(start, `${name} = `);
		this.#text.appendLeft(end, ";\n");
		if (start > top) this.#text.move(start, end, top);
	}

	/** Neither an enum nor an abstract class has a form as an expression; the decorators of old are for declarations only. */
	#scoped(node: Node, name = ""): void {
		const { code, names } = this.#piece;
		const declaration = code.slice(node.start, node.end);
		if (node.type === "TSEnumDeclaration" && this.#declared.has(name)) {
			const [before, after] = names.aroundMergedEnum(node);
			this.#text.overwrite(
				node.start,
				node.end,
				`${before}${declaration}${after};`,
			);
			return;
		}
		const isExpression =
			node.type === "ClassDeclaration" &&
			!node.abstract &&
			node.decorators.length === 0;
		const value = isExpression
			? declaration
			: `(() => { ${declaration}; return ${name}; })()`;
		this.#text.overwrite(node.start, node.end, `${name} = ${value};`);
		this.#declared.add(name);
	}

	/** TypeScript allows namespaces at the top level only. */
	#namespace(node: Node, name = ""): void {
		const { start, end } = node;
		if (this.#shared.names.has(name))
			throw new UsageError(
				`namespace ${name} is shared between cells or leaves a run, which a script cannot say; declare it in one cell of its own to export these cells`,
			);
		if (!isEnclosed(this.#piece)) return;
		if (!isOfTypes(node) && this.#piece.names.isMoreThanNamespace(name))
			throw new UsageError(
				`namespace ${name} adds to a class, function or enum in a run, or in a cell with "using", which a script cannot say; declare both in a cell of their own to export these cells`,
			);
		this.#apart.push(this.#piece.code.slice(start, end));
		this.#text.remove(start, end);
	}

	/**
	 * `const a: T = 1, {b} = c` → `a = 1, ({b} = c)`. A parenthesis that comes first
	 * would continue the line above; within a statement no semicolon may stand in
	 * front of it, as it may be all that an `if` has.
	 */
	#variables(node: VariableDeclaration, inHead: boolean): void {
		const text = this.#text;
		const { code, program } = this.#piece;
		const { start, kind, declarations } = node;
		const [first] = declarations;
		if (!first) return;
		const isTop = program.body.some((statement) => statement === node);
		const front = isTop ? ";" : "void ";
		text.overwrite(
			start,
			first.start,
			inHead || first.id.type === "Identifier" ? "" : front,
		);
		// `let x` may be followed by a line that begins with a bracket: what it became may not.
		if (
			!inHead &&
			!declarations.at(-1)?.init &&
			code[node.end - 1] !== ";" &&
			node !== program.body.at(-1)
		)
			text.appendRight(node.end, ";");
		for (const { id, init, start: from, end } of declarations) {
			const annotation = "typeAnnotation" in id ? id.typeAnnotation : undefined;
			if (annotation) {
				// Between name and type stands the mark of `let x!: T`.
				const typed =
					id.type === "Identifier"
						? id.start + id.name.length
						: annotation.start;
				text.remove(typed, annotation.end);
			}
			if (!init) {
				// `var x` keeps a value that is already there.
				if (!inHead && kind !== "var") text.appendLeft(end, " = undefined");
			} else if (id.type !== "Identifier") {
				text.prependRight(from, "(");
				text.appendLeft(end, ")");
			}
		}
	}
}
