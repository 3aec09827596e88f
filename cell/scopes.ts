import type { Name, Node } from "./tree.ts";

/** A name may stand for a value, a type and a namespace at once; each bit is one of them. */
export const VALUE = 1;
export const TYPE = 2;
export const NAMESPACE = 4;
export const ANYTHING = VALUE | TYPE | NAMESPACE;

/** How a name is declared. */
export type DeclarationKind =
	| "var"
	| "let"
	| "const"
	| "using"
	| "await using"
	| "function"
	| "class"
	| "enum"
	| "const enum"
	| "namespace"
	| "interface"
	| "type"
	| "import"
	| "import type"
	| "import ="
	| "import type ="
	| "parameter"
	| "type parameter"
	| "catch"
	| "member";

/** One place that declares a name. */
export interface Declaration {
	readonly name: string;
	readonly kind: DeclarationKind;
	/** VALUE | TYPE | NAMESPACE, as TypeScript sees it. */
	readonly meanings: number;
	/** Is something there at run time? Not for types, `declare`, `import type` and signatures of overloads. */
	readonly hasValue: boolean;
	/** The name in the code. */
	readonly id: Name;
	/** The declarator, function, class, specifier, … */
	readonly node: Node;
	/** The statement of the cell's top level that it stands in. */
	readonly statement: Node;
	/** Offset from which on code that runs in order finds the value: 0 for what is hoisted. */
	readonly from: number;
}

export type ScopeKind =
	| "cell"
	/** The name of a function expression, around its function. */
	| "name"
	/** Parameters. */
	| "function"
	| "body"
	| "block"
	/** The head of a `for`: its `let` is another variable in every round. */
	| "loop"
	| "catch"
	| "class"
	/** The value of a class's field. */
	| "field"
	| "static block"
	| "namespace"
	| "enum"
	/** Parameters of types. */
	| "type";

const HOLDS_VARS: ReadonlySet<ScopeKind> = new Set([
	"cell",
	"body",
	"field",
	"static block",
	"namespace",
]);

/**
 * When code in a scope runs: in the course of what is around it, perhaps so
 * (a function that is passed on), or when somebody calls what was kept.
 */
export type Time = "now" | "perhaps" | "later";

/** Where names are declared: the cell, a function, a block, … */
export class Scope {
	readonly kind: ScopeKind;
	readonly node: Node;
	readonly outer: Scope | undefined;
	/** By name, in the order of the code. */
	readonly declarations = new Map<string, Declaration[]>();
	/** Does its code run at another time than the cell: in a function, when an object is made? */
	readonly isLater: boolean;
	/** Does its code wait for somebody to call what was kept under a name, or in an object? */
	readonly isKept: boolean;
	/** Is it within a function or class? */
	readonly isClosed: boolean;
	/** The scope that its `var` belongs to. */
	readonly vars: Scope;

	constructor(kind: ScopeKind, node: Node, outer?: Scope, time: Time = "now") {
		this.kind = kind;
		this.node = node;
		this.outer = outer;
		this.isLater = time !== "now" || outer?.isLater === true;
		this.isKept = time === "later" || outer?.isKept === true;
		this.isClosed =
			kind === "function" || kind === "class" || outer?.isClosed === true;
		this.vars = HOLDS_VARS.has(kind) || !outer ? this : outer.vars;
	}

	/** This scope or the nearest around it that declares the name so. */
	find(
		name: string,
		fits: (declaration: Declaration) => boolean,
	): Scope | undefined {
		for (let scope: Scope | undefined = this; scope; scope = scope.outer)
			if (scope.declarations.get(name)?.some(fits)) return scope;
		return undefined;
	}
}

/**
 * What a name is used as. `query`: a value of which only the type is looked at,
 * as in `typeof x` of a type. `export`: whatever has this name.
 */
export type Meaning = "value" | "type" | "namespace" | "query" | "export";

