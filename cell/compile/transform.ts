import { isValue } from "../scope.ts";
import { type CellUsage, usageOf } from "../usage-of-state.ts";
import { guardAwaits } from "./awaits.ts";
import { type EmitOptions, plainEmit } from "./emit-options.ts";
import type { GeneratedCode } from "./generate.ts";
import { parseCell } from "./grammar.ts";
import { answerImportMeta } from "./import-meta.ts";
import { awaitsModules } from "./imports.ts";
import { ANY_NAME, assignedInFunctions, copyLoopVariables } from "./loops.ts";
import { callPowers, mayHavePowers } from "./powers.ts";
import { beginRewriting, type Rewriting } from "./rewriting.ts";
import { asScript } from "./script.ts";
import { rewriteStatements } from "./statements.ts";
import { locate } from "./syntax.ts";

/** Its code is awaitable when `async`; the last expression is left in `RUNTIME.result`. */
export interface TransformedCell extends GeneratedCode {
	/** Names the cell declares, parameters not included, with the line (1-based) of each. */
	readonly names: ReadonlyMap<string, number>;
	/** Names that functions of the cell assign; `ANY_NAME` for those that make code of text. */
	readonly assignedInFunctions: ReadonlySet<string>;
	readonly usage: CellUsage;
	readonly async: boolean;
}

export interface TransformOptions {
	/** Constants of the cell, given by `%dd run`. */
	readonly params?: readonly string[];
	/**
	 * Is this one of the globals that cells hide, or would the cell be the first
	 * to? Its value lies in `RUNTIME.hiding`: a `let` would hide it from every
	 * library too.
	 */
	readonly hides?: (name: string, declared: boolean) => boolean;
	/** Is this a variable that an earlier cell has declared? */
	readonly isDeclared?: (name: string) => boolean;
	/** Does a function of an earlier cell assign this variable? */
	readonly isAssignedInFunctions?: (name: string) => boolean;
	/** What the tsconfig says of JSX, decorators and fields. */
	readonly emit?: EmitOptions;
}

/**
 * Turns a cell of TypeScript into a script for the engine's one context.
 * "Declare once": every top-level name is declared by the engine as `let`, a
 * single time; in the cell a declaration becomes an assignment. So any name can
 * be declared again as any kind, a failed cell leaves earlier values alone, and
 * variables keep plain V8 speed.
 * @throws CellSyntaxError when the cell does not parse
 */
export function transformCell(
	source: string,
	{
		params = [],
		hides = () => false,
		isDeclared = () => false,
		isAssignedInFunctions = () => false,
		emit = plainEmit,
	}: TransformOptions = {},
): TransformedCell {
	const rewriting = beginRewriting(source, parseCell(source, emit));
	const { program, scope, text, extensions } = rewriting;
	if (mayHavePowers(source)) callPowers(text, program);
	rewriteStatements(rewriting);
	const ownAssigned = assignedInFunctions(scope);
	copyLoopVariables(text, program, scope, {
		isVariable: (name) =>
			(scope.values.has(name) && !hides(name, true)) ||
			(isDeclared(name) && !params.includes(name)),
		isAssignedInFunctions: (name) =>
			ownAssigned.has(name) ||
			ownAssigned.has(ANY_NAME) ||
			isAssignedInFunctions(name),
	});
	answerImportMeta(text, program);
	const waits = guardAwaits(text, program);
	const async = waits || awaitsModules(program) || extensions.imports;
	return {
		...asScript(rewriting, {
			params,
			async,
			hiding: mentions(rewriting, hides),
		}),
		async,
		names: linesOf(rewriting),
		assignedInFunctions: ownAssigned,
		usage: usageOf(scope, params),
	};
}

const linesOf = ({ source, scope: { values } }: Rewriting) =>
	new Map(
		[...values].map(([name, { node }]) => [
			name,
			locate(source, node.start).line,
		]),
	);

/** Does the cell declare or use a name of which `hides` is true? */
function mentions(
	{ scope: { values, shared } }: Rewriting,
	hides: Required<TransformOptions>["hides"],
): boolean {
	const names = [
		...values.keys(),
		...shared.filter(isValue).map(({ name }) => name),
	];
	return [...new Set(names)].some((name) => hides(name, values.has(name)));
}
