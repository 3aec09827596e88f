/** What can be said of names where no compiler answers: what the parser and this Node know. */

import { TYPE, VALUE } from "../../cell/scope.ts";
import type { InspectReply } from "../protocol/requests.ts";
import type { Notebook } from "./cell-files.ts";
import { CELL_GLOBALS } from "./compiler/prelude.ts";
import {
	type CompletionPlace,
	type Completions,
	noCompletions,
} from "./completion.ts";
import type { Declaration } from "./declarations.ts";

type Known = Pick<Notebook, "visibleIn" | "declarationOf">;

/** Jupyter's word for what a declaration declares, as far as its syntax tells. */
function kindOf({ meanings }: Declaration): string {
	if (!(meanings & VALUE)) return "interface";
	return meanings & TYPE ? "class" : "variable";
}

function globalKind(name: string): string {
	const property = Object.getOwnPropertyDescriptor(globalThis, name);
	if (typeof property?.value !== "function") return "variable";
	return /^[A-Z]/.test(name) ? "class" : "function";
}

type Entry = readonly [name: string, kind: string];

const byName = ([left]: Entry, [right]: Entry) => (left < right ? -1 : 1);

/** Globals whose names a cell can write. */
function* globals(): Generator<Entry> {
	for (const name of Object.getOwnPropertyNames(globalThis))
		if (/^[\p{ID_Start}$][\p{ID_Continue}$]*$/u.test(name))
			yield [name, globalKind(name)];
	for (const name of CELL_GLOBALS) yield [name, "variable"];
}

/**
 * The names that continue the prefix: those that cells declare, then globals.
 * Nothing for a member, which is left to those who know the value, or in a text,
 * which is left to those who know files.
 */
export function untypedCompletions(
	code: string,
	cursor: number,
	{ start, prefix, member, inText }: CompletionPlace,
	cells: Known,
): Completions {
	if (member || inText) return noCompletions(cursor);
	const declared = cells.visibleIn(code);
	const fits = ([name]: Entry) => name.startsWith(prefix);
	const entries = [
		...[...declared]
			.map(([name, one]): Entry => [name, kindOf(one)])
			.filter(fits)
			.sort(byName),
		...[...globals()]
			.filter((entry) => fits(entry) && !declared.has(entry[0]))
			.sort(byName),
	];
	return {
		matches: entries.map(([name]) => name),
		start,
		end: start + prefix.length,
		types: entries.map(([, kind]) => kind),
		signatures: entries.map(() => ""),
		documentation: entries.map(() => ""),
	};
}

const textOfComment = (comment: string): string =>
	comment
		.replace(/^\/\*\*|\*\/$/g, "")
		.replace(/^[ \t]*\*[ \t]?/gm, "")
		.trim();

/** A name to explain, which begins at `start` of the code. */
interface Asked {
	readonly code: string;
	readonly start: number;
	readonly name: string;
	/** Why there is no compiler. */
	readonly reason: string;
}

/** The declaration of the name as it is written, its comment, and why there is no more. */
export function untypedInspection(
	{ code, start, name, reason }: Asked,
	cells: Known,
): InspectReply {
	const isMember = /\.\s*$/.test(code.slice(0, start));
	const declared = isMember ? undefined : cells.declarationOf(name, code);
	const parts = declared
		? [
				declared.text,
				declared.doc === undefined ? "" : textOfComment(declared.doc),
			]
		: [];
	const text = [...parts, reason].filter((part) => part !== "").join("\n\n");
	return { found: true, data: { "text/plain": text } };
}