/** A place that uses a name. */
export interface Reference {
	readonly name: string;
	/** An identifier, or the name of a JSX element. */
	readonly node: Name;
	readonly meaning: Meaning;
	readonly reads: boolean;
	readonly writes: boolean;
	/** Is it what gives a declared variable its first value? */
	readonly initializes: boolean;
	/** Where it stands. */
	readonly scope: Scope;
	/** The scope that declares the name; absent for names from outside of the cell. */
	readonly declaredIn: Scope | undefined;
}

const FITS: Readonly<Record<Meaning, (declaration: Declaration) => boolean>> = {
	// `declare const x` leaves no trace: at run time another `x` is meant.
	value: ({ hasValue }) => hasValue,
	query: ({ meanings }) => (meanings & VALUE) !== 0,
	type: ({ meanings }) => (meanings & TYPE) !== 0,
	namespace: ({ meanings }) => (meanings & NAMESPACE) !== 0,
	export: () => true,
};

type Use = Pick<Reference, "reads" | "writes" | "initializes">;

export const READ: Use = { reads: true, writes: false, initializes: false };
export const WRITE: Use = { reads: false, writes: true, initializes: false };
export const UPDATE: Use = { reads: true, writes: true, initializes: false };
export const INITIALIZE: Use = {
	reads: false,
	writes: true,
	initializes: true,
};

/** Scopes and references as a walk over a tree finds them. */
export class Scopes {
	readonly cell: Scope;
	#scope: Scope;
	#statement: Node;
	/** Does the walk stand in what is only `declare`d? */
	#isAmbient = false;
	readonly #found: Omit<Reference, "declaredIn">[] = [];
	/** Does code of the cell call `eval` directly, which may use any name? */
	callsEval = false;

	constructor(program: Node) {
		this.cell = new Scope("cell", program);
		this.#scope = this.cell;
		this.#statement = program;
	}

	/** Visits a statement of the cell's top level. */
	inStatement(statement: Node, visit: () => void): void {
		this.#statement = statement;
		visit();
	}

	/** Visits what lies in a scope of its own. */
	inScope(
		kind: ScopeKind,
		node: Node,
		visit: () => void,
		time: Time = "now",
	): void {
		const outer = this.#scope;
		this.#scope = new Scope(kind, node, outer, time);
		visit();
		this.#scope = outer;
	}

	/** Visits what leaves no code behind, where `isAmbient`. */
	inAmbient(isAmbient: boolean, visit: () => void): void {
		const before = this.#isAmbient;
		this.#isAmbient ||= isAmbient;
		visit();
		this.#isAmbient = before;
	}

	declare(
		id: Name,
		kind: DeclarationKind,
		node: Node,
		{
			meanings = VALUE,
			hasValue = (meanings & VALUE) !== 0,
			from = node.end,
		}: Partial<Pick<Declaration, "meanings" | "hasValue" | "from">> = {},
	): void {
		const { declarations } = kind === "var" ? this.#scope.vars : this.#scope;
		const declaration: Declaration = {
			name: id.name,
			kind,
			meanings,
			hasValue: hasValue && !this.#isAmbient,
			id,
			node,
			statement: this.#statement,
			from,
		};
		const known = declarations.get(id.name);
		if (known) known.push(declaration);
		else declarations.set(id.name, [declaration]);
	}

	/** What the scope that the walk stands in declares under a name so far. */
	declared(name: string): readonly Declaration[] {
		return this.#scope.declarations.get(name) ?? [];
	}

	refer(node: Name, meaning: Meaning = "value", use: Use = READ): void {
		this.#found.push({
			name: node.name,
			node,
			meaning: this.#isAmbient && meaning === "value" ? "query" : meaning,
			...use,
			scope: this.#scope,
		});
	}

	/** Does the scope that the walk stands in lie at the cell's top level, as a `var` sees it? */
	get declaresVarsOfCell(): boolean {
		return this.#scope.vars === this.cell;
	}

	/** All that was found, each name with the scope that declares it. */
	references(): Reference[] {
		return this.#found.map((reference) => ({
			...reference,
			declaredIn: reference.scope.find(reference.name, FITS[reference.meaning]),
		}));
	}
}
