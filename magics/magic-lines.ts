import { UsageError } from "../base/errors.ts";
import { nameOf, parseCell } from "../cell/cell.ts";
import { isMagicName } from "../cell/magic-syntax.ts";
import { otherSpellings } from "../cell/parameters.ts";
import { type Tree, treeOf } from "../experiment/parameters/nested.ts";
import { readUntyped } from "../experiment/parameters/overrides/read.ts";
import {
	type Assignment,
	splitAssignment,
} from "../experiment/parameters/params.ts";
import { splitWords } from "./arguments/words.ts";
import { parseMagic } from "./registry.ts";
import { isTypePolicy, type TypePolicy } from "./type-policy.ts";

/**
 * The code with its magic lines replaced by spaces, so every offset stays the
 * same.
 * @param isName did an earlier cell declare this name? Then a line such as
 * `!done` is code
 */
export function blankMagics(
	code: string,
	isName?: (name: string) => boolean,
): string {
	return parseCell(code, isName && { isName }).lines.join("\n");
}

/**
 * Are all magics of the cell valid? If one is not, nothing of the cell is run.
 */
export function canMagicsRun(code: string): boolean {
	// Cells that have none are not parsed.
	if (!/^[ \t]*[%!]/m.test(code)) return true;
	try {
		for (const { text, mark } of parseCell(code).magics) parseMagic(text, mark);
		return true;
	} catch (error) {
		if (error instanceof UsageError) return false;
		throw error;
	}
}

const RUN = /^(?:run|multirun)\b/;

/** The words of the `%dd run …` or `%dd multirun …` line that wraps the rest of the cell. */
function runWords(code: string): readonly string[] | undefined {
	const line = parseCell(code).magics.find(
		({ mark, text }) => mark === "%dd" && RUN.test(text),
	);
	return line && wordsOf(line.text);
}

function wordsOf(text: string): readonly string[] {
	try {
		return splitWords(text);
	} catch {
		// A quote still open, in a line that is being typed.
		return [];
	}
}

/** The lines that a magic of the cell takes as its code or text; undefined where none takes any. */
export function wrappedRest(code: string): string | undefined {
	const parsed = parseCell(code);
	const wrapper = parsed.magics.find(({ mark, text }) =>
		mark === "%%"
			? isMagicName(nameOf(text)) && !ASKS_FOR_HELP.test(text)
			: mark === "%dd" && RUN.test(text) && !standsAlone(wordsOf(text)),
	);
	return wrapper && parsed.source.split("\n").slice(wrapper.line).join("\n");
}

const ASKS_FOR_HELP = /\s(--help|-h)[\s;]*$/;

/** A run of a task has no code of its own. */
const standsAlone = (words: readonly string[]) =>
	words.some((word) => word.startsWith("task=") || word === "--help");

/** What the last `%types POLICY` line of the cell sets, if it has one. */
export function typePolicyIn(code: string): TypePolicy | undefined {
	// Cells that have none are not parsed.
	if (!code.includes("%types")) return undefined;
	return parseCell(code)
		.magics.filter(({ mark }) => mark === "%")
		.map(({ text }) => /^types\s+(\w+)[\s;]*$/.exec(text)?.[1] ?? "")
		.findLast(isTypePolicy);
}

/**
 * Types of the constants that `%dd run lr=0.1 epochs=20` gives to its cell, by
 * name. A grid (`lr=0.1,0.2`) has the type of its first value, a group
 * (`optim.lr=0.1`) that of an object.
 */
export function runParameters(code: string): ReadonlyMap<string, string> {
	const assignments = (runWords(code) ?? []).flatMap((word) => {
		const assignment = splitAssignment(word);
		return assignment && assignment.key !== "task" ? [assignment] : [];
	});
	const tree = treeOf(
		assignments.map((assignment) => [assignment.key, typeOf(assignment)]),
	);
	const types = new Map(
		Object.entries(tree).map(([name, type]) => [name, asType(type)]),
	);
	for (const [other, name] of otherSpellings(code, [...types.keys()]))
		types.set(other, types.get(name) ?? "unknown");
	return types;
}

/** The type of a parameter's first value. A line that is being typed may have none yet. */
function typeOf({ key, value: text }: Assignment): string {
	try {
		const [first] = readUntyped(key, text, { lists: true, ofTask: false });
		if (typeof first !== "object") return typeof first;
		const [item] = first;
		return `readonly ${item === undefined ? "never" : typeof item}[]`;
	} catch (error) {
		if (error instanceof UsageError) return "unknown";
		throw error;
	}
}

const asType = (type: string | Tree<string>): string =>
	typeof type === "string"
		? type
		: `{ ${Object.entries(type)
				.map(([name, inner]) => `readonly ${name}: ${asType(inner)};`)
				.join(" ")} }`;
