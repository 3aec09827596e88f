import {
	type CellScope,
	type DeclarationKind,
	isEarly,
	isFree,
	isLater,
	isValue,
	mayHappen,
	type Reference,
} from "./scope.ts";
import type { Span } from "./tree.ts";

/** How a cell uses names that it does not keep to itself. */
export interface CellUsage {
	/** Bound by imports. */
	readonly imports: ReadonlySet<string>;
	/** Declared or assigned while the cell runs, imports left out. */
	readonly writes: ReadonlySet<string>;
	/** Read while the cell runs, in functions that it hands on, too; what it declares itself is left out. */
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
	const imports: string[] = [];
	const writes: string[] = [];
	for (const [name, { kind, node }] of scope.values) {
		const isModule =
			node.type !== "TSImportEqualsDeclaration" ||
			node.moduleReference.type === "TSExternalModuleReference";
		(IMPORTS.has(kind) && isModule ? imports : writes).push(name);
	}
	const reads: string[] = [];
	for (const use of usesInCourse(scope)) {
		if (use.writes && isFree(use)) writes.push(use.name);
		if (use.reads && (isFree(use) || isEarly(use, scope))) reads.push(use.name);
	}
	const functionReads = scope.shared
		.filter((use) => isValue(use) && use.reads && isLater(use))
		.map(({ name }) => name);
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

/**
 * What may happen before the cell has ended: outside of functions, in those that
 * it hands on (`list.map((x) => x * a)`), and in its own functions whose names it reads.
 */
function usesInCourse({ shared, declarations }: CellScope): Reference[] {
	const found: Reference[] = [];
	let waiting: readonly Reference[] = shared.filter(isValue);
	const called = new Set<string>();
	const spans: Span[] = [];
	for (let before = -1; before < found.length; ) {
		before = found.length;
		const left: Reference[] = [];
		for (const use of waiting) {
			const happens =
				mayHappen(use) ||
				spans.some(
					({ start, end }) => start <= use.node.start && use.node.end <= end,
				);
			(happens ? found : left).push(use);
			if (!happens || !use.reads || called.has(use.name)) continue;
			called.add(use.name);
			for (const { node } of declarations.get(use.name) ?? []) spans.push(node);
		}
		waiting = left;
	}
	return found;
}
