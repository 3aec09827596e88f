import {
	type CellScope,
	type DeclarationKind,
	isEarly,
	isFree,
	isLater,
	isValue,
} from "./scope.ts";

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

/** What modules and packages export: not made by cells. */
const IMPORTS: ReadonlySet<DeclarationKind> = new Set(["import", "import ="]);

/**
 * @param scope of a parsed cell
 * @param params constants that its magic gives it
 */
export function usageOf(
	scope: CellScope,
	params: readonly string[] = [],
): CellUsage {
	const uses = scope.shared.filter(isValue);
	const imports: string[] = [];
	const writes: string[] = [];
	for (const [name, { kind, node }] of scope.values) {
		const isModule =
			node.type !== "TSImportEqualsDeclaration" ||
			node.moduleReference.type === "TSExternalModuleReference";
		(IMPORTS.has(kind) && isModule ? imports : writes).push(name);
	}
	const reads: string[] = [];
	const functionReads: string[] = [];
	for (const use of uses) {
		if (use.writes && isFree(use) && !isLater(use)) writes.push(use.name);
		if (!use.reads) continue;
		if (isLater(use)) functionReads.push(use.name);
		else if (isFree(use) || isEarly(use, scope)) reads.push(use.name);
	}
	// What an earlier cell calls by that name, this one does not see.
	const kept = (names: readonly string[]): ReadonlySet<string> => {
		const own = names.filter((name) => !params.includes(name));
		// A session keeps four sets of every cell, most of them empty.
		return own.length > 0 ? new Set(own) : NOTHING;
	};
	return {
		imports: kept(imports),
		writes: kept(writes),
		reads: kept(reads),
		functionReads: kept(functionReads),
	};
}
