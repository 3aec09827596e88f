import {
	boundNames,
	type Program,
	type VariableDeclaration,
} from "../../cell/tree.ts";
import type { CellNames } from "./cell-names.ts";
import type { Piece } from "./piece.ts";

/**
 * The names that the cell gives a new value in any case, without reading the
 * earlier value first. Earlier cells need not provide them.
 * @param readByFunctions names that functions of earlier cells read when the
 * cell calls them
 */
export function replacedNames(
	{ program, names, imports }: Piece,
	readByFunctions: ReadonlySet<string>,
): ReadonlySet<string> {
	const found = new Replaced(names, readByFunctions);
	found.hoist(program.body);
	for (const statement of program.body) found.visit(statement);
	return new Set([...imports.flatMap((one) => one.names), ...found.names]);
}

class Replaced {
	readonly names = new Set<string>();
	readonly #cell: CellNames;
	readonly #readByFunctions: ReadonlySet<string>;
	/** What the cell's functions use when they are called. */
	readonly #bodies = new Map<string, ReadonlySet<string>>();
	/** Read so far. */
	readonly #read = new Set<string>();

	constructor(cell: CellNames, readByFunctions: ReadonlySet<string>) {
		this.#cell = cell;
		this.#readByFunctions = readByFunctions;
	}

	/** Function declarations exist before any other code runs. */
	hoist(statements: Program["body"]): void {
		for (const node of statements)
			if (node.type === "FunctionDeclaration" && node.id) {
				this.#bodies.set(node.id.name, this.#cell.namesIn([node]));
				this.names.add(node.id.name);
			}
	}

	visit(node: Program["body"][number]): void {
		switch (node.type) {
			case "VariableDeclaration":
				this.#variables(node);
				break;
			case "FunctionDeclaration":
				break;
			case "ClassDeclaration":
			case "TSEnumDeclaration":
			case "TSModuleDeclaration":
				if (!node.declare) this.#replace(this.#cell.declaredBy(node));
				this.#use(this.#cell.namesIn([node]));
				break;
			default:
				this.#use(this.#cell.namesIn([node]));
		}
	}

	#variables({
		kind,
		declare = false,
		declarations,
	}: VariableDeclaration): void {
		if (declare) return;
		for (const { id, init } of declarations) {
			if (init) this.#use(this.#cell.namesIn([init]));
			// `var x` without a value keeps an earlier one, and `using` ends with its
			// cell.
			if (kind === "let" || kind === "const" || (kind === "var" && init))
				this.#replace(boundNames(id));
			this.#use(this.#cell.namesIn([id]));
		}
	}

	#use(names: Iterable<string>): void {
		for (const name of names) {
			if (this.#read.has(name)) continue;
			this.#read.add(name);
			this.#use(this.#bodies.get(name) ?? []);
		}
	}

	#replace(names: readonly string[]): void {
		for (const name of names)
			if (
				!this.#read.has(name) &&
				!this.#cell.early.has(name) &&
				!this.#readByFunctions.has(name)
			)
				this.names.add(name);
	}
}
