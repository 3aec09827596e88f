import { UsageError } from "../../../base/errors.ts";
import { displayWidth } from "../../../base/text-width.ts";

/** A value as it stands in the text after `key=`; `at` is where it begins there. */
export type Node = TextNode | ListNode | CallNode;

/** A number, a word, a text in quotes. */
export interface TextNode {
	readonly kind: "text";
	/** Without quotes, and without the backslashes that protect a character. */
	readonly text: string;
	/** As it was typed. */
	readonly typed: string;
	/** Did quotes or a backslash say that it is a text, whatever it looks like? */
	readonly isText: boolean;
	readonly at: number;
}

/** `[32, 64]` */
export interface ListNode {
	readonly kind: "list";
	readonly items: readonly Node[];
	readonly at: number;
}

/** `range(0, 1, step=0.25)` */
export interface CallNode {
	readonly kind: "call";
	readonly name: string;
	readonly args: readonly CallArgument[];
	readonly at: number;
}

export interface CallArgument {
	/** Of `step=0.25`. */
	readonly name?: string;
	readonly value: Node;
	readonly at: number;
}

/** Something is wrong at a place of a text; `problem` says what. */
export class SyntaxProblem extends UsageError {
	readonly problem: string;
	readonly at: number;

	constructor(problem: string, at: number) {
		super(problem);
		this.problem = problem;
		this.at = at;
	}
}

/** Two lines: the text, and a caret below the place. A place in a later line of it has none. */
export function withCaret(text: string, at: number): string {
	const before = text.slice(0, at);
	return /[\r\n\t]/.test(text)
		? ""
		: `\n  ${text}\n  ${" ".repeat(displayWidth(before))}^`;
}

/** Of what looks like one, the rest is refused: nobody sees what it is. */
const SPACE = /[ \t\r\n]/;
const trimmed = (text: string) =>
	text.replace(/^[ \t\r\n]+|(?<![ \t\r\n])[ \t\r\n]+$/g, "");

const CLOSING = { "(": ")", "[": "]" } as const;

