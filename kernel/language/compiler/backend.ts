import type { InspectReply } from "../../protocol/requests.ts";
import type { CompletionPlace, Completions } from "../completion.ts";
import type { FileDiagnostic } from "../diagnostics.ts";

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

/** There is no compiler, or none that answers. The message says what to do. */
export class TypesUnavailable extends Error {
	override readonly name = "TypesUnavailable";
}

/** It never answered, and would not when asked again. */
export class CompilerCannotStart extends TypesUnavailable {}

/** How long an answer may take before the compiler is ended, in milliseconds. */
export const PATIENCE = 10_000;
/** The same for the first, which reads all files. */
export const FIRST_PATIENCE = 60_000;

/**
 * A TypeScript compiler that answers questions about a file of the sources. It
 * starts with the first question. Every question rejects with TypesUnavailable
 * when the compiler cannot be started, or takes too long.
 */
export interface Backend {
	/** Was it started? */
	readonly running: boolean;
	/** Has it answered, so that the next answer takes milliseconds? */
	readonly warm: boolean;
	/** Makes the program, so that the next question finds it. */
	prepare(sources: Sources): Promise<void>;
	/** Paths of the program's files; TypeScript's own may be left out. */
	fileNames(sources: Sources): Promise<readonly string[]>;
	/** What the compiler finds wrong with the project's tsconfig. */
	configProblems(sources: Sources): Promise<readonly string[]>;
	/** What fits at the offset; undefined where the compiler has no list. */
	complete(
		sources: Sources,
		path: string,
		offset: number,
		place: CompletionPlace,
	): Promise<Completions | undefined>;
	/** Explains the name that begins at the offset. */
	inspect(
		sources: Sources,
		path: string,
		offset: number,
		name: string,
		detail: 0 | 1,
	): Promise<InspectReply>;
	/** Errors and warnings in a file: those of the syntax alone if there are any. */
	diagnostics(sources: Sources, path: string): Promise<FileDiagnostic[]>;
	/** Ends its process or thread. */
	close(): Promise<void>;
}
