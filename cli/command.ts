import { UsageError } from "../base/errors.ts";
import { suggestion } from "../base/nearest.ts";
import { inTwoColumns } from "../base/text-width.ts";
import type {
	ArgumentSpec,
	ArgumentValues,
	MagicArguments,
	MagicOption,
	MagicPositional,
	ValuesOf,
} from "../magics/arguments/argument.ts";
import { usage } from "../magics/arguments/usage.ts";

/** `deepdiva NAME …`. */
export interface Command<V = ArgumentValues> extends ArgumentSpec {
	/** Resolves to the exit code. Throws a UsageError for what the user can mend (exit code 2). */
	run(args: MagicArguments<V>): Promise<number>;
	/** Text that `--help` adds to the page, depending on the words beside it. */
	details?(words: readonly string[]): Promise<string | undefined>;
}

/** A command whose `run` gets values of the types that its arguments say. */
export const defineCommand = <
	const P extends readonly MagicPositional[],
	const O extends readonly MagicOption[],
>(
	command: Command<ValuesOf<P, O>> & {
		readonly positionals: P;
		readonly options: O;
	},
): Command<ValuesOf<P, O>> => command;

/** `deepdiva NAME ACTION …`: several commands under one name. */
export interface CommandGroup {
	readonly name: string;
	readonly summary: string;
	/** The names of its commands are NAME ACTION. */
	readonly actions: readonly Command[];
}

const wordOf = ({ name }: Command) => name.slice(name.indexOf(" ") + 1);

/** The page that `--help` prints for a group. */
export function groupPage({ name, summary, actions }: CommandGroup): string {
	return [
		summary,
		"",
		...actions.map(
			(action, index) =>
				`${index === 0 ? "Usage: " : "       "}${usage(action, "deepdiva")}`,
		),
		"",
		...inTwoColumns(actions.map((action) => [wordOf(action), action.summary])),
		"",
		`deepdiva ${name} ACTION --help shows an action's arguments.`,
	].join("\n");
}

/** The action that a word names. @throws UsageError with the nearest one */
export function actionOf({ name, actions }: CommandGroup, word = ""): Command {
	const found = actions.find((action) => wordOf(action) === word);
	if (found) return found;
	const known = actions.map(wordOf);
	throw new UsageError(
		word
			? `deepdiva ${name} has no action "${word}"${suggestion(word, known)}`
			: `deepdiva ${name} needs an action: ${known.join(", ")}`,
	);
}
