import { UsageError } from "../../base/errors.ts";

/**
 * Splits a magic's line into words. Quotes keep spaces together, and so do
 * brackets in the value of an assignment: `lr=range(0, 1, 0.25)`. Around such a
 * value, quotes are kept.
 */
export function splitWords(line: string): string[] {
	const words = new Splitter(line, true).read();
	// Of a bracket that nothing closes, the rest of the line is no part, and a
	// backslash at the end of a path protects no quote.
	return (words ?? new Splitter(line, false).read() ?? []).map(unquoted);
}

const ASSIGNED = /^(?:--[\w-]+=)?[\p{ID_Start}_$][\p{ID_Continue}.$]*=/u;

class Splitter {
	readonly #line: string;
	/** Do brackets and backslashes count in the value of an assignment? */
	readonly #values: boolean;
	readonly #words: string[] = [];
	#word: string | undefined;
	#quote = "";
	#depth = 0;

	constructor(line: string, values: boolean) {
		this.#line = line;
		this.#values = values;
	}

	/** @returns undefined when a bracket, or a quote of a value, is still open at the end */
	read(): string[] | undefined {
		let isProtected = false;
		for (const character of this.#line) {
			const isSplit = this.#quote === "" && /\s/.test(character);
			if (isProtected && !isSplit) this.#word += character;
			else if (this.#quote) this.#inQuotes(character);
			else this.#outside(character);
			isProtected = !isProtected && character === "\\" && this.#protects();
		}
		const isOpen = this.#depth > 0 || this.#quote !== "";
		if (isOpen && this.#values) return undefined;
		if (isOpen)
			throw new UsageError(
				`a quote (${this.#quote}) is not closed in: ${this.#line}`,
			);
		this.#end();
		return this.#words;
	}

	/** Does a backslash here protect the next letter? Outside of quotes no space: a path may end with one. */
	#protects(): boolean {
		return this.#values && ASSIGNED.test(this.#word ?? "");
	}

	#inQuotes(character: string): void {
		this.#word += character;
		if (character === this.#quote) this.#quote = "";
	}

	#outside(character: string): void {
		if (/\s/.test(character) && this.#depth === 0) {
			this.#end();
			return;
		}
		if (character === '"' || character === "'") this.#quote = character;
		this.#word = (this.#word ?? "") + character;
		if (!this.#values || !/[()[\]]/.test(character)) return;
		if (!ASSIGNED.test(this.#word)) return;
		const change = character === "(" || character === "[" ? 1 : -1;
		this.#depth = Math.max(0, this.#depth + change);
	}

	#end(): void {
		if (this.#word !== undefined) this.#words.push(this.#word);
		this.#word = undefined;
	}
}

/** The word without the quotes around it. */
export const unquoted = (word: string) =>
	/^(["']).*\1$/s.test(word) ? word.slice(1, -1) : word;
