import { UsageError } from "../base/errors.ts";
import { isObject } from "../base/value-text.ts";
import { addMagicSyntax, forgetMagicSyntax } from "../cell/magic-syntax.ts";
import { described } from "../experiment/described.ts";
import { BOUNDS } from "../experiment/parameters/field.ts";
import { session } from "../experiment/session.ts";
import type {
	ArgumentSpec,
	MagicOption,
	MagicPositional,
	ValuesOf,
} from "./arguments/argument.ts";
import { parseArguments } from "./arguments/arguments.ts";
import { splitWords } from "./arguments/words.ts";
import { BUILT_IN } from "./built-in-names.ts";
import type { Magic } from "./definition.ts";
import { outsideContext } from "./outside.ts";

/** A word after the magic's name. */
export type UserPositional = MagicPositional;

/** `--name VALUE`, or `--name` alone where its type is `flag`. */
export interface UserOption extends MagicOption {
	readonly type: "flag" | "text" | "integer" | "number";
}

export interface UserMagicOptions<
	P extends readonly UserPositional[],
	O extends readonly UserOption[],
	W extends Wrapped,
> {
	/** One line for `%help`. */
	readonly summary: string;
	readonly positionals?: P;
	readonly options?: O;
	/** For `%help NAME`, as one writes them: `%greet Ada`. */
	readonly examples?: readonly string[];
	/** It takes the rest of the cell, as code or as text, and is written `%%name` on its first line. */
	readonly wraps?: W;
}

type Wrapped = "code" | "text" | undefined;

/** What the function gets: each argument by its name. */
export type MagicValues<
	P extends readonly UserPositional[],
	O extends readonly UserOption[],
> = ValuesOf<P, O>;

interface UserContext {
	/** Shows a line of text in the cell's output. */
	print(text: string): void;
	/** Aborted when the user interrupts the cell. */
	readonly signal: AbortSignal | undefined;
}

/** What the function may use; of a wrapping magic, with what it wraps. */
export type UserMagicContext<W extends Wrapped> = W extends "code"
	? UserContext & {
			/** Runs the wrapped code; resolves to its last value. May be called again, or not at all. */
			execute(): Promise<unknown>;
		}
	: W extends "text"
		? UserContext & {
				/** The rest of the cell as it stands. */
				readonly text: string;
			}
		: UserContext;

/**
 * The part of a definition by which another process completes and explains a
 * magic.
 */
export interface MagicDefinition
	extends ArgumentSpec,
		Pick<Magic, "wraps" | "line"> {}

const registered = new Map<string, Magic>();

/** The user's magic `%name`. */
export const userMagic = (name: string): Magic | undefined =>
	registered.get(name);

export const userMagics = (): Magic[] => [...registered.values()];

let listener: ((definitions: readonly MagicDefinition[]) => void) | undefined;

/** `watch` is called with all definitions whenever one is added or replaced. */
export function watchUserMagics(watch: typeof listener): void {
	listener = watch;
}

/** Takes over the definitions of another process, for help and completion; they cannot run here. */
export function learnMagics(definitions: readonly MagicDefinition[]): void {
	registered.clear();
	forgetMagicSyntax();
	for (const definition of definitions)
		register(
			magicOf(definition, () => {
				throw new UsageError(
					`%${definition.name} runs only where dd.magic defined it`,
				);
			}),
		);
}

/** Registers the magic, also for the parser of cells. */
function register(magic: Magic): void {
	registered.set(magic.name, magic);
	addMagicSyntax(magic.name, magic);
}

/**
 * Defines the magic `%name`, in a cell or in a package that a cell imports: with
 * help, completion and errors like those of the built-in ones. A magic of the
 * same name is replaced. In a script it serves `dd.callMagic`.
 * @example
 * dd.magic(
 *   "greet",
 *   {
 *     summary: "Greets someone.",
 *     positionals: [{ name: "who", required: true, description: "Whom to greet." }],
 *     options: [{ name: "times", type: "integer", description: "How often. Default 1." }],
 *     examples: ["%greet Ada --times 3"],
 *   },
 *   ({ who, times = 1 }, { print }) => {
 *     for (let i = 0; i < times; i++) print(`Hello, ${who}!`);
 *   },
 * );
 * @param run gets the arguments by name; what it returns is shown as the cell's result
 * @throws UsageError for a built-in name, or a definition that nobody could write
 */
export function magic<
	const P extends readonly UserPositional[] = [],
	const O extends readonly UserOption[] = [],
	const W extends Wrapped = undefined,
>(
	name: string,
	options: UserMagicOptions<P, O, W>,
	run: (args: MagicValues<P, O>, context: UserMagicContext<W>) => unknown,
): void {
	const definition = definitionOf(name, options);
	if (typeof run !== "function")
		throw new UsageError(
			`dd.magic("${name}", …) needs a function as its third argument: what the magic does`,
		);
	register(
		magicOf(definition, run as (args: unknown, context: unknown) => unknown),
	);
	listener?.(
		userMagics().map(
			({ name, summary, positionals, options, examples, wraps }) => ({
				name,
				summary,
				positionals,
				options,
				examples,
				wraps,
			}),
		),
	);
}

const NAME = /^[A-Za-z][\w-]*$/;

const OPTION_TYPES: readonly string[] = [
	"flag",
	"text",
	"integer",
	"number",
] satisfies UserOption["type"][];

const LISTS = ["positionals", "options", "examples"] as const;

