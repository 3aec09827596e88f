import { displayWidth, graphemes } from "../../base/text-width.ts";

interface Cell {
	readonly letter: string;
	readonly style: string;
}

const SEQUENCE =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/^(?:\u001b\[([0-?]*)([@-~])|\u001b[P\]_^][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b([78])|[\u0000-\u001a\u001c-\u001f])/;
/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: as above */
const PARTIAL = /^\u001b(?:\[[0-?]*|[P\]_^][^\u0007\u001b]*\u001b?)?$/;
const TEXT = /^[^\u0000-\u001f]+/;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above */

/**
 * As much of a terminal (ECMA-48, with xterm's wrapping) as it takes to know
 * what a reader sees of what was written to it.
 */
export class Screen {
	columns: number;
	rows: number;
	/** Everything but text and cursor movements, as it came: pictures, questions. */
	readonly strings: string[] = [];
	/** Rows that have scrolled away stay in front. */
	readonly #lines: Cell[][] = [[]];
	/** The first row that is looked at. */
	#from = 0;
	#row = 0;
	#column = 0;
	#saved = { row: 0, column: 0 };
	#style = "";
	#pending = "";

	constructor(columns: number, rows: number) {
		this.columns = columns;
		this.rows = rows;
	}

	/** What stands above the cursor's row is looked at no more. */
	forget(): void {
		this.#from = this.#row;
	}

	/** What is seen, and what has scrolled away above it. */
	get text(): string {
		return this.#lines
			.slice(this.#from)
			.map((line) =>
				line
					.map(({ letter }) => letter)
					.join("")
					.trimEnd(),
			)
			.join("\n")
			.trimEnd();
	}

	/** The row the cursor is in, up to the cursor. */
	get beforeCursor(): string {
		return Array.from(
			{ length: this.#column },
			(_, at) => this.#lines[this.#row]?.[at]?.letter ?? " ",
		).join("");
	}

	/** Style of the first place where a text is shown: "1;35", or "" for plain. */
	styleOf(text: string): string | undefined {
		for (const line of this.#lines.slice(this.#from)) {
			const at = line
				.map(({ letter }) => letter)
				.join("")
				.indexOf(text);
			if (at >= 0) return line[at]?.style;
		}
		return undefined;
	}

	write(text: string): void {
		this.#pending += text;
		while (this.#pending !== "") {
			const plain = TEXT.exec(this.#pending)?.[0];
			if (plain !== undefined) {
				for (const letter of graphemes(plain)) this.#put(letter);
				this.#pending = this.#pending.slice(plain.length);
				continue;
			}
			const match = SEQUENCE.exec(this.#pending);
			if (match) {
				this.#pending = this.#pending.slice(match[0].length);
				this.#control(match);
			} else if (PARTIAL.test(this.#pending)) return;
			else
				throw new Error(
					`not known to this screen: ${JSON.stringify(this.#pending.slice(0, 20))}`,
				);
		}
	}

	get #top(): number {
		return Math.max(0, this.#lines.length - this.rows);
	}

	#put(letter: string): void {
		const width = displayWidth(letter);
		if (this.#column + width > this.columns) {
			this.#column = 0;
			this.#down();
		}
		const line = this.#lines[this.#row] as Cell[];
		while (line.length < this.#column) line.push({ letter: " ", style: "" });
		line[this.#column] = { letter, style: this.#style };
		if (width === 2) line[this.#column + 1] = { letter: "", style: "" };
		this.#column += width;
	}

	#down(): void {
		this.#row++;
		if (this.#row === this.#lines.length) this.#lines.push([]);
	}

	#control([all, parameters = "", final, digit]: RegExpExecArray): void {
		const [first = 0, second = 0] = parameters.split(";").map(Number);
		const count = first || 1;
		if (digit === "7") this.#saved = { row: this.#row, column: this.#column };
		else if (digit === "8") {
			this.#row = this.#saved.row;
			this.#column = this.#saved.column;
		} else if (all === "\n") this.#down();
		else if (all === "\r") this.#column = 0;
		else if (all === "\t")
			this.#column = Math.min(
				this.columns - 1,
				(Math.floor(this.#column / 8) + 1) * 8,
			);
		else if (final === undefined) this.strings.push(all);
		else this.#csi(final, parameters, first, second, count, all);
	}

	#csi(
		final: string,
		parameters: string,
		first: number,
		second: number,
		count: number,
		all: string,
	): void {
		const line = this.#lines[this.#row] as Cell[];
		switch (final) {
			case "A":
				this.#row = Math.max(this.#top, this.#row - count);
				break;
			case "B":
				this.#row = Math.min(this.#lines.length - 1, this.#row + count);
				break;
			case "C":
				this.#column = Math.min(this.columns - 1, this.#column + count);
				break;
			case "H":
				this.#row = this.#top + Math.max(0, first - 1);
				this.#column = Math.max(0, second - 1);
				break;
			case "K":
				// After the last column was written, the cursor still stands on it.
				line.length = Math.min(
					line.length,
					Math.min(this.#column, this.columns - 1),
				);
				break;
			case "J":
				if (first === 2)
					for (const each of this.#lines.slice(this.#top)) each.length = 0;
				else {
					line.length = Math.min(line.length, this.#column);
					// The rows below are still there, but empty.
					for (const each of this.#lines.slice(this.#row + 1)) each.length = 0;
				}
				break;
			case "m":
				this.#style = parameters === "0" ? "" : parameters;
				break;
			default:
				this.strings.push(all);
		}
	}
}
