import { suggestion } from "../../base/nearest.ts";
import { type Allowed, problemOf } from "../../experiment/parameters/field.ts";
import {
	type Assignment,
	splitAssignment,
} from "../../experiment/parameters/params.ts";

/** What positionals and options, of magics and of commands, have in common. */
interface Argument {
	/** The key of its value in what `run` gets. */
	readonly name: string;
	readonly description: string;
	/** What usage and help show in place of a value. */
	readonly placeholder?: string;
	/** The allowed values, if the list is closed; others are refused. */
	readonly choices?: readonly string[];
	/** Names that choices had in earlier versions, with those that they have now; nobody is shown them. */
	readonly former?: Readonly<Record<string, string>>;
	/** Values of a list with commas that completion offers; others are allowed. */
	readonly among?: readonly string[];
	/** A path: completed from the file system. */
	readonly path?: boolean;
	/** May it be given several times? Of the positionals, only the last one may. */
	readonly multiple?: boolean;
}

export interface MagicPositional extends Argument {
	/** Default: it may be left out. */
	readonly required?: boolean;
	/** The value if it is left out. */
	readonly default?: string;
}

export interface MagicOption
	extends Argument,
		Pick<Allowed, "least" | "most" | "above" | "below"> {
	/** One letter; the name is the long one, without dashes. */
	readonly short?: string;
	/** `flag` takes no value; the others take one, `assignment` KEY=VALUE. */
	readonly type: "flag" | "text" | "integer" | "number" | "assignment";
	/** The value if it is not given. */
	readonly default?: string | number;
}

/** What can be written after a magic's or a command's name. */
export interface ArgumentSpec {
	readonly name: string;
	readonly summary: string;
	readonly positionals: readonly MagicPositional[];
	readonly options: readonly MagicOption[];
	/** What `key=value` words mean; without this, none are taken. */
	readonly assignments?: string;
	readonly examples: readonly string[];
}

/** One value of an argument. */
export type SingleValue = string | number | Assignment;

/**
 * All values that an argument can have: true or false for a flag, a list for
 * one that may be given several times.
 */
export type ArgumentValue = SingleValue | boolean | readonly SingleValue[];

/** Values of any definition, by the names of its arguments. */
export type ArgumentValues = Readonly<
	Record<string, ArgumentValue | undefined>
>;

/** What was written after a name, read as the definition says. */
export interface MagicArguments<V = ArgumentValues> {
	readonly values: V;
	/**
	 * `key=value` words in order, as texts: their types depend on who declares
	 * the keys.
	 */
	readonly assignments: ReadonlyMap<string, string>;
}

type SingleOf<A> = A extends { type: "integer" | "number" }
	? number
	: A extends { type: "assignment" }
		? Assignment
		: A extends { choices: readonly (infer C)[] }
			? C
			: string;

type ValueOf<A> = A extends { type: "flag" }
	? boolean
	: A extends { multiple: true }
		? SingleOf<A>[]
		: A extends { required: true } | { default: string | number }
			? SingleOf<A>
			: SingleOf<A> | undefined;

/** The values of a definition's arguments, by name, each of its own type. */
export type ValuesOf<
	P extends readonly MagicPositional[],
	O extends readonly MagicOption[],
> = {
	readonly [A in P[number] | O[number] as A["name"]]: ValueOf<A>;
};

/** The argument in messages: `--lr` for an option, `NAME` for a positional. */
export const shownName = (argument: MagicPositional | MagicOption): string =>
	"type" in argument
		? `--${argument.name}`
		: (argument.placeholder ?? argument.name);

/**
 * The value that a text gives an argument.
 * @param fail throws an error that says what is wrong with the text
 */
export function readArgument(
	argument: MagicPositional | MagicOption,
	written: string,
	fail: (problem: string) => never,
): SingleValue {
	const name = shownName(argument);
	const { former = {} } = argument;
	const text = (Object.hasOwn(former, written) && former[written]) || written;
	if (argument.choices && !argument.choices.includes(text))
		fail(`${name} cannot be "${text}"${suggestion(text, argument.choices)}`);
	if (!("type" in argument)) return text;
	switch (argument.type) {
		case "assignment":
			return (
				splitAssignment(text) ?? fail(`${name} takes KEY=VALUE, not "${text}"`)
			);
		case "integer":
		case "number":
			return readNumber(argument, argument.type, text, fail);
		default:
			return text;
	}
}

function readNumber(
	option: MagicOption,
	type: "integer" | "number",
	text: string,
	fail: (problem: string) => never,
): number {
	const value = Number(text);
	const isNumber =
		type === "integer"
			? /^[-+]?\d+$/.test(text)
			: text.trim() !== "" && Number.isFinite(value);
	const kind = type === "integer" ? "a whole number" : "a number";
	if (!isNumber) fail(`--${option.name} takes ${kind}, not "${text}"`);
	const { least, most, above, below } = option;
	const problem = problemOf({ type, least, most, above, below }, value);
	if (problem !== undefined)
		fail(`--${option.name} cannot be ${text}${problem}`);
	return value;
}
