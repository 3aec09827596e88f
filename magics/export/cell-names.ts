import { aroundMergedEnum } from "../../cell/merged-enum.ts";
import {
	analyseScope,
	type CellScope,
	type CellVar,
	type Declaration,
	isEarly,
	isFree,
	isLater,
	isValue,
	type Reference,
} from "../../cell/scope.ts";
import {
	isUsing,
	type Node,
	type Program,
	type Span,
	type TSEnumDeclaration,
} from "../../cell/tree.ts";

/** The names that a cell declares and uses, as the exporter needs them. */
export class CellNames {
	/** Names of values that later cells can use. */
	readonly declared: ReadonlySet<string>;
	/** Names that the cell uses and does not declare. */
	readonly free: ReadonlySet<string>;
	/** Those of them that are used as values. */
	readonly freeValues: ReadonlySet<string>;
	/**
	 * Declared names that the cell reads before their declaration: there they
	 * have the values of earlier cells.
	 */
	readonly early: ReadonlySet<string>;
	readonly #using: ReadonlySet<string>;
	readonly #scope: CellScope;
	readonly #byStatement = new Map<Node, string[]>();
	/** Uses of what the top level or another cell declares, in the order of the code. */
	readonly #shared: readonly Reference[];

	constructor(program: Program) {
		const scope = analyseScope(program);
		this.#scope = scope;
		this.declared = new Set(scope.values.keys());
		const used = scope.references.filter(({ meaning }) => meaning !== "export");
		const free = used.filter(isFree);
		this.free = new Set(free.map(({ name }) => name));
		this.freeValues = new Set(free.filter(isValue).map(({ name }) => name));
		this.early = new Set(
			used.filter((one) => isEarly(one, scope)).map(({ name }) => name),
		);
		const declarations = [...scope.declarations.values()].flat();
		for (const { name, statement } of declarations)
			this.#byStatement.set(statement, [
				...(this.#byStatement.get(statement) ?? []),
				name,
			]);
		this.#using = new Set(
			declarations.filter(({ kind }) => isUsing(kind)).map(({ name }) => name),
		);
		this.#shared = scope.shared
			.filter(isValue)
			.sort((a, b) => a.node.start - b.node.start);
	}

	/** Does the top level declare something by `using`? */
	get hasUsing(): boolean {
		return this.#using.size > 0;
	}

	/**
	 * Is the name declared by `using`? Its value ends with the cell, so no other
	 * cell can use it.
	 */
	endsWithCell(name: string): boolean {
		return this.#using.has(name);
	}

	isNamespace(name: string): boolean {
		return this.#valuesOf(name).some(({ kind }) => kind === "namespace");
	}

	/** Is it a class, function or enum, too? */
	isMoreThanNamespace(name: string): boolean {
		return this.#valuesOf(name).some(({ kind }) => kind !== "namespace");
	}

	#valuesOf(name: string): readonly Declaration[] {
		const declared = this.#scope.declarations.get(name) ?? [];
		return declared.filter(({ hasValue }) => hasValue);
	}

	/** The cell's `var` declarations, also those in blocks and loops. */
	get vars(): readonly CellVar[] {
		return this.#scope.vars;
	}

	/** May `eval` use names that the code does not show? */
	get callsEval(): boolean {
		return this.#scope.callsEval;
	}

	/** The names that a statement of the top level declares; those of its `var` in blocks too. */
	declaredBy(statement: Node): readonly string[] {
		return this.#byStatement.get(statement) ?? [];
	}

	/**
	 * The code around a later declaration of an enum by which it adds to the
	 * earlier one.
	 */
	aroundMergedEnum(node: TSEnumDeclaration): [before: string, after: string] {
		return aroundMergedEnum(this.#scope, node);
	}

	/** Where the name is first given a meaning; undefined where the code does not declare it. */
	startOf(name: string): number | undefined {
		return this.#valuesOf(name)[0]?.node.start;
	}

	/** Uses of names of the top level, or of other cells, in a part of the code; locals are left out. */
	usesIn({ start, end }: Span): readonly Reference[] {
		const from = firstAtOrAfter(this.#shared, start);
		const to = firstAtOrAfter(this.#shared, end);
		return this.#shared.slice(from, to);
	}

	/** The names of these uses. */
	namesIn(nodes: Iterable<Span>): Set<string> {
		const found = new Set<string>();
		for (const node of nodes)
			for (const { name } of this.usesIn(node)) found.add(name);
		return found;
	}

	/** The names that a part of the code gives values. */
	writtenIn(node: Span): Set<string> {
		return new Set(
			this.usesIn(node).flatMap(({ name, writes }) => (writes ? [name] : [])),
		);
	}

	/** The names that functions and classes in these nodes use, whenever they are called. */
	namesOfFunctionsIn(nodes: Iterable<Span>): Set<string> {
		return new Set(this.#usesByFunctions(nodes).map(({ name }) => name));
	}

	/** Those of them that they assign. */
	writtenByFunctionsIn(nodes: Iterable<Span>): Set<string> {
		return new Set(
			this.#usesByFunctions(nodes).flatMap(({ name, writes }) =>
				writes ? [name] : [],
			),
		);
	}

	#usesByFunctions(nodes: Iterable<Span>): Reference[] {
		return [...nodes].flatMap((node) => this.usesIn(node).filter(isLater));
	}

	/** Does the function or class have its name at the top level? */
	isDeclaredBy(node: Node): boolean {
		return this.#byStatement.has(node);
	}

	/** Does the identifier mean a name of the top level, or of another cell? */
	isShared({ start }: Span): boolean {
		const at = firstAtOrAfter(this.#shared, start);
		return this.#shared[at]?.node.start === start;
	}

	/** Is one of these names assigned, other than by its declaration? */
	assignsAny(names: readonly string[]): boolean {
		return this.#shared.some(
			({ name, writes, initializes }) =>
				writes && !initializes && names.includes(name),
		);
	}
}

/** Binary search. */
function firstAtOrAfter(sorted: readonly Reference[], offset: number): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle]?.node.start ?? offset) < offset) low = middle + 1;
		else high = middle;
	}
	return low;
}
