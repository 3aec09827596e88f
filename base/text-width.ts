/*
 * A text as a terminal shows it: its graphemes, which are what a reader sees as
 * letters, and the columns they take. A text is cut between two of them alone.
 */
import { requirePackage } from "../host/modules.ts";

/** No writing system has longer ones. Of what is built to be one, each character counts. */
const LONGEST_GRAPHEME = 64;

const PRINTABLE_ASCII = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/** Making a segmenter loads the rules of Unicode: some milliseconds, which no start needs. */
function segmentsOf(text: string): Intl.Segments {
	segmenter ??= new Intl.Segmenter();
	return segmenter.segment(text);
}

/** What a reader sees as the letters of a text, combining marks and joined emoji included. */
export function* graphemes(text: string): Generator<string, void> {
	if (PRINTABLE_ASCII.test(text)) {
		yield* text;
		return;
	}
	for (const { segment } of segmentsOf(text))
		if (segment.length > LONGEST_GRAPHEME) yield* segment;
		else yield segment;
}

/** Letters, signs and rules of one column each; none joins another one to a grapheme. */
const ONE_COLUMN_EACH =
	/^[ -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2200-\u22ff\u2500-\u257f]*$/;

let stringWidth: typeof import("string-width").default | undefined;

/** Loaded late: the library begins with expressions for all emoji, which take tens of milliseconds. */
function libraryWidth(text: string): number {
	stringWidth ??= (
		requirePackage("string-width") as typeof import("string-width")
	).default;
	return stringWidth(text);
}

const TAB_STOP = 8;
const behindTab = (column: number) =>
	(Math.floor(column / TAB_STOP) + 1) * TAB_STOP;

/** Columns that a line takes in a terminal. Colours take none; a tab leads to the next multiple of eight. */
export function displayWidth(line: string): number {
	if (ONE_COLUMN_EACH.test(line)) return line.length;
	const [first = 0, ...tabbed] = line.split("\t").map(libraryWidth);
	return tabbed.reduce((column, part) => behindTab(column) + part, first);
}

/** Where the cursor stands after a grapheme that is written in a column. */
export const columnBehind = (column: number, letter: string): number =>
	letter === "\t" ? behindTab(column) : column + displayWidth(letter);

export const [FIRST_STRONG_ISOLATE, POP_ISOLATE] = ["\u2068", "\u2069"];

/** A text that was cut within an isolate would reorder what comes after it. */
const closed = (cut: string): string =>
	cut.lastIndexOf(FIRST_STRONG_ISOLATE) > cut.lastIndexOf(POP_ISOLATE)
		? cut + POP_ISOLATE
		: cut;

/** `text`, which has no colours, cut to at most `width` columns, with an ellipsis where it was cut. */
export function truncate(text: string, width: number): string {
	let kept = "";
	let column = 0;
	for (const letter of graphemes(text)) {
		column = columnBehind(column, letter);
		if (column > width) return width < 1 ? "" : `${closed(kept)}…`;
		// The ellipsis takes a column.
		if (column < width) kept += letter;
	}
	return text;
}

/** The first graphemes of a text, in at most `most` UTF-16 units. */
export function startOf(text: string, most: number): string {
	return text.length <= most
		? text
		: closed(text.slice(0, boundaryUpTo(text, most)));
}

/** The last offset up to `most` where a grapheme begins, in a text that is longer. */
export function boundaryUpTo(text: string, most: number): number {
	if (PRINTABLE_ASCII.test(text.slice(most - 1, most + 1))) return most;
	const { index = most } =
		segmentsOf(text.slice(0, most + 2)).containing(most) ?? {};
	if (most - index <= LONGEST_GRAPHEME) return index;
	const isHalf = (text.codePointAt(most - 1) ?? 0) > 0xffff;
	return isHalf ? most - 1 : most;
}

/** `text` cut to at most `most` UTF-16 units, with `more` where it was cut. */
export const shortened = (text: string, most: number, more = "…"): string =>
	text.length <= most ? text : startOf(text, most) + more;

/** `text` filled up with spaces to `width` columns. */
export function pad(
	text: string,
	width: number,
	align: "left" | "right" = "left",
): string {
	const space = " ".repeat(Math.max(0, width - displayWidth(text)));
	return align === "right" ? space + text : text + space;
}

/** Names and what is said of them, a line each; all that is said begins in one column. */
export function inTwoColumns(
	rows: readonly (readonly [left: string, right: string])[],
	indent = "  ",
): string[] {
	const width = Math.max(0, ...rows.map(([left]) => displayWidth(left)));
	return rows.map(([left, right]) =>
		`${indent}${pad(left, width)}  ${right}`.trimEnd(),
	);
}