/** What a backslash protects outside of quotes; before anything else it is one, as in a path of Windows. */
const PROTECTED = /[,()[\]{}=:"'\s]/;

const CALL = /^([\p{ID_Start}_$][\p{ID_Continue}.$]*)\s*\(/u;
const NAMED = /^([\p{ID_Start}_][\p{ID_Continue}]*)\s*=(?!=)/u;

/** Deeper brackets are no parameter, and reading them would end the process. */
const DEEPEST = 32;

/**
 * Reads what is typed after `key=`: values with commas between them, each a text,
 * a list or a call. What they mean is not looked at here.
 * @throws SyntaxProblem with the place
 */
export function parseOverride(text: string): Node[] {
	return new Parser(text).read();
}

class Parser {
	readonly #text: string;
	#at = 0;
	#depth = 0;

	constructor(text: string) {
		this.#text = text;
	}

	read(): Node[] {
		const nodes = this.#separated(() => this.#value(), "");
		const rest = this.#text[this.#at];
		if (rest !== undefined)
			throw new SyntaxProblem(
				`it has a bracket, "${rest}", that none opens`,
				this.#at,
			);
		return nodes;
	}

	get #next(): string {
		return this.#text[this.#at] ?? "";
	}

	#space(): void {
		while (SPACE.test(this.#next)) this.#at++;
	}

	/** Items with commas between them, up to `end`. */
	#separated<T>(item: () => T, end: ")" | "]" | ""): T[] {
		const items: T[] = [];
		for (;;) {
			this.#space();
			const empty =
				this.#next === "," || this.#next === end || this.#next === "";
			if (empty && (items.length > 0 || this.#next === ","))
				throw new SyntaxProblem(
					`there is nothing before or after a comma; write it without spaces, as in lr=0.1,0.01`,
					this.#at,
				);
			if (empty) return items;
			items.push(item());
			this.#space();
			if (this.#next !== ",") return items;
			this.#at++;
		}
	}

	#value(): Node {
		const at = this.#at;
		const next = this.#next;
		if (next === '"' || next === "'") return this.#quoted(next);
		if (next === "[")
			return {
				kind: "list",
				items: this.#within("[", () => this.#value()),
				at,
			};
		if (next === "{")
			throw new SyntaxProblem(
				"an object is no value; give its members one by one, as in optim.lr=0.1",
				at,
			);
		const [head, name] = CALL.exec(this.#text.slice(at)) ?? [];
		if (head === undefined || name === undefined) return this.#bare();
		this.#at += head.length - 1;
		return {
			kind: "call",
			name,
			args: this.#within("(", () => this.#argument()),
			at,
		};
	}

	#argument(): CallArgument {
		const at = this.#at;
		const [head, name] = NAMED.exec(this.#text.slice(at)) ?? [];
		if (head === undefined || name === undefined)
			return { value: this.#value(), at };
		this.#at += head.length;
		this.#space();
		if (this.#next === "," || this.#next === ")" || this.#next === "")
			throw new SyntaxProblem(`${name}= has no value`, at);
		return { name, value: this.#value(), at };
	}

	#within<T>(open: "(" | "[", item: () => T): T[] {
		const at = this.#at;
		if (++this.#depth > DEEPEST)
			throw new SyntaxProblem("its brackets are too deep", at);
		this.#at++;
		const items = this.#separated(item, CLOSING[open]);
		if (this.#next !== CLOSING[open])
			throw this.#next === ""
				? new SyntaxProblem(`its bracket, "${open}", is never closed`, at)
				: new SyntaxProblem(
						`it has a bracket, "${this.#next}", where "${CLOSING[open]}" or a comma belongs`,
						this.#at,
					);
		this.#at++;
		this.#depth--;
		return items;
	}

	#quoted(quote: '"' | "'"): TextNode {
		const at = this.#at;
		let text = "";
		this.#at++;
		for (;;) {
			const next = this.#next;
			if (next === "")
				throw new SyntaxProblem(`its quote, ${quote}, is never closed`, at);
			if (next === quote) break;
			const slashes = this.#backslashes(quote);
			if (slashes === undefined) {
				text += next;
				this.#at++;
			} else text += slashes;
		}
		this.#at++;
		const end = this.#at;
		this.#space();
		if (!/^[,)\]]?$/.test(this.#next))
			throw new SyntaxProblem(
				this.#text.indexOf(quote, this.#at) >= 0
					? `${quote} stands between quotes of the same kind; use the other kind around it, or a backslash before it`
					: "quotes stand around all of a value",
				this.#at,
			);
		return {
			kind: "text",
			text,
			typed: this.#text.slice(at, end),
			isText: true,
			at,
		};
	}

	/**
	 * Backslashes before a quote: each pair is one, and a single one protects the
	 * quote. Before anything else they are what they are, and so is the last letter
	 * of a folder's path (`"C:\data\"`).
	 */
	#backslashes(quote: string): string | undefined {
		const [slashes] = /^\\+/.exec(this.#text.slice(this.#at)) ?? [];
		if (slashes === undefined) return undefined;
		const after = this.#at + slashes.length;
		const isBefore = this.#text[after] === quote;
		const isLast = !this.#text.includes(quote, after + 1);
		if (!isBefore || (isLast && slashes.length % 2 === 1)) {
			this.#at = after;
			return slashes;
		}
		const pairs = "\\".repeat(Math.floor(slashes.length / 2));
		if (slashes.length % 2 === 0) {
			this.#at = after;
			return pairs;
		}
		this.#at = after + 1;
		return pairs + quote;
	}

	#bare(): TextNode {
		const at = this.#at;
		let text = "";
		let protectedText = false;
		for (;;) {
			const next = this.#next;
			const after = this.#text[this.#at + 1] ?? "";
			if (next === "\\" && PROTECTED.test(after) && after !== "") {
				text += after;
				this.#at += 2;
				protectedText = true;
			} else if (next === "" || next === "," || /[)\]]/.test(next)) break;
			else if (/[([{}]/.test(next))
				throw new SyntaxProblem(`it has a bracket, "${next}"`, this.#at);
			else {
				text += next;
				this.#at++;
			}
		}
		const typed = trimmed(this.#text.slice(at, this.#at));
		return {
			kind: "text",
			text: trimmed(text),
			typed,
			isText: protectedText,
			at,
		};
	}
}
