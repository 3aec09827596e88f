import type { Program } from "oxc-parser";
import { type CellVar, ScopeWalk } from "./scope-walk.ts";
import type { Declaration, Reference } from "./scopes.ts";
import { isUsing } from "./tree.ts";

export type { CellVar } from "./scope-walk.ts";
export {
	type Declaration,
	type DeclarationKind,
	NAMESPACE,
	type Reference,
	TYPE,
	VALUE,
} from "./scopes.ts";

/**
 * What a cell declares and uses: the one analysis that its compiler, types,
 * completion, hidden state, export and slicing share. It holds nodes of the
 * cell's tree, so keep what you take from it, not the analysis.
 */
export interface CellScope {
	/** All that the top level declares, by name, in the order of the code; a `var` in a block is of the top level. */
	readonly declarations: ReadonlyMap<string, readonly Declaration[]>;
	/**
	 * Names under which later cells find a value, each with the first declaration
	 * that gives it one. A `using` is left out: it ends with its cell.
	 */
	readonly values: ReadonlyMap<string, Declaration>;
	/** Every use of a name, in the order of the walk. */
	readonly references: readonly Reference[];
	/** Those that mean a name of the cell's top level, or one from outside. */
	readonly shared: readonly Reference[];
	/** The `var` statements of the top level, in blocks and loops too. */
	readonly vars: readonly CellVar[];
	/** May `eval` use names that the code does not show? */
	readonly callsEval: boolean;
}

/**
 * Analyses a parsed cell, or any program.
 * @example
 * const { program } = parseSource("let a = 1; const f = () => a + b;");
 * const { values, shared } = analyseScope(program);
 * [...values.keys()]; // ["a", "f"]
 * shared.filter(isFree).map(({ name }) => name); // ["b"]
 */
export function analyseScope(program: Program): CellScope {
	const { scopes, vars } = new ScopeWalk(program);
	const { cell, callsEval } = scopes;
	const references = scopes.references();
	const values = new Map<string, Declaration>();
	for (const [name, all] of cell.declarations) {
		const first = all.find(({ hasValue, kind }) => hasValue && !isUsing(kind));
		if (first) values.set(name, first);
	}
	return {
		declarations: cell.declarations,
		values,
		references,
		shared: references.filter(
			({ declaredIn }) => !declaredIn || declaredIn === cell,
		),
		vars,
		callsEval,
	};
}

/** Does the reference mean a name that the cell does not declare? */
export const isFree = ({ declaredIn }: Reference): boolean => !declaredIn;

/** Is a value used, not a type? */
export const isValue = ({ meaning }: Reference): boolean => meaning === "value";

/** Does it happen when a function is called, or an object made, and not in the course of the cell? */
export const isLater = ({ scope }: Reference): boolean => scope.isLater;

/** May it happen in the course of the cell? Also in functions that it hands on: `list.map((x) => x * a)`. */
export const mayHappen = ({ scope }: Reference): boolean => !scope.isKept;

/**
 * Is a variable of the cell read in the course of the cell, in front of what
 * declares it? Then it still has its value of an earlier cell.
 */
export function isEarly(
	{ name, node, reads, meaning, scope, declaredIn }: Reference,
	{ declarations }: CellScope,
): boolean {
	if (!reads || meaning !== "value" || scope.isLater) return false;
	if (declaredIn?.kind !== "cell") return false;
	return (declarations.get(name) ?? [])
		.filter(({ hasValue }) => hasValue)
		.every((declaration) => isBefore(node.start, declaration));
}

/** Within a pattern, names have their values from left to right, in front of the code of its value. */
function isBefore(offset: number, { id, node, from }: Declaration): boolean {
	const isInPattern =
		node.type === "VariableDeclarator" && offset < node.id.end;
	return offset < (isInPattern ? id.end : from);
}
