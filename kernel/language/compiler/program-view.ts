type Awaitable<T> = T | Promise<T>;

/** A declared name, as both compilers show it. */
export interface SymbolView {
	readonly name: string;
	/** Bits of `ProgramView.flags`. */
	readonly flags: number;
}

export interface CompletionEntry<S> {
	readonly name: string;
	/** Jupyter's word for what it is. */
	readonly kind: string;
	readonly sortText?: string;
	/** What is inserted, if not the name. */
	readonly insertText?: string;
	readonly symbol?: S;
}

type Flag =
	| "Accessor"
	| "Class"
	| "Enum"
	| "EnumMember"
	| "Function"
	| "Interface"
	| "Method"
	| "Module"
	| "Property"
	| "TypeAlias"
	| "TypeParameter"
	| "Variable";

/**
 * A program as seen from one of its files: what completions and inspections ask
 * for. TypeScript 7 answers from its process, TypeScript 6 at once.
 */
export interface ProgramView<S extends SymbolView, T> {
	readonly flags: Readonly<Record<Flag, number>>;
	/** Undefined where the compiler has no list. */
	completions(
		offset: number,
	): Awaitable<readonly CompletionEntry<S>[] | undefined>;
	/** Undefined for a name that nothing declares. */
	symbolAt(offset: number): Awaitable<S | undefined>;
	/** What an import stands for; else the symbol itself. */
	target(symbol: S): Awaitable<S>;
	/** Is it an import of nothing? */
	isUnknown(symbol: S): Awaitable<boolean>;
	typeAt(offset: number): Awaitable<T | undefined>;
	typesOf(symbols: readonly S[]): Awaitable<readonly (T | undefined)[]>;
	/** The type that a class, interface or alias declares. */
	declaredType(symbol: S): Awaitable<T>;
	/** Is it the type of what is wrong? */
	isError(type: T): boolean;
	/** @param how as the file sees it, or all that an alias stands for */
	print(type: T, how?: "here" | "whole"): Awaitable<string>;
	/** Printed as declarations without a body. */
	signatures(type: T, kind: "call" | "new"): Awaitable<readonly string[]>;
	properties(type: T): Awaitable<readonly S[]>;
	exports(module: S): Awaitable<readonly S[]>;
	/** The class, interface or enum of a member. */
	parent(symbol: S): Awaitable<S | undefined>;
	/** "" where there is none. */
	documentation(symbol: S): Awaitable<string>;
	tags(symbol: S): Awaitable<readonly { name: string; text?: string }[]>;
}
