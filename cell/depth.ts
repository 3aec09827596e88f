/*
 * Parsers go one level down for each bracket, and for each part of a chain such
 * as `a = b = c` or `else if`. Native ones end their process when the stack is
 * used up. So code is measured before any parser sees it, by a loop that cannot
 * run out of stack itself.
 */

/** Brackets in one another; a process ends at some 5,000. */
const BRACKETS = 500;

/**
 * What takes a parser deeper, in units of about 100 bytes of its stack: what
 * oxc was measured to use, and more for brackets, which V8 and the walks over
 * the syntax tree have to follow, too.
 */
const BRACKET = 40;
const LIMIT = BRACKETS * BRACKET;
const OPERATOR = 1;
const COLON = 4;
const ASSIGNMENT = 5;
const QUESTION = 6;
const TAG = 6;
const ARROW = 8;
const STATEMENTS = new Map([
	["if", 3],
	["else", 1],
	["for", 5],
	["while", 3],
	["do", 3],
	["with", 3],
	["try", 5],
	["catch", 1],
	["finally", 1],
	["switch", 5],
]);
const PREFIXES = new Map([
	...words("typeof void delete await case", 1),
	...words("return throw import export default", 1),
	...words("new", 4),
	...words("yield keyof readonly unique abstract async function infer", 6),
	...words("asserts type interface enum namespace module const let var", 6),
	...words("using declare static get set accessor override global", 6),
	...words("public private protected", 6),
	...words("class", 12),
]);
/** Words that go on with what stands before them, on whatever line. */
const CONTINUES = new Map([
	...words("in of instanceof as satisfies from", 1),
	...words("is extends implements", 6),
	...words("else while catch finally", 0),
]);
/** What follows the parentheses of these belongs to them. */
const HEADS = new Set(["if", "for", "while", "with", "await"]);

function words(names: string, weight: number): [string, number][] {
	return names.split(" ").map((name) => [name, weight]);
}

/** What is open at a place of the code, as far as one reading of it goes. */
interface Level {
	readonly outside: Level | undefined;
	readonly kind: "(" | "[" | "{" | "${" | "";
	/** Do the parentheses belong to an `if`, `for`, …? */
	readonly isHead: boolean;
	/** Of all levels around it, and of its own bracket. */
	readonly below: number;
	/** Of the expression that is being read. */
	chain: number;
	/** Of statements that have no end yet. */
	statements: number;
	/** `<` that may be the bracket of type arguments. */
	angles: number;
	/** Open elements. */
	tags: number;
	/** Did a statement end, unless an `else` follows? */
	ended: boolean;
	/** The last word, or the bracket that was closed; "." in front of a property's name; else empty. */
	word: string;
	/** May the expression end here? */
	isOperand: boolean;
}

const costOf = ({ below, chain, statements, angles, tags }: Level) =>
	below + chain + statements + angles * BRACKET + tags * TAG;

const inside = (
	outside: Level | undefined,
	kind: Level["kind"],
	isHead = false,
): Level => ({
	outside,
	kind,
	isHead,
	below: outside ? costOf(outside) + BRACKET : 0,
	chain: 0,
	statements: 0,
	angles: 0,
	tags: 0,
	ended: false,
	word: "",
	isOperand: false,
});

