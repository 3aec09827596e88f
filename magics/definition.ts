import type { ParamTree, ProgressEvent } from "../experiment/events.ts";
import type { ExecutedCell } from "../experiment/session.ts";
import type { Drawing } from "../widgets/drawing/picture.ts";
import type {
	ArgumentSpec,
	ArgumentValues,
	MagicArguments,
	MagicOption,
	MagicPositional,
	ValuesOf,
} from "./arguments/argument.ts";
import type { Exporter } from "./exporter.ts";
import type { TypePolicy } from "./type-policy.ts";

/** The code that a magic wraps: the rest of its cell, or of its line. */
export interface CellBody {
	readonly source: string;
	/** Line of the magic and of what follows, for error messages (1-based). */
	readonly line: number;
	/** Is there nothing but blank lines and comments? */
	readonly empty: boolean;
	/** Runs the code with the parameters as constants; resolves to its last value. May be called again. */
	execute(params: ParamTree): Promise<unknown>;
}

/** The names that cells declare at their top level. */
export interface DeclaredNames {
	/** In the order of their first declaration. */
	list(): { readonly name: string; readonly value: unknown }[];
	/** Makes them unknown, as in a fresh engine. Returns those that were known. */
	forget(): string[];
}

/** A piece of work that may take long. */
export interface Work {
	/** Reports progress, which is shown once the work has taken a second. */
	show(progress: Omit<ProgressEvent, "type">): void;
	/** Shows the outcome: in the place of the progress, if that was shown. */
	done(outcome: string): Promise<void>;
}

/** What the engine offers to magics. */
export interface MagicContext {
	/** Shows a line of text in the cell's output. */
	print(text: string): void;
	/** Shows a picture in the cell's output; its text where none is drawn. */
	show(drawing: Drawing): Promise<void>;
	/** Begins a piece of work. */
	work(): Work;
	/** Cells executed in this engine, oldest first, the present one last. */
	cells(): readonly ExecutedCell[];
	/** What `%types` has set. Absent: off. */
	readonly typePolicy?: TypePolicy;
	/** What the cells have declared. */
	readonly names: DeclaredNames;
	/** Aborted when the user interrupts the cell. */
	readonly signal: AbortSignal | undefined;
	/** Puts code in place of the cell, where the front end can; a terminal shows it. */
	setNextInput(code: string): void;
	/** Folders of the npm packages that are loaded. */
	loadedPackages(): readonly string[];
	/** Tells the type checker that packages were installed or removed. */
	packagesChanged(): void;
	/** Loads the exporter, which writes scripts. */
	exporter(): Promise<Exporter>;
	/** For magics that wrap code only. */
	readonly body?: CellBody;
	/** For magics that take the rest of the cell as text only. */
	readonly text?: string;
}

/**
 * A magic. `V` are the values of its arguments, as its definition declares
 * them; lists of magics use the default, which says nothing of single
 * arguments.
 */
export interface Magic<V = ArgumentValues> extends ArgumentSpec {
	/** How it is written: `%dd run` (the default), `%cd`, `!ls`. */
	readonly mark?: "%dd" | "%" | "!";
	/**
	 * Does it take the rest of the cell, as code or as text? Then it must stand
	 * on the cell's first line; one that is marked `%` takes it as `%%name` only.
	 */
	readonly wraps: boolean | "text";
	/**
	 * What follows its name: arguments (the default), a text that is not split
	 * into words, or code that it wraps.
	 */
	readonly line?: "arguments" | "text" | "code";
	/**
	 * Does it only show or write down what is on record? A replay leaves it out:
	 * a replay records nothing, and must not write the user's files.
	 */
	readonly ofRecords?: boolean;
	/**
	 * Refuses arguments that are each valid but make no sense together. @throws
	 * UsageError
	 */
	check?(args: MagicArguments<V>): void;
	/** Completions of the last word after the name, where no positional has any. */
	complete?(
		words: readonly string[],
		cwd: string,
	): readonly string[] | undefined;
	/** Its value is the cell's result if no code follows. */
	run(args: MagicArguments<V>, context: MagicContext): Promise<unknown>;
	/**
	 * The magic as a statement of an exported script; undefined where it means
	 * nothing in a script.
	 * @param body the wrapped code as an async function; a text unchanged
	 * @param line what follows the mark, unchanged
	 */
	toCode(
		args: MagicArguments<V>,
		body?: string,
		line?: string,
	): string | undefined;
}

/**
 * Defines a magic. `run`, `check` and `toCode` get values of the types that its
 * arguments declare.
 */
export const defineMagic = <
	const P extends readonly MagicPositional[],
	const O extends readonly MagicOption[],
>(
	magic: Magic<ValuesOf<P, O>> & {
		readonly positionals: P;
		readonly options: O;
	},
): Magic<ValuesOf<P, O>> => magic;
