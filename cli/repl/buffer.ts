import { graphemes } from "../../base/text-width.ts";

/** Text that is being edited. `cursor` is a UTF-16 offset, always between two graphemes. */
export interface Buffer {
	readonly text: string;
	readonly cursor: number;
}

const WORD = /[\p{ID_Continue}$]+/u;

const before = ({ text, cursor }: Buffer) => text.slice(0, cursor);
const after = ({ text, cursor }: Buffer) => text.slice(cursor);

/** Offset of the first letter of the cursor's line. */
export function lineStart({ text, cursor }: Buffer): number {
	return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

/** Offset behind the last letter of the cursor's line. */
export function lineEnd({ text, cursor }: Buffer): number {
	const end = text.indexOf("\n", cursor);
	return end < 0 ? text.length : end;
}

export const onFirstLine = (buffer: Buffer): boolean => lineStart(buffer) === 0;

export const onLastLine = (buffer: Buffer): boolean =>
	lineEnd(buffer) === buffer.text.length;

/** White space that the cursor's line begins with. */
export function indentOf(buffer: Buffer): string {
	const line = buffer.text.slice(lineStart(buffer), buffer.cursor);
	return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** Puts `text` in place of what lies between two offsets; the cursor goes behind it. */
export function replace(
	buffer: Buffer,
	start: number,
	end: number,
	text: string,
): Buffer {
	return {
		text: buffer.text.slice(0, start) + text + buffer.text.slice(end),
		cursor: start + text.length,
	};
}

export const insert = (buffer: Buffer, text: string): Buffer =>
	replace(buffer, buffer.cursor, buffer.cursor, text);

/** Offsets that a movement leads to. */
export const target = {
	left: (buffer: Buffer): number =>
		buffer.cursor - ([...graphemes(before(buffer))].at(-1)?.length ?? 0),

	right: (buffer: Buffer): number =>
		buffer.cursor + (graphemes(after(buffer)).next().value?.length ?? 0),

	/** The beginning of the word before the cursor. */
	wordLeft(buffer: Buffer): number {
		const words = [...before(buffer).matchAll(new RegExp(WORD, "gu"))];
		return words.at(-1)?.index ?? 0;
	},

	/** The end of the word after the cursor. */
	wordRight(buffer: Buffer): number {
		const word = WORD.exec(after(buffer));
		return word
			? buffer.cursor + word.index + word[0].length
			: buffer.text.length;
	},

	lineStart,
	lineEnd,

	/** The same column one line up; the beginning of the first line. */
	up(buffer: Buffer): number {
		const start = lineStart(buffer);
		if (start === 0) return 0;
		const above = { ...buffer, cursor: start - 1 };
		return Math.min(lineStart(above) + buffer.cursor - start, start - 1);
	},

	/** The same column one line down; the end of the last line. */
	down(buffer: Buffer): number {
		const column = buffer.cursor - lineStart(buffer);
		const end = lineEnd(buffer);
		if (end === buffer.text.length) return end;
		const below = { ...buffer, cursor: end + 1 };
		return Math.min(end + 1 + column, lineEnd(below));
	},
} as const;

/** A cursor inside of a surrogate pair or a joined emoji goes back to its beginning. */
export function moveTo(buffer: Buffer, cursor: number): Buffer {
	const start = lineStart({ ...buffer, cursor });
	let at = start;
	for (const letter of graphemes(buffer.text.slice(start))) {
		if (at + letter.length > cursor) break;
		at += letter.length;
	}
	return { ...buffer, cursor: at };
}

/**
 * Typing a closing bracket where only white space stands takes back one step
 * of the indent that Enter had made.
 */
export function typed(buffer: Buffer, text: string): Buffer {
	const start = lineStart(buffer);
	const line = buffer.text.slice(start, buffer.cursor);
	const dedent = /^[)\]}]/.test(text) && /^(?: {2})+$/.test(line) ? 2 : 0;
	return replace(buffer, buffer.cursor - dedent, buffer.cursor, text);
}
