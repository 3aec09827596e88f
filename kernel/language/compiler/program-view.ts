/** A declared name. */
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
 * for. They say how to lay out an answer, and know nothing of the compiler's API.
 */
export interface ProgramView<S extends SymbolView, T> {
	readonly flags: Readonly<Record<Flag, number>>;
	/** Undefined where the compiler has no list. */
	completions(
		offset: number,
	): Promise<readonly CompletionEntry<S>[] | undefined>;
	/** Undefined for a name that nothing declares. */
	symbolAt(offset: number): Promise<S | undefined>;
	/** What an import stands for; else the symbol itself. */
	target(symbol: S): Promise<S>;
	/** Is it an import of nothing? */
	isUnknown(symbol: S): Promise<boolean>;
	typeAt(offset: number): Promise<T | undefined>;
	typesOf(symbols: readonly S[]): Promise<readonly (T | undefined)[]>;
	/** The type that a class, interface or alias declares. */
	declaredType(symbol: S): Promise<T>;
	/** Is it the type of what is wrong? */
	isError(type: T): boolean;
	/** @param how as the file sees it, or all that an alias stands for */
	print(type: T, how?: "here" | "whole"): Promise<string>;
	/** Printed as declarations without a body. */
	signatures(type: T, kind: "call" | "new"): Promise<readonly string[]>;
	properties(type: T): Promise<readonly S[]>;
	exports(module: S): Promise<readonly S[]>;
	/** The class, interface or enum of a member. */
	parent(symbol: S): Promise<S | undefined>;
	/** "" where there is none. */
	documentation(symbol: S): Promise<string>;
	tags(symbol: S): Promise<readonly { name: string; text?: string }[]>;
}
