import { displayWidth } from "../../base/text-width.ts";

export const RED = "\u001b[31m";
export const YELLOW = "\u001b[33m";
export const RESET = "\u001b[0m";
const DIM = "\u001b[2m";

const TAB = "  ";

/**
 * A line of a source with a mark under a place in it. Empty where there is no
 * such line.
 * @param line 1-based, as the column
 * @param length how much of the line is marked
 */
export function excerpt(
	lines: readonly string[],
	line: number,
	column: number,
	{ length = 1, color = RED } = {},
): string[] {
	const text = lines[line - 1];
	if (text === undefined) return [];
	const width = (part: string) => displayWidth(part.replaceAll("\t", TAB));
	const before = text.slice(0, column - 1);
	const marked = text.slice(column - 1, column - 1 + length);
	const gutter = String(line).length;
	return [
		`    ${DIM}${line} │${RESET} ${text.replaceAll("\t", TAB)}`,
		`    ${" ".repeat(gutter)} ${DIM}│${RESET} ${" ".repeat(width(before))}${color}${"^".repeat(Math.max(1, width(marked)))}${RESET}`,
	];
}