/**
 * Definitions from untyped code may have fields of wrong types, on which help
 * and reading would fail.
 */
function checkShape(
	given: UserMagicOptions<
		readonly UserPositional[],
		readonly UserOption[],
		Wrapped
	>,
	refuse: (why: string) => never,
): void {
	for (const list of LISTS)
		if (given[list] !== undefined && !Array.isArray(given[list]))
			refuse(`${list} is a list, not ${described(given[list])}`);
	const { positionals = [], options = [] } = given;
	for (const one of [...positionals, ...options]) {
		if (!isObject(one) || typeof one.name !== "string" || one.name === "")
			refuse("every argument is an object with a name");
		const { choices } = one;
		if (
			choices !== undefined &&
			!(
				Array.isArray(choices) &&
				choices.every((choice) => typeof choice === "string")
			)
		)
			refuse(`the choices of "${one.name}" are a list of texts`);
	}
	for (const option of options) {
		if (!OPTION_TYPES.includes(option.type))
			refuse(
				`--${option.name} needs a type, ${OPTION_TYPES.join(", ")}, not ${described(option.type)}`,
			);
		for (const bound of BOUNDS)
			if (option[bound] !== undefined && !Number.isFinite(option[bound]))
				refuse(
					`--${option.name} needs a number as ${bound}, not ${described(option[bound])}`,
				);
	}
}

/** @throws UsageError that says what to change */
function definitionOf(
	name: string,
	given: UserMagicOptions<
		readonly UserPositional[],
		readonly UserOption[],
		Wrapped
	>,
): MagicDefinition {
	const refuse = (why: string): never => {
		throw new UsageError(`dd.magic("${name}", …): ${why}`);
	};
	if (typeof name !== "string" || !NAME.test(name))
		refuse("a name is a letter, then letters, digits, _ and -");
	if (!isObject(given))
		refuse(
			`its second argument is an object, for example { summary: "…" }, not ${described(given)}`,
		);
	// A replay takes what was recorded, also by an earlier version that allowed
	// more.
	if (!session().replay) checkShape(given, refuse);
	const {
		summary,
		positionals = [],
		options = [],
		examples = [],
		wraps,
	} = given;
	if (BUILT_IN.has(name))
		refuse(`there is a built-in magic of this name; choose another one`);
	if (typeof summary !== "string" || summary === "")
		refuse("summary is missing: one line for %help");
	const names = [...positionals, ...options].map((one) => one.name);
	const twice = names.find((one, i) => names.indexOf(one) !== i);
	if (twice !== undefined) refuse(`"${twice}" names two arguments`);
	for (const option of options) {
		if (!NAME.test(option.name) || option.name === "help")
			refuse(`"${option.name}" cannot name an option`);
		if (option.short !== undefined && !/^[A-Za-gi-z]$/.test(option.short))
			refuse(
				`"${option.short}" cannot stand for --${option.name}: one letter, not h`,
			);
	}
	positionals.slice(0, -1).forEach((one, i) => {
		if (one.multiple)
			refuse(
				`only the last positional can come several times, not ${one.name}`,
			);
		if (!one.required && positionals[i + 1]?.required)
			refuse(
				`${positionals[i + 1]?.name} is required, so ${one.name} before it must be`,
			);
	});
	if (wraps !== undefined && wraps !== "code" && wraps !== "text")
		refuse('wraps is "code" or "text"');
	return {
		name,
		summary,
		positionals,
		options,
		examples,
		wraps: wraps === "text" ? "text" : wraps === "code",
	};
}

function magicOf(
	definition: MagicDefinition,
	run: (args: unknown, context: unknown) => unknown,
): Magic {
	const { wraps } = definition;
	return {
		...definition,
		mark: "%",
		run: async (args, { print, signal, body, text }) =>
			run(args.values, {
				print,
				signal,
				...(wraps === "text" ? { text: text ?? "" } : {}),
				...(wraps === true ? { execute: async () => body?.execute({}) } : {}),
			}),
		toCode(_args, body, line) {
			const call = [
				JSON.stringify(line),
				...(wraps === "text" ? [JSON.stringify(body ?? "")] : []),
				...(wraps === true ? [body ?? "() => {}"] : []),
			];
			return `await dd.callMagic(${call.join(", ")});`;
		},
	};
}

/**
 * Calls a magic that `dd.magic` defined: what `%greet Ada` and `%%name …` are in
 * an exported script.
 * @example
 * dd.magic("double", { summary: "Doubles.", positionals: [{ name: "what", required: true, description: "A number." }] }, ({ what }) => 2 * Number(what));
 * await dd.callMagic("double 21"); // → 42
 * @param line what follows the mark: `greet Ada --times 3`
 * @param body what it wraps: a function, or a text
 * @throws UsageError for a name that is not defined, or arguments that are not as defined
 */
export async function callMagic(
	line: string,
	body?: string | (() => unknown),
): Promise<unknown> {
	const [name = "", ...words] = splitWords(line);
	const magic = registered.get(name);
	if (!magic)
		throw new UsageError(
			`there is no magic "%${name}"; call dd.magic("${name}", …) first, or import the package that does`,
		);
	const args = parseArguments(magic, words, magic.wraps ? "%%" : "%");
	if (args === "help") return undefined;
	return magic.run(args, {
		...outsideContext,
		...(typeof body === "string" ? { text: body } : {}),
		...(typeof body === "function"
			? {
					body: {
						source: "",
						line: 0,
						empty: false,
						execute: async () => body(),
					},
				}
			: {}),
	});
}
