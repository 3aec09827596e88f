import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { nesting } from "../cell/text/brackets.ts";
import { choicesOf, isPathText } from "../experiment/parameters/field.ts";
import { LISTING_NAMES } from "../experiment/parameters/overrides/values.ts";
import { taskNote, taskNotes } from "../training/tasks/find.ts";
import type { Magic } from "./definition.ts";
import { findMagic, magics, pageOf, spelledMagic } from "./registry.ts";

interface Completion {
	readonly matches: string[];
	readonly start: number;
	readonly end: number;
	readonly types: string[];
}

/** A magic line up to the cursor. */
interface TypedLine {
	/** The name of the magic as typed so far: `%dd`, `%dd ru`, `%cd`. */
	readonly called: string;
	/**
	 * The words after the name; the last one may be empty. None while the name is
	 * being typed.
	 */
	readonly words: readonly string[];
	/** The magic, if there is one of this name. */
	readonly magic: Magic | undefined;
}

const LINE =
	/^[ \t]*(?<called>(?<dd>%{1,2}dd)[ \t]+(?<name>[^\s]*)|%{1,2}(?<own>[A-Za-z][^\s]*)?)(?<rest>[ \t].*)?$/s;

/** The magic line that the cursor is in. */
function typedLine(code: string, cursor: number): TypedLine | undefined {
	const start = code.lastIndexOf("\n", cursor - 1) + 1;
	const found = LINE.exec(code.slice(start, cursor))?.groups;
	if (!found) return undefined;
	const { called = "", dd, name, own, rest } = found;
	return {
		called,
		words: rest?.trimStart().split(/\s+/) ?? [],
		magic: dd ? known(name, "%dd") : known(own, "%"),
	};
}

function known(name = "", mark: "%dd" | "%"): Magic | undefined {
	try {
		return findMagic(name, mark);
	} catch {
		return undefined;
	}
}

/**
 * What can be completed at the cursor, and the type that the front end shows
 * for it.
 */
interface Candidates {
	readonly type: string;
	readonly texts: readonly string[];
	/** The text that they replace, if it is not the last word. */
	readonly typed?: string;
}

/** Completes magics, their options, tasks, parameters and paths; undefined outside of a magic line. */
export async function completeMagic(
	code: string,
	cursor: number,
	cwd: string,
): Promise<Completion | undefined> {
	const line = typedLine(code, cursor);
	const candidates = line && candidatesIn(line, cwd);
	if (!candidates) return undefined;
	const { type, texts, typed = line.words.at(-1) ?? "" } = candidates;
	const matches = texts.filter((one) => one.startsWith(typed)).sort();
	return {
		matches,
		start: cursor - typed.length,
		end: cursor,
		types: matches.map(() => type),
	};
}

function candidatesIn(
	{ called, words, magic }: TypedLine,
	cwd: string,
): Candidates | undefined {
	if (words.length === 0)
		return /\s/.test(called)
			? { type: "magic", texts: ddNames(), typed: called.replace(/^.*\s/, "") }
			: { type: "magic", texts: marked(called), typed: called };
	if (!magic) return { type: "magic", texts: [] };
	// Code follows, and TypeScript completes it.
	if (magic.line === "code" && !magic.wraps) return undefined;
	return (
		ofOption(magic, words, cwd) ??
		// A magic that wraps a cell has parameters, and its tasks declare some.
		(magic.assignments && magic.wraps
			? ofParameter(magic, words, cwd)
			: ofPositional(magic, words, cwd))
	);
}

/** A path, one of the choices, or the last value of a list. */
function ofValue(
	{
		path,
		among,
		choices = [],
	}: {
		path?: boolean;
		among?: readonly string[];
		choices?: readonly string[];
	},
	typed: string,
	cwd: string,
): Candidates {
	if (path) return { type: "path", texts: paths(typed, cwd) };
	if (!among) return { type: "value", texts: choices };
	const before = typed.slice(0, typed.lastIndexOf(",") + 1);
	const listed = before.split(",");
	return {
		type: "value",
		texts: among
			.filter((one) => !listed.includes(one))
			.map((one) => before + one),
	};
}

