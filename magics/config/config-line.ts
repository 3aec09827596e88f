import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { parseCell } from "../../cell/cell.ts";
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

const LINE = /^(\s*%{1,2}dd\s+multirun)(\s[^\n\r]*)$/;

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
		const [, head, rest] = LINE.exec(text) ?? [];
		if (mark !== "%dd" || head === undefined || rest === undefined) continue;
		try {
			lines[line - 1] = head + takenLine(rest, folder);
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
	return ` ${[...fromFile(said, args), ...ofLine(words, said), "--config", `${config}${STAMP}${said.digest}`].map(asWord).join(" ")}`;
}

const SPEC = {
	name: "multirun",
	summary: "",
	positionals: RUN_POSITIONALS,
	options: MULTIRUN_OPTIONS,
	assignments: RUN_ASSIGNMENTS,
	examples: [],
};

/** What the file says and the line does not; parameters of both where the file has them, with the line's values. */
function fromFile(
	{ name, task, n, fail, params }: MultirunConfig,
	{ values, assignments }: MultirunArguments,
): string[] {
	return [
		...(name === undefined || values.name !== undefined ? [] : [name]),
		...(task === undefined || assignments.has("task") ? [] : [`task=${task}`]),
		...Object.entries(params).map(
			([key, text]) => `${key}=${assignments.get(key) ?? text}`,
		),
		...(n === undefined || values.n !== undefined ? [] : ["-n", String(n)]),
		...(fail === undefined || values.fail !== undefined
			? []
			: ["--fail", fail]),
	];
}

/** The line's own words, without parameters that the file has and the file's name. */
const ofLine = (words: readonly string[], { params }: MultirunConfig) =>
	words.filter((word, i) => {
		const key = word.slice(0, Math.max(0, word.indexOf("="))).normalize("NFC");
		return (
			!Object.hasOwn(params, key) &&
			word !== "--config" &&
			!word.startsWith("--config=") &&
			words[i - 1] !== "--config"
		);
	});

/** With quotes around it where a line would split it. */
function asWord(word: string): string {
	const [only, ...more] = splitWords(word);
	if (only === word && more.length === 0) return word;
	return word.includes('"') ? `'${word}'` : `"${word}"`;
}
