import { withoutHalves } from "./shown-text.ts";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a reader sees as the letters of a text, combining marks and joined emoji included. */
export function graphemes(text: string): string[] {
	return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** East Asian wide letters and emoji take two columns of a terminal. */
const WIDE =
	/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Marks stand on the letter before them; joiners and isolates are not seen. */
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u;

/** Columns a text takes in a monospaced font. */
export function displayWidth(text: string): number {
	let width = 0;
	for (const letter of text)
		width += WIDE.test(letter) ? 2 : WITHOUT_WIDTH.test(letter) ? 0 : 1;
	return width;
}

/** `text` cut to at most `width` columns, with an ellipsis where it was cut. */
export function truncate(text: string, width: number): string {
	if (displayWidth(text) <= width) return text;
	let kept = "";
	let used = 1;
	for (const letter of text) {
		used += displayWidth(letter);
		if (used > width) break;
		kept += letter;
	}
	return width < 1 ? "" : `${withoutHalves(kept)}…`;
}

/** `text` filled up with spaces to `width` columns. */
export function pad(
	text: string,
	width: number,
	align: "left" | "right" = "left",
): string {
	const space = " ".repeat(Math.max(0, width - displayWidth(text)));
	return align === "right" ? space + text : text + space;
}