/** An option's name; after one that takes a value, the value. */
function ofOption(
	{ options }: Magic,
	words: readonly string[],
	cwd: string,
): Candidates | undefined {
	const last = words.at(-1) ?? "";
	if (last.startsWith("-")) {
		const names = options.map((option) => `--${option.name}`);
		return { type: "option", texts: [...names, "--help"] };
	}
	const before = words.at(-2) ?? "";
	const option = options.find(
		({ name, short, type }) =>
			type !== "flag" && [`--${name}`, `-${short}`].includes(before),
	);
	return option && ofValue(option, last, cwd);
}

function ofPositional(
	magic: Magic,
	words: readonly string[],
	cwd: string,
): Candidates {
	const texts = magic.complete?.(words, cwd);
	if (texts) return { type: "value", texts };
	const before = words.slice(0, -1).filter((word) => !word.startsWith("-"));
	const positional =
		magic.positionals[before.length] ??
		magic.positionals.findLast(({ multiple }) => multiple);
	return ofValue(positional ?? {}, words.at(-1) ?? "", cwd);
}

/** A task, one of its parameters, or what its schema says of a value; in a multirun, functions too. */
function ofParameter(
	magic: Magic,
	words: readonly string[],
	cwd: string,
): Candidates {
	const last = words.at(-1) ?? "";
	if (last.startsWith("task="))
		return {
			type: "task",
			texts: taskNotes().map(({ name }) => `task=${name}`),
		};
	const named = words.find((word) => word.startsWith("task="))?.slice(5);
	const fields = taskNote(named ?? "")?.fields ?? {};
	const [, key, typed = ""] =
		/^([\p{ID_Start}_$][\p{ID_Continue}.$]*)=(.*)$/su.exec(last) ?? [];
	const field =
		key !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined;
	// A list has values, and no choices.
	const inList = nesting(typed).open.some((at) => typed[at] === "[");
	const functions =
		magic.name === "multirun" && key !== undefined && !inList
			? LISTING_NAMES.map((name) => `${name}(`)
			: [];
	if (!field && functions.length === 0)
		return {
			type: "parameter",
			texts: ["task", ...Object.keys(fields)].map((name) => `${name}=`),
		};
	// Of a list, the last value is being typed.
	const [before = ""] =
		/^.*[,([]\s*/s.exec(field?.type === "path" ? "" : typed) ?? [];
	const value = typed.slice(before.length);
	const { type, texts } = ofValue(
		{
			path:
				field?.type === "path" || (field?.orPath === true && isPathText(value)),
			choices: [...(field ? choicesOf(field) : []), ...functions],
		},
		value,
		cwd,
	);
	return { type, texts: texts.map((text) => `${key}=${before}${text}`) };
}

/** What can be written after `%dd`. */
const ddNames = () => [...magics("%dd").map(({ name }) => name), "help"];

/** Whole names with the mark that was typed. */
function marked(called: string): string[] {
	const mark = called.startsWith("%%") ? "%%" : "%";
	return [
		`${mark}dd`,
		...magics("%")
			.filter((magic) =>
				mark === "%%"
					? magic.wraps !== false
					: !spelledMagic(magic).startsWith("%%"),
			)
			.map(({ name }) => mark + name),
		...(mark === "%"
			? magics("%")
					.map(spelledMagic)
					.filter((name) => name.startsWith("%%"))
			: []),
	];
}

function paths(prefix: string, cwd: string): string[] {
	const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
	try {
		return readdirSync(resolve(cwd, folder), { withFileTypes: true }).map(
			(entry) => folder + entry.name + (entry.isDirectory() ? "/" : ""),
		);
	} catch {
		return [];
	}
}

/** The help page of the magic that the cursor is in; undefined outside of a magic line. */
export function inspectMagic(
	code: string,
	cursor: number,
): { found: boolean; data: Record<string, string> } | undefined {
	const end = code.indexOf("\n", cursor);
	const line = typedLine(code, end < 0 ? code.length : end);
	if (!line) return undefined;
	return line.magic
		? { found: true, data: { "text/plain": pageOf(line.magic) } }
		: { found: false, data: {} };
}
