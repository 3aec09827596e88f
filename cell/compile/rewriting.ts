import MagicString from "magic-string";
import { analyseScope, type CellScope } from "../scope.ts";
import type { Program } from "../tree.ts";
import type { EmitOptions } from "./emit-options.ts";
import { type Extensions, extensionsIn } from "./extensions.ts";
import type { Grammar } from "./grammar.ts";

/** A cell on its way to a script: what is known of it, and the edits so far. */
export interface Rewriting {
	readonly source: string;
	readonly program: Program;
	readonly scope: CellScope;
	readonly emit: EmitOptions;
	readonly extensions: Extensions;
	/** The cell's text, which the steps of the compiler edit. */
	readonly text: MagicString;
}

export const beginRewriting = (
	source: string,
	{ program, emit }: Grammar,
): Rewriting => ({
	source,
	program,
	scope: analyseScope(program),
	emit,
	extensions: extensionsIn(source, program, emit),
	text: new MagicString(source),
});
