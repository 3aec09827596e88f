/** What one place of a pattern matches: a character, or any of a set; undefined is any at all. */
type Piece = string | RegExp | undefined;

/** Comparisons of characters in all texts that one pattern is asked about. */
const MOST_COMPARISONS = 20_000_000;

/**
 * `*`, `?` and `[…]` as in a shell, over the whole text and its line ends. Patterns come
 * from clients: no expression with backtracking is made of them, and after so many
 * comparisons no other text matches.
 */
export function globMatcher(glob: string): (text: string) => boolean {
	const parts = partsOf(glob);
	let left = MOST_COMPARISONS;

	const fits = (part: readonly Piece[], chars: readonly string[], at: number) =>
		part.every((piece, i) => {
			left--;
			const char = chars[at + i] as string;
			return piece === undefined || typeof piece === "string"
				? piece === undefined || piece === char
				: piece.test(char);
		});

	return (text) => {
		const chars = [...text];
		left -= chars.length;
		const [first = [], ...others] = parts;
		const final = others.pop();
		const end = chars.length - (final?.length ?? 0);
		if (first.length > end || !fits(first, chars, 0)) return false;
		if (!final) return first.length === chars.length;
		let at = first.length;
		for (const part of others) {
			const lastStart = end - part.length;
			while (at <= lastStart && left > 0 && !fits(part, chars, at)) at++;
			if (at > lastStart || left <= 0) return false;
			at += part.length;
		}
		return left > 0 && fits(final, chars, end);
	};
}

/** What stands between the stars. */
function partsOf(glob: string): Piece[][] {
	const chars = [...glob];
	const parts: Piece[][] = [[]];
	for (let at = 0; at < chars.length; at++) {
		const char = chars[at] as string;
		if (char === "*") {
			parts.push([]);
			continue;
		}
		const end = char === "[" ? setEnd(chars, at) : undefined;
		const set = end && setOf(chars.slice(at + 1, end).join(""));
		parts.at(-1)?.push(set ? set : char === "?" ? undefined : char);
		if (set && end) at = end;
	}
	// Several stars say what one says.
	return parts.filter(
		(part, i) => part.length > 0 || i === 0 || i === parts.length - 1,
	);
}

/** A set is no longer: every "[" would search for the end otherwise. */
const MOST_IN_SET = 256;

function setEnd(chars: readonly string[], start: number): number | undefined {
	const from = start + (chars[start + 1] === "^" ? 3 : 2);
	const last = Math.min(chars.length, from + MOST_IN_SET);
	for (let at = from; at < last; at++) if (chars[at] === "]") return at;
	return undefined;
}

/** `a-z`, `^a-z`; undefined for what is none, as `z-a`. */
function setOf(text: string): RegExp | undefined {
	const isNot = text.startsWith("^");
	const inside = text.slice(isNot ? 1 : 0).replace(/[\\[\]^]/g, "\\$&");
	try {
		return new RegExp(`^[${isNot ? "^" : ""}${inside}]$`, "su");
	} catch {
		return undefined;
	}
}
