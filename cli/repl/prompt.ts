import { displayWidth } from "../../base/text-width.ts";
import type { TerminalStream } from "../notebook/terminal.ts";
import type { TextLayout } from "./layout.ts";

/** The rows of the editor on the terminal, redrawn in place. */
export interface PromptArea {
	/** Draws the input with what belongs below it, and puts the cursor into its place. */
	draw(layout: TextLayout, below: readonly string[]): void;
	/** Takes everything off the screen; the cursor is where the first row began. */
	erase(): void;
	/** Leaves the rows as they are; the cursor goes to the line below. */
	finish(layout: TextLayout): void;
	/** Forgets the rows, after something else has cleared the screen. */
	forget(): void;
	/**
	 * The terminal has another width. Most break the rows anew, so the first one
	 * may have moved up.
	 */
	resized(columns: number): void;
}

export function createPromptArea(stream: TerminalStream): PromptArea {
	/** Rows between the first one and the cursor's. */
	let above = 0;
	let drawn: readonly string[] = [];

	const home = () => {
		if (drawn.length === 0) return "";
		return `\r${above > 0 ? `\u001b[${above}A` : ""}\u001b[J`;
	};

	return {
		draw(layout, below) {
			const rows = [...layout.rows, ...below];
			const up = rows.length - 1 - layout.cursorRow;
			const right = layout.cursorColumn;
			stream.write(
				home() +
					rows.join("\r\n") +
					(up > 0 ? `\u001b[${up}A` : "") +
					`\r${right > 0 ? `\u001b[${right}C` : ""}`,
			);
			above = layout.cursorRow;
			drawn = rows;
		},
		erase() {
			stream.write(home());
			drawn = [];
			above = 0;
		},
		finish(layout) {
			stream.write(`${home()}${layout.rows.join("\r\n")}\r\n`);
			drawn = [];
			above = 0;
		},
		forget() {
			drawn = [];
			above = 0;
		},
		resized(columns) {
			above = drawn
				.slice(0, above)
				.map((row) => displayWidth(row))
				.reduce(
					(sum, width) => sum + Math.max(1, Math.ceil(width / columns)),
					0,
				);
		},
	};
}
