import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "../../widgets/text/text.ts";
import type { TerminalStream } from "../notebook/terminal.ts";

/** A picture as it is written to a terminal. */
export interface DrawnPicture {
	/** Ends at the beginning of the row below. */
	readonly text: string;
	/** How many rows it takes; its text does not tell. */
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

/** The last outputs of a cell, as long as they are on the screen and can be redrawn. */
export interface Region {
	/** Appends prints. They may end within a line. */
	print(text: string): void;
	/** Appends a block that `update` may change later. */
	show(drawn: Drawn, id?: string): void;
	/** Changes a block in its place; false when it is no longer on the screen. */
	update(id: string, drawn: Drawn): boolean;
	/** Erases all that can still be redrawn. */
	clear(): void;
	/** Nothing before can be changed from now on. */
	freeze(): void;
	/** As `freeze`, and ends an open line. */
	commit(): void;
}

// Whatever moves the cursor: all but line breaks, tabs and colours.
const MOVES =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	/[\u0000-\u0008\u000b-\u001a\u001c-\u001f]|\u001b(?!\[[\d;:]*m)/;

const TAB_STOP = 8;

function widthOf(line: string): number {
	return stripVTControlCharacters(line)
		.split("\t")
		.reduce(
			(width, part, index) =>
				(index === 0 ? 0 : (Math.floor(width / TAB_STOP) + 1) * TAB_STOP) +
				displayWidth(part),
			0,
		);
}

const linesOf = (text: string): string[] =>
	text === "" ? [] : text.replace(/\n$/, "").split("\n");

const written = (blocks: readonly Drawn[]): string =>
	blocks.map(({ picture, text }) => (picture?.text ?? "") + text).join("");

const removal = (blocks: readonly Drawn[]): string =>
	blocks.map(({ picture }) => picture?.remove ?? "").join("");

export function createRegion(stream: RegionStream): Region {
	let blocks: Block[] = [];
	/** Is the cursor within a line? */
	let open = false;

	const columns = () => stream.columns || 80;
	const heightOf = ({ picture, text }: Drawn): number =>
		linesOf(text).reduce(
			(sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns())),
			picture?.rows ?? 0,
		);
	const height = (some: readonly Block[]) =>
		some.reduce((sum, block) => sum + heightOf(block), 0);

	/** Lets go of what has left the screen, or is about to. */
	function trim(): void {
		const room = (stream.rows || 24) - 1;
		while (blocks.length > 0 && height(blocks) > room) {
			const [first, ...rest] = blocks as [Block, ...Block[]];
			const line = first.text.slice(first.text.lastIndexOf("\n") + 1);
			// A line that is still open stays known, or the row of the cursor would not be.
			blocks =
				rest.length === 0 && line !== "" && line !== first.text
					? [{ text: line }]
					: rest;
		}
	}

	function closeLine(): void {
		if (!open) return;
		stream.write("\n");
		open = false;
		const last = blocks.at(-1);
		if (last) blocks[blocks.length - 1] = { ...last, text: `${last.text}\n` };
	}

	/** From the cursor up to the first row of a block. */
	function upTo(index: number): string {
		const up = height(blocks.slice(index)) - (open ? 1 : 0);
		return `\r${up > 0 ? `\u001b[${up}A` : ""}`;
	}

	function append(block: Block): void {
		blocks.push(block);
		trim();
	}

	return {
		print(text) {
			if (text === "") return;
			stream.write(text);
			const wasOpen = open;
			open = !text.endsWith("\n");
			if (MOVES.test(text)) {
				blocks = [];
				return;
			}
			const last = blocks.at(-1);
			if (last && last.id === undefined) {
				blocks.pop();
				append({ text: last.text + text });
			} else if (wasOpen) {
				// The line began before what is known.
				const rest = text.slice(text.lastIndexOf("\n") + 1);
				blocks = text.includes("\n") && rest !== "" ? [{ text: rest }] : [];
			} else append({ text });
		},

		show(drawn, id) {
			closeLine();
			stream.write(written([drawn]));
			append({ ...drawn, id: id ?? "" });
		},

		update(id, drawn) {
			const index = blocks.findIndex((block) => block.id === id);
			const old = blocks[index];
			if (!old) return false;
			const block = { ...drawn, id };
			if (written([old]) === written([block])) return true;
			const narrow =
				!block.picture &&
				!old.picture &&
				heightOf(block) === heightOf(old) &&
				linesOf(block.text).every((line) => widthOf(line) < columns());
			if (narrow) {
				// Only these rows are written: what is below, and the cursor, stay.
				stream.write(
					`\u001b7${upTo(index)}${linesOf(block.text)
						.map((line) => `${line}\u001b[K`)
						.join("\r\n")}\u001b8`,
				);
				blocks[index] = block;
				return true;
			}
			const up = upTo(index);
			const removed = removal(blocks.slice(index));
			blocks[index] = block;
			stream.write(`${removed}${up}\u001b[J${written(blocks.slice(index))}`);
			trim();
			return true;
		},

		clear() {
			if (blocks.length > 0)
				stream.write(`${removal(blocks)}${upTo(0)}\u001b[J`);
			blocks = [];
			open = false;
		},

		freeze() {
			blocks = [];
		},

		commit() {
			closeLine();
			blocks = [];
		},
	};
}
