import { UsageError } from "../base/errors.ts";
import { nearest, suggestion } from "../base/nearest.ts";
import type { MagicMark } from "../cell/cell.ts";
import { asksForHelp, splitName } from "../cell/magic-syntax.ts";
import { foreignMagic } from "../cell/text/foreign.ts";
import { session } from "../experiment/session.ts";
import { taskNotes } from "../training/tasks/find.ts";
import type { ArgumentValues, MagicArguments } from "./argument.ts";
import { argumentsOf, parseArguments } from "./arguments.ts";
import type { Magic, MagicContext } from "./definition.ts";
import { taskPage } from "./task-page.ts";
import { helpPage, type Prefix, spelled } from "./usage.ts";
import { userMagic, userMagics } from "./user.ts";
import { splitWords } from "./words.ts";

const registered = new Map<string, Magic>();

/** Adds magics, in the order of the help. `index.ts` adds the built-in ones. */
export function register(all: readonly Magic[]): void {
	for (const magic of all) registered.set(magic.name, magic);
}

/**
 * A magic that was added, or one that the user defined.
 * @throws Error before any was added: that is a mistake of ours
 */
export function lookUp(name: string): Magic | undefined {
	if (registered.size === 0)
		throw new Error("no magics yet: import magics/index.ts, which adds them");
	return registered.get(name) ?? userMagic(name);
}

const markOf = ({ mark = "%dd" }: Magic) => mark;

/** How the magic is written: its mark, doubled where it cannot do without the rest of the cell. */
const prefixOf = (magic: Magic): Prefix =>
	magic.mark === "%" && magic.wraps && magic.line !== "code"
		? "%%"
		: markOf(magic);

/** The magics with one mark, or all, in the order of the help. */
export const magics = (mark?: Magic["mark"]): Magic[] =>
	[...registered.values(), ...userMagics()].filter(
		(magic) => mark === undefined || markOf(magic) === mark,
	);

/** The magic as one writes it: `%dd run`, `%cd`. */
export const spelledMagic = (magic: Magic): string =>
	spelled(magic.name, prefixOf(magic));

/** What `--help` shows. */
export const pageOf = (magic: Magic): string =>
	helpPage(magic, prefixOf(magic));

/**
 * @param mark what the name was marked with, if anything
 * @throws UsageError with the nearest name, or with the mark that the magic has
 */
export function findMagic(name: string, mark?: MagicMark): Magic {
	const magic = lookUp(name);
	if (!magic) throw unknownMagic(name, mark);
	const same = mark === "%%" ? markOf(magic) === "%" : markOf(magic) === mark;
	// Whoever looks for help should find it.
	if (mark === undefined || same || magic.name === "help") return magic;
	throw new UsageError(
		`there is no magic "${spelled(name, mark)}"; did you mean "${spelledMagic(magic)}"?`,
	);
}

function unknownMagic(name: string, mark: MagicMark = "%dd"): UsageError {
	const list = (all: readonly Magic[]) => all.map(spelledMagic).join(", ");
	if (name === "")
		return new UsageError(
			`%dd needs the name of a magic: ${list(magics("%dd"))}`,
		);
	const advice = mark === "%dd" ? undefined : foreignMagic(name);
	if (advice !== undefined)
		return new UsageError(
			`there is no magic "${spelled(name, mark)}"; ${advice}`,
		);
	const best = lookUp(
		nearest(
			name,
			magics().map((one) => one.name),
		) ?? "",
	);
	return new UsageError(
		`there is no magic "${spelled(name, mark)}"; ${
			best
				? `did you mean "${spelledMagic(best)}"?`
				: `there is: ${list(magics())}`
		}`,
	);
}

/** The page that `%help` prints. */
/** A magic with its arguments, ready to run. */
export interface MagicCall<V = ArgumentValues> {
	readonly magic: Magic<V>;
	readonly args: MagicArguments<V> | "help";
	/** Whose page is asked for, where a line with `--help` names a task. */
	readonly task?: string;
	/** Does it take the rest of the cell? */
	readonly wraps: boolean;
}

/** What a magic takes as text or code, as it stands; empty where it takes arguments. */
export function lineOf({ magic, args }: MagicCall): string {
	const [only] = magic.positionals;
	const value =
		only && magic.line !== undefined && args !== "help"
			? args.values[only.name]
			: undefined;
	return typeof value === "string" ? value : "";
}

/** Reads what follows the mark. @throws UsageError */
export function parseMagic(text: string, mark: MagicMark = "%dd"): MagicCall {
	const [first, rest] = mark === "!" ? ["!", text] : splitName(text);
	// Who writes TypeScript ends lines with semicolons.
	const name = first.replace(/;$/, "");
	const magic = findMagic(name === "--help" ? "help" : name, mark);
	const wraps = mark === "%dd" ? magic.wraps !== false : mark === "%%";
	const args = readArguments(magic, rest, wraps);
	if (args === "help") {
		const task = magic.assignments ? /(?:^|\s)task=(\S+)/.exec(rest) : null;
		return { magic, args, wraps, ...(task?.[1] ? { task: task[1] } : {}) };
	}
	checkMark(magic, mark);
	magic.check?.(args);
	return { magic, args, wraps };
}

function readArguments(
	magic: Magic,
	rest: string,
	wraps: boolean,
): MagicArguments | "help" {
	const { line = "arguments" } = magic;
	if (line === "arguments" || (line === "code" && wraps) || asksForHelp(rest))
		return parseArguments(
			line === "code" ? { ...magic, positionals: [] } : magic,
			splitWords(rest.replace(/(?<![\s;])[\s;]+$/, "")),
			prefixOf(magic),
		);
	if (rest === "" && magic.positionals[0]?.required)
		return parseArguments(magic, [], prefixOf(magic));
	return argumentsOf(magic, rest === "" ? [] : [rest]);
}

function checkMark(magic: Magic, mark: MagicMark): void {
	const { name } = magic;
	if (mark === "%%" && !magic.wraps)
		throw new UsageError(
			`${spelledMagic(magic)} does not take the rest of the cell: write %${name}`,
		);
	if (mark === "%" && prefixOf(magic) === "%%")
		throw new UsageError(
			`%%${name} takes the rest of the cell: write %%${name} on its first line`,
		);
}

export async function runMagicCall(
	{ magic, args, task }: MagicCall,
	context: MagicContext,
): Promise<unknown> {
	if (args === "help") {
		const page = task === undefined ? pageOf(magic) : taskPage(task);
		if (page !== undefined) return context.print(page);
		throw new UsageError(
			`there is no task "${task}"${suggestion(
				task ?? "",
				taskNotes().map(({ name }) => name),
			)}`,
		);
	}
	if (magic.ofRecords && session().replay) return;
	return magic.run(args, context);
}
