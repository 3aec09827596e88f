import { UsageError } from "../../base/errors.ts";

/**
 * Splits a magic's line into words. Quotes keep spaces together; around the
 * value of an assignment they are kept.
 */
export function splitWords(line: string): string[] {
	const words: string[] = [];
	let word = "";
	let quote = "";
	let started = false;
	for (const character of line) {
		if (quote) {
			word += character;
			if (character === quote) quote = "";
		} else if (character === '"' || character === "'") {
			quote = character;
			word += character;
			started = true;
		} else if (/\s/.test(character)) {
			if (started) words.push(word);
			word = "";
			started = false;
		} else {
			word += character;
			started = true;
		}
	}
	if (quote)
		throw new UsageError(`a quote (${quote}) is not closed in: ${line}`);
	if (started) words.push(word);
	return words.map(unquoted);
}

/** The word without the quotes around it. */
export const unquoted = (word: string) =>
	/^(["']).*\1$/s.test(word) ? word.slice(1, -1) : word;
