/*
 * Everything that commands print goes through here, except what a user's own code
 * prints. Texts of records, notebooks and files stand in it: the escape sequences
 * of a terminal are ours alone, and only a verdict has them.
 */
import { shownJson, shownLines, withoutColours } from "../base/shown-text.ts";
import { columnBehind, graphemes } from "../base/text-width.ts";

/**
 * Prints lines of ours. Put values by others into them with `shown`, so that
 * none of them begins a line.
 */
export function print(text: string): void {
	console.log(shownLines(text));
}

/** Prints to stderr. What has several lines is set in from its second on: no message can look like two. */
export function printError(message: string): void {
	console.error(setIn(shownLines(withoutColours(message))));
}

/** Text by others that has lines of its own, set in so that none looks like one of ours. */
export const quoted = (text: string): string =>
	`  ${setIn(shownLines(withoutColours(text)))}`;

const setIn = (text: string) => text.replaceAll("\n", "\n  ");

export function printJson(
	value: unknown,
	replacer?: (key: string, value: unknown) => unknown,
): void {
	console.log(shownJson(value, replacer));
}

/** Narrower terminals are not told apart. */
const NARROWEST = 20;

/**
 * A long line as rows that fit, each but the first set in: a terminal would
 * begin a row with whatever stands there, and a name could be made to say there
 * what we say.
 */
export function rows(text: string, columns: number): string {
	const width = Math.max(columns, NARROWEST);
	let rows = "";
	let used = 0;
	for (const letter of graphemes(text)) {
		if (columnBehind(used, letter) > width) {
			rows += "\n  ";
			used = 2;
		}
		rows += letter;
		used = columnBehind(used, letter);
	}
	return rows;
}

const STYLE = { good: "1;32", bad: "1;31", open: "1;33" } as const;

/**
 * Prints what a command found, after everything else. On a terminal it has a
 * style, which no text by others can have; elsewhere it is the last line.
 */
export function printVerdict(text: string, kind: keyof typeof STYLE): void {
	const { isTTY, columns } = process.stdout;
	const shown = isTTY ? rows(shownLines(text), columns) : shownLines(text);
	const styled = isTTY && !process.env.NO_COLOR;
	console.log(styled ? `\u001b[${STYLE[kind]}m${shown}\u001b[0m` : shown);
}
