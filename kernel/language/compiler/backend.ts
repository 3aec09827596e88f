/** A notebook as files, most of them virtual. */
export interface Sources {
	/**
	 * The virtual files, by path, that are new or have another text since the
	 * last question; all of them with the first. The project's tsconfig is one.
	 */
	readonly edited: ReadonlyMap<string, string>;
	/** Real files to read again since the last question; "all" for every file. */
	readonly changed: readonly string[] | "all";
	/** Does a file import one of the virtual files? */
	readonly importsVirtual: boolean;
}

/** The compiler is missing, or does not answer. The message says what to do. */
export class TypesUnavailable extends Error {
	override readonly name = "TypesUnavailable";
}

/** The compiler's process cannot run on this machine, so that asking again is no use. */
export class CompilerCannotStart extends TypesUnavailable {}

/** How long an answer may take before the compiler is ended, in milliseconds. */
export const PATIENCE = 10_000;
/** The same for the first, which reads all files. */
export const FIRST_PATIENCE = 60_000;
