/*
 * Everything that commands print goes through here, except what a user's own code
 * prints. Texts of records, notebooks and files stand in it: the escape sequences
 * of a terminal are ours alone, and only a verdict has them.
 */
import { shownJson, shownLines, withoutColours } from "../base/shown-text.ts";
import { columnBehind, graphemes } from "../base/text-width.ts";

/**
 * Prints our own lines. Put values by others into them with `shown`: a line
 * break in a value could otherwise begin a line that looks like ours.
 */
export function print(text: string): void {
	console.log(shownLines(text));
}

/**
 * Prints to stderr. All lines but the first are indented, so that one message
 * cannot look like two.
 */
export function printError(message: string): void {
	console.error(setIn(shownLines(withoutColours(message))));
}

/**
 * A text of several lines by others, indented so that none of them looks like
 * ours.
 */
export const quoted = (text: string): string =>
	`  ${setIn(shownLines(withoutColours(text)))}`;

const setIn = (text: string) => text.replaceAll("\n", "\n  ");

export function printJson(
	value: unknown,
	replacer?: (key: string, value: unknown) => unknown,
): void {
	console.log(shownJson(value, replacer));
}

/** Narrower terminals are treated as this wide. */
const NARROWEST = 20;

/**
 * Breaks a long line into rows that fit, and indents all but the first. The
 * terminal itself would break it anywhere, and a name could be chosen so that a
 * row looks like a verdict of ours.
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
 * Prints the verdict of a command, after everything else. On a terminal it has
 * a style that text by others never has; elsewhere it is the last line.
 */
export function printVerdict(text: string, kind: keyof typeof STYLE): void {
	const { isTTY, columns } = process.stdout;
	const shown = isTTY ? rows(shownLines(text), columns) : shownLines(text);
	const styled = isTTY && !process.env.NO_COLOR;
	console.log(styled ? `\u001b[${STYLE[kind]}m${shown}\u001b[0m` : shown);
}
