import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { visible } from "../../experiment/parameters/parameter-text.ts";
import { splitAssignment } from "../../experiment/parameters/params.ts";
import { session } from "../../experiment/session.ts";
import {
	type ArgumentSpec,
	type ArgumentValues,
	type MagicArguments,
	type MagicOption,
	readArgument,
	type SingleValue,
	shownName,
} from "./argument.ts";
import { type Prefix, placeholder, spelled, usage } from "./usage.ts";
import { unquoted } from "./words.ts";

/**
 * Reads the words after a name as its definition says.
 * @throws UsageError with the usage line, and the nearest name where one was misspelt
 */
export function parseArguments(
	spec: ArgumentSpec,
	words: readonly string[],
	prefix: Prefix,
): MagicArguments | "help" {
	return new ArgumentReader(spec, words, prefix).read();
}

/**
 * The arguments of a magic that takes its line as a text.
 * @param texts its positionals, one by one
 */
export const argumentsOf = (
	spec: ArgumentSpec,
	texts: readonly string[],
): MagicArguments => ({
	values: valuesOf(spec, texts, new Map()),
	assignments: new Map(),
});

/** The values of all arguments by name: the given ones, else the defaults. */
function valuesOf(
	{ positionals, options }: ArgumentSpec,
	texts: readonly string[],
	given: ReadonlyMap<string, readonly SingleValue[]>,
): ArgumentValues {
	return Object.fromEntries([
		...positionals.map(({ name, multiple, default: otherwise }, at) => [
			name,
			multiple ? texts.slice(at) : (texts[at] ?? otherwise),
		]),
		...options.map(({ name, type, multiple, default: otherwise }) => {
			const values = given.get(name) ?? [];
			if (type === "flag") return [name, given.has(name)];
			return [name, multiple ? values : (values[0] ?? otherwise)];
		}),
	]);
}

class ArgumentReader {
	readonly #spec: ArgumentSpec;
	readonly #prefix: Prefix;
	/** Words that are still to be read. */
	readonly #queue: string[];
	readonly #positionals: string[] = [];
	readonly #assignments = new Map<string, string>();
	readonly #options = new Map<string, SingleValue[]>();
	/** The last `key=value` word. */
	#assigned: string | undefined;

	constructor(spec: ArgumentSpec, words: readonly string[], prefix: Prefix) {
		this.#spec = spec;
		this.#queue = [...words];
		this.#prefix = prefix;
	}

	read(): MagicArguments | "help" {
		for (let word = this.#next(); word !== undefined; word = this.#next()) {
			if (word === "--help" || word === "-h") return "help";
			// "-5" and "-.5" are numbers.
			if (word.startsWith("-") && !/^-[\d.]/.test(word)) this.#option(word);
			else if (!this.#assignment(word)) this.#positional(word);
		}
		this.#checkPositionals();
		return {
			values: valuesOf(this.#spec, this.#positionals, this.#options),
			assignments: this.#assignments,
		};
	}

	#next(): string | undefined {
		return this.#queue.shift();
	}

	readonly #fail = (problem: string): never => {
		throw this.#error(problem);
	};

	#error(problem: string): UsageError {
		const written = spelled(this.#spec.name, this.#prefix);
		return new UsageError(
			`${written}: ${problem}\nUsage: ${usage(this.#spec, this.#prefix)}`,
		);
	}

	#option(word: string): void {
		const [flag, inline] = splitFlag(word);
		const option = this.#spec.options.find(({ name, short }) =>
			flag.startsWith("--") ? name === flag.slice(2) : short === flag.slice(1),
		);
		if (!option) throw this.#unknownOption(flag, inline);
		if (option.type === "flag") {
			if (inline !== undefined) this.#fail(`${flag} takes no value`);
			this.#options.set(option.name, []);
			return;
		}
		const text = inline ?? this.#next();
		if (text === undefined)
			this.#fail(`${flag} needs a value (${placeholder(option)})`);
		else this.#optionValue(option, text);
	}

	#optionValue(option: MagicOption, text: string): void {
		const values = this.#options.get(option.name) ?? [];
		if (values.length > 0 && !option.multiple)
			this.#fail(`--${option.name} is given twice`);
		const value = readArgument(option, text, this.#fail);
		this.#options.set(option.name, [...values, value]);
	}

	#unknownOption(flag: string, inline: string | undefined): UsageError {
		const meant = asParameter(this.#spec, flag, inline ?? this.#queue[0]);
		const known = this.#spec.options.map(({ name }) => `--${name}`);
		return this.#error(
			`there is no option ${flag}${meant}${suggestion(flag, known)}`,
		);
	}

	/** Takes a `key=value` word. @returns false for another word */
	#assignment(word: string): boolean {
		const assignment = this.#spec.assignments && splitAssignment(word);
		if (!assignment) return false;
		const { key, value } = assignment;
		if (this.#assignments.has(key)) this.#fail(`${key} is given twice`);
		if (value === "") {
			const [next] = this.#queue;
			this.#fail(
				`${key}= has no value${
					next === undefined
						? ""
						: `; write ${key}=${next.replace(/^=+/, "")}, without spaces`
				}`,
			);
		}
		this.#assignments.set(key, value);
		this.#assigned = word;
		return true;
	}

	#positional(word: string): void {
		const { assignments, positionals } = this.#spec;
		// A replay takes what was recorded, also by an earlier version that allowed
		// more.
		if (assignments && !session().replay) {
			const { path = false } =
				positionals[this.#positionals.length] ?? positionals.at(-1) ?? {};
			const problem = path
				? undefined
				: misplaced(word, this.#assigned, this.#positionals.at(-1));
			if (problem !== undefined) this.#fail(problem);
		}
		this.#positionals.push(word);
	}

	#checkPositionals(): void {
		const { positionals, assignments } = this.#spec;
		const given = this.#positionals;
		const missing = positionals.find(
			({ required }, at) => required && given[at] === undefined,
		);
		if (missing)
			this.#fail(`${shownName(missing)} is missing: ${missing.description}`);
		for (const [at, positional] of positionals.entries())
			for (const text of given.slice(
				at,
				positional.multiple ? undefined : at + 1,
			))
				readArgument(positional, text, this.#fail);
		if (given.length > positionals.length && !positionals.at(-1)?.multiple)
			this.#fail(
				`"${given[positionals.length]}" is one word too many${
					assignments ? "; parameters are written KEY=VALUE" : ""
				}`,
			);
	}
}

/** A hint for `--lr 0.1`, which may have been meant as a parameter. */
const asParameter = (
	spec: ArgumentSpec,
	flag: string,
	value: string | undefined,
) =>
	spec.assignments && value !== undefined
		? ` (a parameter is written ${value.includes("=") ? value : `${flag.replace(/^-+/, "")}=${value}`})`
		: "";

/**
 * What is wrong with a word that is no assignment but looks like one, or like a
 * part of one.
 */
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
