import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { taskNote, taskNotes } from "../training/tasks/find.ts";
import type { Magic } from "./definition.ts";
import { findMagic, magics, pageOf, spelledMagic } from "./index.ts";

interface Completion {
	readonly matches: string[];
	readonly start: number;
	readonly end: number;
	readonly types: string[];
}

/** A magic line up to the cursor. */
interface TypedLine {
	/** What names the magic, as typed: `%dd`, `%dd ru`, `%cd`. */
	readonly called: string;
	/** The words after the name, the last of them perhaps empty; none while the name is typed. */
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

/** Completes magics, their options, tasks, parameters and paths; undefined outside of a magic line. */
export async function completeMagic(
	code: string,
	cursor: number,
	cwd: string,
): Promise<Completion | undefined> {
	const line = typedLine(code, cursor);
	if (!line) return undefined;
	const { called, words, magic } = line;
	const reply = (
		candidates: readonly string[],
		type: string,
		last = words.at(-1) ?? "",
	): Completion => {
		const matches = candidates.filter((one) => one.startsWith(last)).sort();
		return {
			matches,
			start: cursor - last.length,
			end: cursor,
			types: matches.map(() => type),
		};
	};
	if (words.length === 0)
		return /\s/.test(called)
			? reply(ddNames(), "magic", called.replace(/^.*\s/, ""))
			: reply(marked(called), "magic", called);
	if (!magic) return reply([], "magic");
	// What comes next is code.
	if (magic.line === "code" && !magic.wraps) return undefined;
	const last = words.at(-1) ?? "";
	if (last.startsWith("-"))
		return reply(
			[...magic.options.map((option) => `--${option.name}`), "--help"],
			"option",
		);
	// What wraps a cell has parameters, and tasks that declare some.
	if (!magic.assignments || !magic.wraps) {
		const candidates = magic.complete?.(words, cwd);
		if (candidates) return reply(candidates, "value");
		const before = words.slice(0, -1).filter((word) => !word.startsWith("-"));
		const positional =
			magic.positionals[before.length] ??
			magic.positionals.findLast(({ multiple }) => multiple);
		return positional?.path
			? reply(paths(last, cwd), "path")
			: reply(positional?.choices ?? [], "value");
	}
	if (words.at(-2) === "--data") return reply(paths(last, cwd), "path");
	if (last.startsWith("task="))
		return reply(
			taskNotes().map(({ name }) => `task=${name}`),
			"task",
		);
	const task = taskNote(
		words.find((word) => word.startsWith("task="))?.slice(5) ?? "",
	);
	const parameter = /^(\w+)=/.exec(last)?.[1];
	if (task && parameter)
		return reply(
			(task.fields[parameter]?.choices ?? []).map(
				(choice) => `${parameter}=${choice}`,
			),
			"value",
		);
	return reply(
		["task=", ...Object.keys(task?.fields ?? {}).map((key) => `${key}=`)],
		"parameter",
	);
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