/** Where an element may begin: in text between tags, quotes and slashes are text. */
const MAY_HAVE_TAGS =
	/(?:^|[^\w$\]"'`\s]|\b(?:return|case|default|yield|await|typeof|void|delete|in|of|else|do|instanceof|extends|as|satisfies|new|throw|async))[^\S\r\n\u2028\u2029]*<[^\d=<]/mu;

const WORD = /[\p{ID_Continue}$\u200c\u200d]+/uy;
const isLineEnd = (char: string | undefined) =>
	char === "\n" || char === "\r" || char === "\u2028" || char === "\u2029";
/** Behind these, a slash begins a regular expression. */
const BEFORE_REGEX = new Set([
	..."(,=:[{&|?;~^%*",
	..."return typeof case void delete in instanceof new throw else do".split(
		" ",
	),
]);

/** Nothing takes more. */
const MOST_OF_A_CHARACTER = BRACKET + TAG;

/**
 * The offset at which code goes deeper than any parser is asked to; undefined
 * where it does not. It may be no code at all.
 *
 * Whether a slash divides, and what is text between tags, only a parser knows.
 * Where there are several readings, all are followed, and where they meet
 * again, the deepest goes on: too deep is never taken for shallow.
 * @param options.jsx may it have elements?
 */
export function tooDeepAt(
	code: string,
	{ jsx }: { readonly jsx: boolean },
): number | undefined {
	// Most code is too short to be deep.
	return code.length * MOST_OF_A_CHARACTER <= LIMIT
		? undefined
		: new Measure(code, jsx && MAY_HAVE_TAGS.test(code)).run();
}

/** The sentence for whoever wrote it. */
export const TOO_DEEP = `The code nests too deeply: here more than ${BRACKETS} brackets stand in one another, or some thousand parts in one expression or one chain of "else if"; compute it in steps, write a long "else if" as a switch or a Map, read large data from a file`;

class Measure {
	readonly #code: string;
	readonly #mayHaveTags: boolean;
	/** Readings that go on as code further down. */
	readonly #later = new Map<number, Level>();
	/** The reading that is code here, if one is. */
	#level: Level | undefined = inside(undefined, "");
	/** Did readings meet that differ? */
	#uncertain = false;
	#at = 0;
	/** The last sign or letter; that of an operand where readings may differ. */
	#previous = ";";
	/** Is this token the first of its line? */
	#newLine = false;

	constructor(code: string, mayHaveTags: boolean) {
		this.#code = code;
		this.#mayHaveTags = mayHaveTags;
	}

	run(): number | undefined {
		const { length } = this.#code;
		while (this.#at < length) {
			this.#meet();
			const level = this.#level;
			if (!level) {
				this.#at++;
				continue;
			}
			if (costOf(level) > LIMIT) return this.#at;
			this.#step(level);
		}
		return this.#level && costOf(this.#level) > LIMIT ? length - 1 : undefined;
	}

	/** Takes up the reading that has skipped what is before. */
	#meet(): void {
		const other = this.#later.get(this.#at);
		if (!other) return;
		this.#later.delete(this.#at);
		this.#previous = ")";
		if (this.#level) this.#uncertain = true;
		if (!this.#level || costOf(this.#level) < costOf(other))
			this.#level = other;
	}

	/** Another reading, or this one, is code again from an offset on. */
	#goOnAt(offset: number, level: Level): void {
		const other = this.#later.get(offset);
		if (other) this.#uncertain = true;
		if (!other || costOf(other) < costOf(level)) this.#later.set(offset, level);
	}

	/** This reading goes on behind a token, unless another one begins within it. */
	#advance(width: number): void {
		const to = this.#at + width;
		const level = this.#level;
		if (level && width > 1 && this.#later.size > 0)
			for (let at = this.#at + 1; at < to; at++)
				if (this.#later.has(at)) {
					this.#goOnAt(to, level);
					this.#level = undefined;
					this.#at++;
					return;
				}
		this.#at = to;
	}

	/** Reads one token; the level is this reading's own. */
	#step(level: Level): void {
		const char = this.#code[this.#at] as string;
		if (/\s/.test(char)) {
			if (isLineEnd(char)) this.#newLine = true;
			this.#at++;
			return;
		}
		const next = this.#code[this.#at + 1];
		if (char === "/" && (next === "/" || next === "*")) {
			this.#comment(level, next);
			return;
		}
		WORD.lastIndex = this.#at;
		const [word] = WORD.exec(this.#code) ?? [];
		this.#previous = word?.at(-1) ?? this.#sign(level, char, next);
		if (word !== undefined) this.#word(level, word);
		this.#newLine = false;
	}

	#word(level: Level, word: string): void {
		const isName = level.word === ".";
		const beginsAnew =
			level.isOperand &&
			(this.#newLine || level.word === "}") &&
			!CONTINUES.has(word);
		if (!isName && (beginsAnew || word === "case")) endStatement(level);
		if (level.ended) beginStatement(level, word);
		const weight = isName
			? undefined
			: (STATEMENTS.get(word) ?? PREFIXES.get(word) ?? CONTINUES.get(word));
		if (weight !== undefined && STATEMENTS.has(word)) {
			level.statements += weight;
			if (word === "else") level.chain = 0;
		} else level.chain += weight ?? 0;
		level.word = isName ? "name" : word;
		level.isOperand = weight === undefined;
		this.#advance(word.length);
	}

	/** @returns the sign that the next token stands behind */
	#sign(level: Level, char: string, next: string | undefined): string {
		if (level.ended && char !== ";") beginStatement(level, "");
		if (char === "(" || char === "[" || char === "{") {
			this.#level = inside(level, char, HEADS.has(level.word));
			this.#at++;
		} else if (char === ")" || char === "]" || char === "}")
			this.#close(level, char);
		else if (char === '"' || char === "'") this.#string(level, char);
		else if (char === "`") {
			level.chain += OPERATOR;
			this.#continueTemplate({ ...level }, this.#at + 1);
			this.#skipped();
		} else if (char === "/" && this.#regex(level)) return char;
		else if (char === "\\") this.#advance(2);
		else this.#operator(level, char, next);
		return char;
	}

	/** What was read is text; between tags it may be code, and code may be text. */
	#skipped(): void {
		if (!this.#mayHaveTags) this.#level = undefined;
		this.#at++;
	}

	#operator(level: Level, char: string, next: string | undefined): void {
		const isDouble = char === next;
		let width = 1;
		level.word = "";
		level.isOperand = false;
		switch (char) {
			case ";":
				endStatement(level);
				break;
			case ",":
				level.chain = 0;
				break;
			case "<":
				if (next === "/") level.tags = Math.max(0, level.tags - 1);
				else if (next !== "=") {
					level.angles++;
					if (this.#mayHaveTags) level.tags++;
				}
				level.chain += OPERATOR;
				break;
			case ">":
				level.angles = Math.max(0, level.angles - 1);
				level.chain += OPERATOR;
				break;
			case ":":
				level.chain += COLON;
				break;
			case "?":
				if (isDouble || next === ".") width = 2;
				if (next === ".") level.word = ".";
				level.chain += width === 2 ? OPERATOR : QUESTION;
				break;
			case "=":
				if (isDouble || next === ">") width = 2;
				level.chain += next === ">" ? ARROW : isDouble ? OPERATOR : ASSIGNMENT;
				break;
			case ".":
			case "#":
				level.word = ".";
				level.chain += OPERATOR;
				break;
			case "/":
				if (next === ">") level.tags = Math.max(0, level.tags - 1);
				level.chain += OPERATOR;
				break;
			default:
				if (isDouble) width = 2;
				if (char === "&" || char === "|") {
					if (isDouble) level.angles = 0;
				}
				level.isOperand = isDouble && (char === "+" || char === "-");
				level.chain += width * OPERATOR;
		}
		this.#advance(width);
	}

	/** One level, whatever bracket it has: what does not fit is no code, or another reading's. */
	#close({ outside, kind, isHead }: Level, char: string): void {
		this.#at++;
		if (!outside) return;
		const around = {
			...outside,
			chain: outside.chain + OPERATOR,
			word: char,
			isOperand: !isHead,
		};
		this.#level = around;
		if (char !== "}" || (kind !== "${" && !this.#uncertain)) return;
		this.#continueTemplate({ ...around }, this.#at);
		if (!this.#uncertain) this.#level = undefined;
	}

	/** A reading that goes on behind the template, or within its next value. */
	#continueTemplate(level: Level, from: number): void {
		this.#templateEnds ??= templateEnds(this.#code);
		const end = this.#templateEnds[from] ?? -1;
		if (end < 0) return;
		level.word = "";
		level.isOperand = true;
		if (this.#code[end] === "`") this.#goOnAt(end + 1, level);
		else this.#goOnAt(end + 2, inside(level, "${"));
	}

	#templateEnds: Int32Array | undefined;

	#string(level: Level, quote: string): void {
		const code = this.#code;
		if (level.isOperand && this.#newLine) endStatement(level);
		const behind = () => ({ ...level, word: "", isOperand: true });
		this.#goOnAt(stringEnd(code, this.#at), behind());
		// An attribute's value may have several lines, and no escapes.
		const end = this.#mayHaveTags ? code.indexOf(quote, this.#at + 1) : -1;
		if (end >= 0) this.#goOnAt(end + 1, behind());
		this.#skipped();
	}

	#comment(level: Level, second: string): void {
		const end = second === "/" ? this.#lineEnd() : this.#commentEnd();
		this.#goOnAt(end, { ...level });
		if (!this.#mayHaveTags) this.#level = undefined;
		this.#at++;
	}

	/** Is the slash the start of a regular expression for sure? Where it may be, that is a reading. */
	#regex(level: Level): boolean {
		const kind = this.#slashOf(level);
		if (kind === "division") return false;
		this.#regexEnds ??= regexEnds(this.#code);
		const end = this.#regexEnds[this.#at + 1] ?? -1;
		if (end < 0) return false;
		this.#goOnAt(end, { ...level, word: "", isOperand: true });
		if (this.#mayHaveTags || kind !== "regex") return false;
		this.#level = undefined;
		this.#at++;
		return true;
	}

	#slashOf({ word, isOperand }: Level): "division" | "regex" | undefined {
		if (BEFORE_REGEX.has(this.#previous) || BEFORE_REGEX.has(word))
			return "regex";
		// What stands behind these may be their operand.
		if (this.#previous === "+" || this.#previous === "-") return undefined;
		const isName = word !== "" && word !== "}" && word !== ")";
		if (isOperand && isName) return "division";
		if (this.#uncertain || word === "}") return undefined;
		if (isOperand) return "division";
		return word === ")" ? "regex" : undefined;
	}

	#regexEnds: Int32Array | undefined;

	// Of many in one line each would look for the same end.
	readonly #found = { line: -1, comment: -1 };

	#lineEnd(): number {
		if (this.#found.line < this.#at)
			for (
				this.#found.line = this.#at;
				this.#found.line < this.#code.length &&
				!isLineEnd(this.#code[this.#found.line]);
			)
				this.#found.line++;
		return this.#found.line;
	}

	#commentEnd(): number {
		const from = this.#at + 2;
		if (this.#found.comment < from) {
			const end = this.#code.indexOf("*/", from);
			this.#found.comment = end < 0 ? this.#code.length : end;
		}
		return this.#found.comment + 2;
	}
}

function endStatement(level: Level): void {
	level.chain = 0;
	level.angles = 0;
	level.ended = true;
}

/** `if (a) b; else c` has not ended at its semicolon. */
function beginStatement(level: Level, word: string): void {
	level.ended = false;
	if (word !== "else") level.statements = 0;
}

/** The offset behind a quoted text, or of the line's end that leaves it open. */
function stringEnd(code: string, start: number): number {
	const quote = code[start];
	for (let at = start + 1; at < code.length; at++) {
		const char = code[at];
		if (char === quote) return at + 1;
		if (char === "\n" || char === "\r") return at;
		if (char === "\\") at += code.startsWith("\r\n", at + 1) ? 2 : 1;
	}
	return code.length;
}

/** For every offset in a template's text, where that goes on as code: at a backquote or `${`. */
function templateEnds(code: string): Int32Array {
	const ends = new Int32Array(code.length + 2).fill(-1);
	for (let at = code.length - 1; at >= 0; at--) {
		const char = code[at];
		const isEnd = char === "`" || (char === "$" && code[at + 1] === "{");
		ends[at] = isEnd ? at : (ends[at + (char === "\\" ? 2 : 1)] ?? -1);
	}
	return ends;
}

/** For every offset in a regular expression, where that ends; negative where its line ends first. */
function regexEnds(code: string): Int32Array {
	const ends = new Int32Array(code.length + 2).fill(-1);
	const inClass = new Int32Array(code.length + 2).fill(-1);
	for (let at = code.length - 1; at >= 0; at--) {
		const char = code[at];
		if (isLineEnd(char)) continue;
		const next = at + (char === "\\" && !isLineEnd(code[at + 1]) ? 2 : 1);
		const after = ends[next] ?? -1;
		const afterInClass = inClass[next] ?? -1;
		ends[at] = char === "/" ? at + 1 : char === "[" ? afterInClass : after;
		inClass[at] = char === "]" ? after : afterInClass;
	}
	return ends;
}
