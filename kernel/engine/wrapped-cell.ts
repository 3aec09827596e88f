import { UsageError } from "../../base/errors.ts";
import { isBlank, type MagicLine, type ParsedCell } from "../../cell/cell.ts";
import { otherSpellings } from "../../cell/parameters.ts";
import type { ParamTree } from "../../experiment/events.ts";
import { headsOf } from "../../experiment/parameters/nested.ts";
import {
	type MagicCall,
	parseMagic,
	spelledMagic,
} from "../../magics/registry.ts";
import { type CellWithCalls, withCalls } from "./magic-calls.ts";

/** A magic that executes the rest of its cell, e.g. `%dd run`. */
export interface WrappingMagic {
	readonly call: MagicCall;
	/** Its line, 1-based. */
	readonly line: number;
	/** Magics in front of it, for set-up. */
	readonly before: readonly MagicLine[];
	/** Magics in what it executes. */
	readonly after: readonly MagicLine[];
}

/**
 * The magic that wraps the rest of a cell; undefined where none does.
 * @throws UsageError where a magic is not written well, or anything but set-up comes before this one
 */
export function wrappingMagic(parsed: ParsedCell): WrappingMagic | undefined {
	const calls = parsed.magics.map(({ text, mark }) => parseMagic(text, mark));
	const position = calls.findIndex(({ wraps }) => wraps);
	const call = calls[position];
	const magic = parsed.magics[position];
	if (!call || !magic) return undefined;
	const after = parsed.magics.slice(position + 1);
	requireFirst(parsed, magic, after);
	const before = parsed.magics.slice(0, position);
	return { call, line: magic.line, before, after };
}

/** What a wrapping magic executes. */
export interface WrappedCode {
	readonly cell: CellWithCalls;
	/** Is there nothing but blank lines and comments? */
	readonly isEmpty: boolean;
	/** The names that are constants around the code. */
	readonly params: readonly string[];
	/** Other spellings of parameters that the code has, each with the parameter's own name. */
	readonly spelled: ReadonlyMap<string, string>;
	/** Is it executed? A task has its own code, and help none. */
	readonly executes: boolean;
}

/** @throws UsageError where a magic in the code is not written well */
export function wrappedCode(
	parsed: ParsedCell,
	{ call: { args }, after }: WrappingMagic,
): WrappedCode {
	const cell = withCalls({ ...parsed, magics: after });
	const given = args === "help" ? [] : headsOf(args.assignments.keys());
	const spelled = otherSpellings(cell.code, given);
	const params = [...given, ...spelled.keys()];
	const isEmpty = isBlank(cell.code);
	const executes = !isEmpty && !params.includes("task") && args !== "help";
	return { cell, isEmpty, params, spelled, executes };
}

/** A wrapping magic takes the whole rest of the cell, so nothing but set-up may come before it. */
function requireFirst(
	{ lines }: ParsedCell,
	first: MagicLine,
	after: readonly MagicLine[],
): void {
	const spelledAt = ({ text, mark }: MagicLine) =>
		spelledMagic(parseMagic(text, mark).magic);
	if (!isBlank(lines.slice(0, first.line - 1).join("\n")))
		throw new UsageError(
			`${spelledAt(first)} in line ${first.line} must be the first line of its cell: it runs all that follows; move the code above it to a cell of its own`,
		);
	const second = after.find(({ text, mark }) => parseMagic(text, mark).wraps);
	if (second)
		throw new UsageError(
			`a cell is one run: ${spelledAt(first)} in line ${first.line} and ${spelledAt(second)} in line ${second.line}; put one in a cell of its own`,
		);
}

/** The values of a run's parameters, under each spelling that the code has. */
export function spelledValues(
	{ spelled }: WrappedCode,
	values: ParamTree,
): ParamTree {
	const all: Record<string, ParamTree[string]> = { ...values };
	for (const [other, name] of spelled) {
		const value = values[name];
		if (value !== undefined) all[other] = value;
	}
	return all;
}
