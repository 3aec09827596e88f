import { UsageError } from "../base/errors.ts";
import { nearest, suggestion } from "../base/nearest.ts";
import { inTwoColumns } from "../base/text-width.ts";
import type { MagicMark } from "../cell/cell.ts";
import { asksForHelp, splitName } from "../cell/magic-syntax.ts";
import { foreignMagic } from "../cell/text/foreign.ts";
import { session } from "../experiment/session.ts";
import { taskNotes } from "../training/tasks/find.ts";
import type { ArgumentValues, MagicArguments } from "./arguments/argument.ts";
import { argumentsOf, parseArguments } from "./arguments/arguments.ts";
import { helpPage, type Prefix, spelled, usage } from "./arguments/usage.ts";
import { splitWords } from "./arguments/words.ts";
import { cdMagic } from "./built-in/cd.ts";
import { checklistMagic } from "./built-in/checklist.ts";
import { compareMagic } from "./built-in/compare.ts";
import { envMagic } from "./built-in/env.ts";
import { exportMagic } from "./built-in/export.ts";
import { loadMagic } from "./built-in/load.ts";
import { multirunMagic } from "./built-in/multirun.ts";
import { npmMagic } from "./built-in/npm.ts";
import { resetMagic } from "./built-in/reset.ts";
import { runMagic } from "./built-in/run.ts";
import { seedMagic } from "./built-in/seed.ts";
import { shellMagic } from "./built-in/shell.ts";
import { timeMagic } from "./built-in/time.ts";
import { typesMagic } from "./built-in/types.ts";
import { verifyDataMagic } from "./built-in/verify-data.ts";
import { whoMagic } from "./built-in/who.ts";
import { writefileMagic } from "./built-in/writefile.ts";
import { defineMagic, type Magic, type MagicContext } from "./definition.ts";
import { definitionLines, taskPage } from "./task-page.ts";
import { userMagic, userMagics } from "./user.ts";

const helpMagic = defineMagic({
	name: "help",
	mark: "%",
	summary: "Lists the magics.",
	positionals: [
		{
			name: "name",
			placeholder: "NAME",
			description: "Show the page of this magic or task.",
		},
	],
	options: [],
	wraps: false,
	examples: ["%help", "%help run"],
	async run({ values: { name } }, { print }) {
		if (name === undefined) return print(overview());
		const task = lookUp(name) ? undefined : taskPage(name);
		print(task ?? pageOf(findMagic(name)));
	},
	toCode: () => undefined,
});

const registry: ReadonlyMap<string, Magic> = new Map(
	[
		seedMagic,
		verifyDataMagic,
		runMagic,
		multirunMagic,
		compareMagic,
		checklistMagic,
		exportMagic,
		typesMagic,
		npmMagic,
		cdMagic,
		envMagic,
		timeMagic,
		whoMagic,
		resetMagic,
		loadMagic,
		writefileMagic,
		shellMagic,
		helpMagic,
	].map((magic: Magic) => [magic.name, magic]),
);

/** A built-in magic, or one that the user defined. */
const lookUp = (name: string): Magic | undefined =>
	registry.get(name) ?? userMagic(name);

const markOf = ({ mark = "%dd" }: Magic) => mark;

/**
 * The mark in front of the name. It is doubled for a magic that always takes
 * the rest of the cell.
 */
const prefixOf = (magic: Magic): Prefix =>
	magic.mark === "%" && magic.wraps && magic.line !== "code"
		? "%%"
		: markOf(magic);

/** The magics with one mark, or all, in the order of the help. */
export const magics = (mark?: Magic["mark"]): Magic[] =>
	[...registry.values(), ...userMagics()].filter(
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
	// Help is found under any mark.
	if (mark === undefined || same || magic === helpMagic) return magic;
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
function overview(): string {
	const rows = magics().map(
		(magic) =>
			[
				magic.mark === "!" ? usage(magic, "!") : spelledMagic(magic),
				magic.summary,
			] as const,
	);
	return [
		...inTwoColumns(rows, ""),
		...definitionLines(),
		"",
		"%help NAME, or --help after a magic's name, shows its arguments.",
	].join("\n");
}

/** A magic with its arguments, ready to run. */
export interface MagicCall<V = ArgumentValues> {
	readonly magic: Magic<V>;
	readonly args: MagicArguments<V> | "help";
	/** The task whose page is shown, if a line with `--help` names one. */
	readonly task?: string;
	/** Does it take the rest of the cell? */
	readonly wraps: boolean;
}

/**
 * What a magic takes as text or code, unchanged; empty if it takes arguments.
 */
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
	// People used to TypeScript end a line with a semicolon.
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
	const { replay, worker } = session();
	if (magic.ofRecords && (replay || worker)) return;
	return magic.run(args, context);
}
