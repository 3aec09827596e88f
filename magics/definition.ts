import type { Params, ProgressEvent } from "../experiment/events.ts";
import type { ExecutedCell } from "../experiment/session.ts";
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
	execute(params: Params): Promise<unknown>;
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
	/** Says how far it is; shown from its second second on. */
	show(progress: Omit<ProgressEvent, "type">): void;
	/** Shows the outcome: in the place of the progress, if that was shown. */
	done(outcome: string): Promise<void>;
}

/** What a magic may use of the engine. */
export interface MagicContext {
	/** Shows a line of text in the cell's output. */
	print(text: string): void;
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
	/** Tells who knows types that packages came or went. */
	packagesChanged(): void;
	/** Loads what writes scripts of cells. */
	exporter(): Promise<Exporter>;
	/** For magics that wrap code only. */
	readonly body?: CellBody;
	/** For magics that take the rest of the cell as text only. */
	readonly text?: string;
}

/**
 * A magic. What it gets was read by its own definition, so `V` are the values of
 * its arguments; those who keep magics of all kinds know only that they have some.
 */
export interface Magic<V = ArgumentValues> extends ArgumentSpec {
	/** How it is written: `%dd run` (the default), `%cd`, `!ls`. */
	readonly mark?: "%dd" | "%" | "!";
	/**
	 * Does it take the rest of the cell, as code or as text? Then it must stand
	 * on the cell's first line; one that is marked `%` takes it as `%%name` only.
	 */
	readonly wraps: boolean | "text";
	/** What follows its name: arguments (the default), a text as it stands, or code that it wraps. */
	readonly line?: "arguments" | "text" | "code";
	/**
	 * Does it only show, or write down, what is on record by then? A replay leaves
	 * it out: nothing is recorded there, and it writes none of the user's files.
	 */
	readonly ofRecords?: boolean;
	/** Refuses arguments that are read well but make no sense. @throws UsageError */
	check?(args: MagicArguments<V>): void;
	/** What the last of the words after the name may be, where no positional says so. */
	complete?(
		words: readonly string[],
		cwd: string,
	): readonly string[] | undefined;
	/** What it resolves to is the cell's result where nothing follows. */
	run(args: MagicArguments<V>, context: MagicContext): Promise<unknown>;
	/**
	 * The magic as a statement of a script, for export; undefined when it means nothing there.
	 * @param body the wrapped code as an async function; a text as it stands
	 * @param line what follows the mark, as it stands
	 */
	toCode(
		args: MagicArguments<V>,
		body?: string,
		line?: string,
	): string | undefined;
}

/** A magic of which `run`, `check` and `toCode` get values of the types that its arguments say. */
export const defineMagic = <
	const P extends readonly MagicPositional[],
	const O extends readonly MagicOption[],
>(
	magic: Magic<ValuesOf<P, O>> & {
		readonly positionals: P;
		readonly options: O;
	},
): Magic<ValuesOf<P, O>> => magic;
