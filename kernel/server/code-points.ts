/*
 * The protocol counts a cursor in Unicode code points, JavaScript in UTF-16
 * units; they differ after every emoji.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#cursor-pos-and-unicode-offsets
 */

/** Index into `text` of the code point number `codePoints`; at most its length. */
export function utf16Offset(text: string, codePoints: number): number {
	let index = 0;
	for (let left = codePoints; left > 0 && index < text.length; left--)
		index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
	return index;
}

/** Number of code points before the index `utf16` of `text`. */
export function codePointOffset(text: string, utf16: number): number {
	return Array.from(text.slice(0, utf16)).length;
}
