import { UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";
import { visible } from "../experiment/parameters/parameter-text.ts";
import { splitAssignment } from "../experiment/parameters/params.ts";
import { session } from "../experiment/session.ts";
import type {
	ArgumentSpec,
	MagicArguments,
	MagicOption,
} from "./definition.ts";

import { type Prefix, placeholder, spelled, usage } from "./usage.ts";
import { unquoted } from "./words.ts";

type Fail = (message: string) => never;

function checkValue(fail: Fail, option: MagicOption, value: string): string {
	if (option.type === "integer" && !/^[-+]?\d+$/.test(value))
		fail(`--${option.name} takes a whole number, not "${value}"`);
	if (
		option.type === "number" &&
		(value.trim() === "" || !Number.isFinite(Number(value)))
	)
		fail(`--${option.name} takes a number, not "${value}"`);
	if (option.choices && !option.choices.includes(value))
		fail(
			`--${option.name} cannot be "${value}"${suggestion(value, option.choices)}`,
		);
	if (option.type === "assignment" && !splitAssignment(value))
		fail(`--${option.name} takes KEY=VALUE, not "${value}"`);
	return value;
}

/**
 * Reads the words after a name as its definition says.
 * @throws UsageError with the usage line, and the nearest name where one was misspelt
 */
export function parseArguments(
	magic: ArgumentSpec,
	words: readonly string[],
	prefix: Prefix,
): MagicArguments | "help" {
	const fail: Fail = (message) => {
		throw new UsageError(
			`${spelled(magic.name, prefix)}: ${message}\nUsage: ${usage(magic, prefix)}`,
		);
	};
	const positionals: string[] = [];
	const assignments = new Map<string, string>();
	const flags = new Set<string>();
	const values = new Map<string, string[]>();
	const queue = [...words];
	let previous: string | undefined;
	for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
		if (word === "--help" || word === "-h") return "help";
		if (word.startsWith("-") && !/^-[\d.]/.test(word)) {
			const [flag, inline] = splitFlag(word);
			const option = magic.options.find((one) =>
				flag.startsWith("--")
					? one.name === flag.slice(2)
					: one.short === flag.slice(1),
			);
			if (!option)
				return fail(
					`there is no option ${flag}${asParameter(magic, flag, inline ?? queue[0])}${suggestion(
						flag,
						magic.options.map((one) => `--${one.name}`),
					)}`,
				);
			if (option.type === "flag") {
				if (inline !== undefined) fail(`${flag} takes no value`);
				flags.add(option.name);
				continue;
			}
			const value = inline ?? queue.shift();
			if (value === undefined)
				return fail(`${flag} needs a value (${placeholder(option)})`);
			const list = values.get(option.name) ?? [];
			if (list.length > 0 && !option.multiple)
				fail(`--${option.name} is given twice`);
			list.push(checkValue(fail, option, value));
			values.set(option.name, list);
			continue;
		}
		const assignment = splitAssignment(word);
		if (assignment && magic.assignments) {
			if (assignments.has(assignment.key))
				fail(`${assignment.key} is given twice`);
			if (assignment.value === "")
				fail(
					`${assignment.key}= has no value${
						queue[0] === undefined
							? ""
							: `; write ${assignment.key}=${queue[0].replace(/^=+/, "")}, without spaces`
					}`,
				);
			assignments.set(assignment.key, assignment.value);
			previous = word;
			continue;
		}
		// A replay repeats what was recorded, also by those who were less strict.
		if (magic.assignments && !session().replay) {
			const { path = false } =
				magic.positionals[positionals.length] ?? magic.positionals.at(-1) ?? {};
			const problem = path
				? undefined
				: misplaced(word, previous, positionals.at(-1));
			if (problem !== undefined) fail(problem);
		}
		positionals.push(word);
	}
	const missing = magic.positionals.find(
		({ required }, i) => required && positionals[i] === undefined,
	);
	if (missing) fail(`${missing.name} is missing: ${missing.description}`);
	magic.positionals.forEach(({ name, choices }, i) => {
		const given = positionals[i];
		if (choices && given !== undefined && !choices.includes(given))
			fail(`${name} cannot be "${given}"${suggestion(given, choices)}`);
	});
	if (
		positionals.length > magic.positionals.length &&
		!magic.positionals.at(-1)?.multiple
	)
		fail(
			`"${positionals[magic.positionals.length]}" is one word too many${
				magic.assignments ? "; parameters are written KEY=VALUE" : ""
			}`,
		);
	return { positionals, assignments, flags, values };
}

/** `--lr 0.1` may have been meant as a parameter. */
const asParameter = (
	magic: ArgumentSpec,
	flag: string,
	value: string | undefined,
) =>
	magic.assignments && value !== undefined
		? ` (a parameter is written ${value.includes("=") ? value : `${flag.replace(/^-+/, "")}=${value}`})`
		: "";

/** What is wrong with a word that is no assignment, but may have been meant as one, or as a part of one. */
function misplaced(
	word: string,
	assigned: string | undefined,
	name: string | undefined,
): string | undefined {
	if (word.startsWith("="))
		return name === undefined
			? `"${word}" has no name before its equals sign`
			: `write ${name}${word === "=" ? "=VALUE" : word}, without spaces around the equals sign`;
	const [, key, value] =
		/^([\p{ID_Start}_$][\p{ID_Continue}$]*):=?(.+)$/u.exec(word) ?? [];
	if (key !== undefined) return `write ${key}=${value}, with an equals sign`;
	if (word.includes("="))
		return `"${visible(word.slice(0, word.indexOf("=")))}" cannot name a parameter; use letters, digits and "_", a letter first`;
	if (assigned !== undefined)
		return `"${visible(word)}" stands after ${assigned}; a parameter takes one value, without spaces or in quotes, several are separated by commas in a multirun, and the run's name comes first`;
	return undefined;
}

function splitFlag(word: string): [string, string | undefined] {
	const at = word.indexOf("=");
	return word.startsWith("--") && at > 0
		? [word.slice(0, at), unquoted(word.slice(at + 1))]
		: [word, undefined];
}
