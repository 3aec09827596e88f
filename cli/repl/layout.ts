import { oneLine } from "../../base/shown-text.ts";
import {
	displayWidth,
	graphemes,
	pad,
	truncate,
} from "../../base/text-width.ts";
import { styled } from "./colour.ts";

const TAB = "  ";

/**
 * How a letter is drawn: tabs as spaces, control characters as their symbols,
 * invisible ones as a replacement character.
 */
export function shownAs(letter: string): string {
	if (letter === "\t") return TAB;
	const code = letter.charCodeAt(0);
	if (code < 0x20) return String.fromCharCode(0x2400 + code);
	if (code === 0x7f) return "␡";
	// Of several characters, a mark or joiner belongs to the first.
	return [...letter].length === 1 && oneLine(letter) !== letter
		? "\ufffd"
		: letter;
}

export interface TextLayout {
	/** Rows as they are written, with their styles; none wider than `width`. */
	readonly rows: readonly string[];
	readonly cursorRow: number;
	readonly cursorColumn: number;
}

export interface TextOptions {
	readonly text: string;
	readonly cursor: number;
	/** In front of the first line, and of the others. Of equal width. */
	readonly prompts: readonly [first: string, other: string];
	readonly promptStyle: string;
	/** One style per UTF-16 unit of the text; absent: plain. */
	readonly styles?: readonly string[];
	/** Columns that may be written to. */
	readonly width: number;
}

/**
 * Breaks a text into rows of a terminal. What is too wide goes on below, under
 * the text's first column, so the editor always knows where it stands.
 */
export function layoutText(options: TextOptions): TextLayout {
	const { text, cursor, prompts, promptStyle, styles, width } = options;
	const margin = displayWidth(prompts[0]);
	const rows: string[] = [];
	let row = "";
	let column = 0;
	let style = "";
	let [cursorRow, cursorColumn] = [0, 0];
	const restyle = (next: string) => {
		if (next === style) return;
		if (style !== "") row += "\u001b[0m";
		if (next !== "") row += `\u001b[${next}m`;
		style = next;
	};
	const begin = (prompt: string) => {
		row = styled(prompt, prompt.trim() === "" ? "" : promptStyle);
		column = margin;
	};
	const end = () => {
		restyle("");
		rows.push(row);
	};
	const wrapFor = (letters: number) => {
		if (column + letters <= width || column === margin) return;
		end();
		begin(" ".repeat(margin));
	};
	begin(prompts[0]);
	let at = 0;
	for (const letter of [...graphemes(text), ""]) {
		const drawn = shownAs(letter);
		if (letter !== "\n" && letter !== "") wrapFor(displayWidth(drawn));
		if (at === cursor) [cursorRow, cursorColumn] = [rows.length, column];
		if (letter === "\n") {
			end();
			begin(prompts[1]);
		} else if (letter !== "") {
			restyle(styles?.[at] ?? "");
			row += drawn;
			column += displayWidth(drawn);
		}
		at += letter.length;
	}
	end();
	return { rows, cursorRow, cursorColumn };
}

/** If there are too many rows, the `height` rows around the cursor. */
export function windowOf(layout: TextLayout, height: number): TextLayout {
	const { rows, cursorRow } = layout;
	if (rows.length <= height) return layout;
	const start = Math.min(
		Math.max(0, cursorRow - Math.floor(height / 2)),
		rows.length - height,
	);
	return {
		...layout,
		rows: rows.slice(start, start + height),
		cursorRow: cursorRow - start,
	};
}

/** A list in columns, read from top to bottom; at most `height` rows, the chosen one among them. */
export function layoutMenu(
	matches: readonly string[],
	chosen: number | undefined,
	width: number,
	height: number,
): string[] {
	// A name may be that of a file, and hold anything.
	const names = matches.map(oneLine);
	const widest = Math.max(...names.map(displayWidth));
	const cell = Math.min(widest, width);
	const columns = Math.max(1, Math.floor((width + 2) / (cell + 2)));
	const total = Math.ceil(matches.length / columns);
	const room = total > height ? Math.max(1, height - 1) : total;
	const page = columns * room;
	const first = Math.floor((chosen ?? 0) / page) * page;
	const shown = names.slice(first, first + page);
	const rows = Array.from({ length: Math.min(room, shown.length) }, (_, row) =>
		shown
			.map((match, index) => ({ match, index: first + index }))
			.filter((_one, index) => index % room === row)
			.map(({ match, index }) =>
				styled(pad(truncate(match, cell), cell), index === chosen ? "7" : ""),
			)
			.join("  ")
			.trimEnd(),
	);
	const hidden = matches.length - shown.length;
	return hidden > 0 && height > 1
		? [...rows, styled(truncate(`… and ${hidden} more`, width), "2")]
		: rows;
}

/** A text cut to `height` rows of `width` columns. */
export function layoutPanel(
	text: string,
	width: number,
	height: number,
): string[] {
	const rows = text
		.replaceAll("\t", TAB)
		.split("\n")
		.flatMap((line) => wrapLine(line, width));
	return rows.length <= height
		? rows
		: [...rows.slice(0, Math.max(0, height - 1)), truncate("…", width)];
}

function wrapLine(line: string, width: number): string[] {
	const rows: string[] = [];
	let row = "";
	for (const word of line.split(/(?<=\s)/))
		for (const piece of displayWidth(word) > width ? graphemes(word) : [word]) {
			if (displayWidth(row + piece.trimEnd()) > width) {
				rows.push(row.trimEnd());
				row = "";
			}
			row += piece;
		}
	return [...rows, row.trimEnd()];
}
