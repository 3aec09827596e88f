import { displayWidth } from "../../../base/text-width.ts";
import type { TerminalStream } from "../../notebook/terminal.ts";

/** A picture as it is written to a terminal. */
export interface DrawnPicture {
	/** Ends at the beginning of the row below. */
	readonly text: string;
	/** How many rows it takes; this cannot be told from its text. */
	readonly rows: number;
	/** Written when the picture's rows are erased: kitty's pictures are not erased with them. */
	readonly remove?: string;
}

/** Something shown: a picture, a text below it, or one of them. */
export interface Drawn {
	readonly picture?: DrawnPicture;
	/** Ends with a line break, or is empty. */
	readonly text: string;
}

interface Block extends Drawn {
	/** Absent for prints. */
	readonly id?: string;
}

export interface RegionStream extends TerminalStream {
	readonly rows?: number;
}

// Characters that move the cursor: all control characters but line breaks, tabs
// and colours.
const MOVES =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/[\u0000-\u0008\u000b-\u001a\u001c-\u001f]|\u001b(?!\[[\d;:]*m)/;

const linesOf = (text: string): string[] =>
	text === "" ? [] : text.replace(/\n$/, "").split("\n");

const written = (blocks: readonly Drawn[]): string =>
	blocks.map(({ picture, text }) => (picture?.text ?? "") + text).join("");

const removal = (blocks: readonly Drawn[]): string =>
	blocks.map(({ picture }) => picture?.remove ?? "").join("");

/**
 * The last outputs of a cell, as long as they are on the screen and can be
 * redrawn. Outputs that have left the screen, or are about to, are forgotten.
 */
export class Region {
	readonly #stream: RegionStream;
	#blocks: Block[] = [];
	/** Is the cursor within a line? */
	#isOpen = false;

	constructor(stream: RegionStream) {
		this.#stream = stream;
	}

	/** Appends prints. They may end within a line. */
	print(text: string): void {
		if (text === "") return;
		this.#stream.write(text);
		const wasOpen = this.#isOpen;
		this.#isOpen = !text.endsWith("\n");
		const last = this.#blocks.at(-1);
		if (MOVES.test(text)) this.#blocks = [];
		else if (last && last.id === undefined) {
			this.#blocks.pop();
			this.#append({ text: last.text + text });
		} else if (wasOpen) {
			// The line began in text that is forgotten already.
			const rest = text.slice(text.lastIndexOf("\n") + 1);
			this.#blocks = text.includes("\n") && rest !== "" ? [{ text: rest }] : [];
		} else this.#append({ text });
	}

	/** Appends a block that `update` may change later. */
	show(drawn: Drawn, id?: string): void {
		this.#closeLine();
		this.#stream.write(written([drawn]));
		this.#append({ ...drawn, id: id ?? "" });
	}

	/** Changes a block in its place; false when it is no longer on the screen. */
	update(id: string, drawn: Drawn): boolean {
		const index = this.#blocks.findIndex((block) => block.id === id);
		const old = this.#blocks[index];
		if (!old) return false;
		const block = { ...drawn, id };
		if (written([old]) === written([block])) return true;
		if (this.#fitsInto(block, old)) this.#writeOver(index, block);
		else this.#redrawFrom(index, block);
		return true;
	}

	/** Takes the block no other rows than the old one? */
	#fitsInto(block: Block, old: Block): boolean {
		return (
			!block.picture &&
			!old.picture &&
			this.#heightOf(block) === this.#heightOf(old) &&
			linesOf(block.text).every((line) => displayWidth(line) < this.#columns)
		);
	}

	/** Writes the block's rows alone: what is below, and the cursor, stay. */
	#writeOver(index: number, block: Block): void {
		const lines = linesOf(block.text).map((line) => `${line}\u001b[K`);
		this.#stream.write(
			`\u001b7${this.#upTo(index)}${lines.join("\r\n")}\u001b8`,
		);
		this.#blocks[index] = block;
	}

	#redrawFrom(index: number, block: Block): void {
		const up = this.#upTo(index);
		const removed = removal(this.#blocks.slice(index));
		this.#blocks[index] = block;
		const rest = written(this.#blocks.slice(index));
		this.#stream.write(`${removed}${up}\u001b[J${rest}`);
		this.#trim();
	}

	/** Erases all that can still be redrawn. */
	clear(): void {
		if (this.#blocks.length > 0)
			this.#stream.write(`${removal(this.#blocks)}${this.#upTo(0)}\u001b[J`);
		this.#blocks = [];
		this.#isOpen = false;
	}

	/** Nothing before can be changed from now on. */
	freeze(): void {
		this.#blocks = [];
	}

	/** As `freeze`, and ends an open line. */
	commit(): void {
		this.#closeLine();
		this.#blocks = [];
	}

	get #columns(): number {
		return this.#stream.columns || 80;
	}

	/** In rows of the terminal: a wide line goes on below. */
	#heightOf({ picture, text }: Drawn): number {
		return linesOf(text).reduce(
			(sum, line) =>
				sum + Math.max(1, Math.ceil(displayWidth(line) / this.#columns)),
			picture?.rows ?? 0,
		);
	}

	#height(blocks: readonly Block[]): number {
		return blocks.reduce((sum, block) => sum + this.#heightOf(block), 0);
	}

	#append(block: Block): void {
		this.#blocks.push(block);
		this.#trim();
	}

	/** Forgets outputs that have left the screen, or are about to. */
	#trim(): void {
		const room = (this.#stream.rows || 24) - 1;
		while (this.#height(this.#blocks) > room) {
			const [first, ...rest] = this.#blocks;
			if (!first) return;
			const line = first.text.slice(first.text.lastIndexOf("\n") + 1);
			// An unfinished line is kept: without it the cursor's row would not be
			// known.
			const isOpenLine =
				rest.length === 0 && line !== "" && line !== first.text;
			this.#blocks = isOpenLine ? [{ text: line }] : rest;
		}
	}

	#closeLine(): void {
		if (!this.#isOpen) return;
		this.#stream.write("\n");
		this.#isOpen = false;
		const last = this.#blocks.pop();
		if (last) this.#blocks.push({ ...last, text: `${last.text}\n` });
	}

	/** From the cursor up to the first row of a block. */
	#upTo(index: number): string {
		const rows = this.#height(this.#blocks.slice(index));
		const up = rows - (this.#isOpen ? 1 : 0);
		return `\r${up > 0 ? `\u001b[${up}A` : ""}`;
	}
}
