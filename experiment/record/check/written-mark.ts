import { sha256 } from "../../../base/canonical.ts";

/** Where the last line of a text that this package wrote for people begins; a comment in HTML and in Markdown. */
const MARK = "<!-- written by deepdiva, ";

/** Longer than the last line is. */
export const MARK_BYTES = 256;

const markOf = (text: string) => `${MARK}${sha256(text)} -->\n`;

/** The text with a last line by which it is known as ours until somebody changes it. */
export const withMark = (text: string): string => `${text}${markOf(text)}`;

/** Can what ends so be a text with a mark? @param end the last `MARK_BYTES` of a file */
export const mayBeMarked = (end: Buffer): boolean => end.includes(MARK);

/** Has the text its mark, and is it as it was when that was made? */
export function isAsWritten(text: string): boolean {
	const start = text.lastIndexOf(MARK);
	return start >= 0 && text.slice(start) === markOf(text.slice(0, start));
}
