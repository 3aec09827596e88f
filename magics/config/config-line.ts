import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { parseCell } from "../../cell/cell.ts";
import { splitAssignment } from "../../experiment/parameters/params.ts";
import {
	type MultirunConfig,
	readMultirunConfig,
} from "../../experiment/sweep/config-file.ts";
import { parseArguments } from "../arguments/arguments.ts";
import {
	MULTIRUN_OPTIONS,
	type MultirunArguments,
	RUN_ASSIGNMENTS,
	RUN_POSITIONALS,
} from "../arguments/run-arguments.ts";
import { splitWords } from "../arguments/words.ts";

const LINE = /^(\s*%{1,2}dd\s+multirun)(\s[^\n\r]*)(\r?)$/;

/** Behind the path of a file that the line has taken its values from. */
const STAMP = "#sha256:";

/** Does the line have the values of its file, so that it is never read again? */
export const isTaken = (config: string): boolean => config.includes(STAMP);

/**
 * A cell whose `%dd multirun --config FILE` has what the file says, so that this is
 * what is executed, typed, recorded, exported and replayed, whatever becomes of
 * the file. What the line says itself stays. A file that cannot be read is left for the magic to refuse.
 * @param folder where the cell is executed
 */
export function withConfigs(source: string, folder: string): string {
	if (!source.includes("--config")) return source;
	const lines = source.split("\n");
	for (const { mark, line } of parseCell(source).magics) {
		const text = lines[line - 1] ?? "";
		const [, head, rest, end = ""] = LINE.exec(text) ?? [];
		if (mark !== "%dd" || head === undefined || rest === undefined) continue;
		try {
			lines[line - 1] = head + takenLine(rest, folder) + end;
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
		}
	}
	return lines.join("\n");
}

/**
 * What is said in the place of a line's `--config FILE`.
 * @throws UsageError for a file that cannot be read, or says what no multirun takes
 */
export function takenLine(rest: string, folder: string): string {
	const words = splitWords(rest.replace(/(?<![\s;])[\s;]+$/, ""));
	const args = parseArguments(SPEC, words, "%dd") as MultirunArguments | "help";
	if (args === "help") return rest;
	const { config } = args.values;
	if (config === undefined || isTaken(config)) return rest;
	const said = readMultirunConfig(resolve(folder, config), config);
	return ` ${[...fromFile(said, args), ...ofLine(words, said, args), "--config", `${config}${STAMP}${said.digest}`].map(asWord).join(" ")}`;
}

const SPEC = {
	name: "multirun",
	summary: "",
	positionals: RUN_POSITIONALS,
	options: MULTIRUN_OPTIONS,
	assignments: RUN_ASSIGNMENTS,
	examples: [],
};

/**
 * What the file says and the line does not; parameters of both where the file has them, with the line's values.
 * The name comes first, whoever says it: behind a parameter it is refused.
 */
function fromFile(
	{ name, task, n, vary, fail, params }: MultirunConfig,
	{ values, assignments }: MultirunArguments,
): string[] {
	const own = values.name ?? name;
	return [
		...(own === undefined ? [] : [own]),
		...(task === undefined || assignments.has("task") ? [] : [`task=${task}`]),
		...Object.entries(params).map(
			([key, text]) => `${key}=${assignments.get(key) ?? text}`,
		),
		...(n === undefined || values.n !== undefined ? [] : ["-n", String(n)]),
		...(vary === undefined || values.vary !== undefined
			? []
			: ["--vary", vary.join(",")]),
		...(fail === undefined || values.fail !== undefined
			? []
			: ["--fail", fail]),
	];
}

/** The line's own words, without its name, parameters that the file has and the file's name. */
function ofLine(
	words: readonly string[],
	{ params }: MultirunConfig,
	{ values }: MultirunArguments,
): string[] {
	const kept: string[] = [];
	for (let i = 0; i < words.length; i++) {
		const word = words[i] as string;
		const value = takesValue(word) ? words[++i] : undefined;
		if (value !== undefined) {
			// The value of `-p lr=0.3` is no parameter that the line declares.
			if (word !== "--config") kept.push(word, value);
		} else if (
			word !== values.name &&
			!word.startsWith("--config=") &&
			!Object.hasOwn(params, splitAssignment(word)?.key ?? "")
		)
			kept.push(word);
	}
	return kept;
}

/** Is the next word the value of this one? */
const takesValue = (word: string) =>
	MULTIRUN_OPTIONS.some(
		(option) =>
			option.type !== "flag" &&
			(word === `--${option.name}` ||
				("short" in option && word === `-${option.short}`)),
	);

/** With quotes around it where a line would split it, or look for the end of a quote. */
function asWord(word: string): string {
	if (isOneWord(word)) return word;
	return word.includes('"') ? `'${word}'` : `"${word}"`;
}

function isOneWord(word: string): boolean {
	try {
		const [only, ...more] = splitWords(word);
		return only === word && more.length === 0;
	} catch (error) {
		if (error instanceof UsageError) return false;
		throw error;
	}
}
