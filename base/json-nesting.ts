const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/**
 * Most levels of lists and objects in a JSON text from outside. Recursive
 * readers, writers and Python's json can handle this many.
 */
export const DEEPEST_JSON = 500;

/** The offset after a string of a JSON text that starts at `start`. */
export function afterString(text: string, start: number): number {
	for (let from = start + 1; ; ) {
		const end = text.indexOf('"', from);
		if (end < 0) return text.length;
		let slashes = 0;
		while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
		if (slashes % 2 === 0) return end + 1;
		from = end + 1;
	}
}

/**
 * Does a JSON text have more than `deepest` levels? Ask before `JSON.parse`:
 * code that walks the parsed value is recursive and would overflow the stack.
 * Reads each character once, and accepts any text; it does not check that the
 * text is JSON.
 */
export function nestsTooDeeply(text: string, deepest = DEEPEST_JSON): boolean {
	let depth = 0;
	for (let at = 0; at < text.length; ) {
		const char = text.charCodeAt(at);
		if (char === QUOTE) {
			at = afterString(text, at);
			continue;
		}
		if (char === 0x5b || char === 0x7b) {
			if (++depth > deepest) return true;
		} else if (char === 0x5d || char === 0x7d) depth--;
		at++;
	}
	return false;
}
