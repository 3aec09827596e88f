import { codeIn, isMagicName, splitName, takesText } from "./magic-syntax.ts";
import type { ParsedCode } from "./parse.ts";
import { analyseScope } from "./scope.ts";
import { parseSource } from "./syntax.ts";
import { endsTooEarly, leavesTextOpen } from "./text/incomplete.ts";

/** How a line is marked as a magic. `%%dd` is another spelling of `%dd`. */
export type MagicMark = "%dd" | "%" | "%%" | "!";

/** A line of a cell that is a magic or a shell command. */
export interface MagicLine {
	readonly mark: MagicMark;
	/** What follows the mark, trimmed. */
	readonly text: string;
	/** 1-based. */
	readonly line: number;
}

/** A cell, split at its magics. */
export interface ParsedCell {
	readonly source: string;
	readonly magics: readonly MagicLine[];
	/**
	 * The source's lines, with the magics' lines blank, and those that a magic
	 * takes as text: same number of lines. What a magic takes as code stays, in
	 * its place.
	 */
	readonly lines: readonly string[];
	/** What a `%%` magic takes as text: all that follows its line. */
	readonly text?: string;
}

/** What is known outside of the cell. */
export interface CellSurroundings {
	/** Is this a global, or a name that an earlier cell declared? By default none is. */
	readonly isName?: (name: string) => boolean;
}

const CANDIDATE =
	/^(?<indent>[ \t]*)(?:(?<dd>%{1,2}dd\b)|(?<percent>%{1,2})(?=[A-Za-z]))(?<text>[^\r]*)\r?$|^!(?<command>(?!!)\s*[^\s][^\r]*)\r?$/;

/**
 * Finds the magics of a cell. A line is one
 *
 * - that starts with `%dd` or `%%dd`, unless it lies in a template literal or a comment;
 * - that starts with `%name` or `%%name` where a statement could start. Below
 *   code that the line could continue (`a⏎%b`), it is one only in the first
 *   column and with the name of a magic that there is;
 * - that starts, in the first column, with `!` where a statement could start
 *   and is not TypeScript (`!git status`), or whose first word stands alone and
 *   names nothing (`!ls -l`): as TypeScript it could only fail. `!done`,
 *   `!flag && f()` and `!important()` are TypeScript as ever.
 */
export function parseCell(
	source: string,
	{ isName = () => false }: CellSurroundings = {},
): ParsedCell {
	const lines = source.split("\n");
	if (!lines.some((line) => CANDIDATE.test(line)))
		return { source, magics: [], lines };
	const magics: MagicLine[] = [];
	const whole = [...lines];
	const parser = new Parser();
	const parsed = (text?: string): ParsedCell => {
		for (const { mark, text: magic, line } of magics)
			lines[line - 1] = codeOf(mark, magic, whole[line - 1] as string);
		return { source, magics, lines, ...(text === undefined ? {} : { text }) };
	};
	for (const [index, line] of lines.entries()) {
		const found = CANDIDATE.exec(line)?.groups;
		if (!found) continue;
		const mark = markOf(found);
		const place = new Place(lines, index, parser);
		const isMagic =
			mark === "%dd"
				? !place.inText
				: mark === "!"
					? isShell(place, found.command as string, lines, isName, parser)
					: isNamed(place, mark, found);
		if (!isMagic) continue;
		const text = (found.text ?? found.command ?? "").trim();
		magics.push({ mark, text, line: index + 1 });
		lines[index] = " ".repeat(line.length);
		if (mark !== "%%" || !takesText(nameOf(text))) continue;
		const rest = lines.splice(index + 1);
		lines.push(...rest.map((one) => " ".repeat(one.length)));
		return parsed(rest.join("\n"));
	}
	return parsed();
}

/** A magic's line with nothing left but the code that it takes. */
function codeOf(mark: MagicMark, text: string, line: string): string {
	const code = mark === "%" ? (codeIn(text) ?? "") : "";
	const end = line.trimEnd().length;
	return " ".repeat(end - code.length) + code + " ".repeat(line.length - end);
}

type Groups = Partial<Record<string, string>>;

function markOf({ dd, percent }: Groups): MagicMark {
	if (dd) return "%dd";
	return percent === "%" || percent === "%%" ? percent : "!";
}

/** The first word of a magic's text. */
export const nameOf = (text: string) => splitName(text)[0];

type State = "text" | "open" | "broken" | "whole";

/**
 * The code around a line is parsed for every line that may be a magic. Nobody writes so
 * many lines into so long a cell: from there on all of them are magics, unless they
 * lie in a text.
 */
const MOST_PARSED = 800_000;

class Parser {
	#left = MOST_PARSED;
	/** Gone with the reading of the cell. */
	readonly #parsed = new Map<string, ParsedCode>();
	/** Of the last place. */
	state: State = "whole";

	get isUsedUp(): boolean {
		return this.#left <= 0;
	}

	errorsIn(code: string) {
		return this.parse(code).errors;
	}

	parse(code: string): ParsedCode {
		const known = this.#parsed.get(code);
		if (known) return known;
		this.#left -= code.length;
		const parsed = parseSource(code);
		this.#parsed.set(code, parsed);
		return parsed;
	}
}

/** A line, seen by the parser: what stands before it has its magics blank already. */
class Place {
	readonly #parser: Parser;
	readonly #before: string = "";
	readonly #rest: string = "";
	readonly #length: number;
	readonly #state: State;

	constructor(lines: readonly string[], index: number, parser: Parser) {
		this.#parser = parser;
		this.#length = (lines[index] as string).length;
		if (parser.isUsedUp) {
			this.#state = parser.state;
			return;
		}
		this.#before = lines
			.slice(0, index)
			.map((line) => `${line}\n`)
			.join("");
		this.#rest = lines.slice(index).join("\n");
		// Most magics stand on top.
		const [error] =
			this.#before.trim() === "" ? [] : parser.errorsIn(this.#before);
		if (!error) this.#state = "whole";
		else if (leavesTextOpen(this.#before, error)) this.#state = "text";
		else this.#state = endsTooEarly(this.#before, error) ? "open" : "broken";
		parser.state = this.#state;
	}

	/** Does the line begin inside of a template literal or a comment? */
	get inText(): boolean {
		return this.#state === "text";
	}

	/** Can a statement of the cell's top level begin here? */
	get startsStatement(): boolean {
		return this.#state === "whole" || this.#state === "broken";
	}

	/** Is the line TypeScript, or the start of it? */
	get isCode(): boolean {
		if (this.#parser.isUsedUp) return false;
		const before = this.#state === "broken" ? "" : this.#before;
		const end = before.length + this.#length;
		return this.#parser
			.errorsIn(before + this.#rest)
			.every(
				({ labels: [label] }) => label !== undefined && label.start >= end,
			);
	}
}

function isNamed(place: Place, mark: "%" | "%%", found: Groups): boolean {
	if (!place.startsStatement) return false;
	if (mark === "%%") return true;
	if (!found.indent && isMagicName(nameOf(found.text as string))) return true;
	return !place.isCode;
}

/** The first word of a command, where nothing follows that could only be TypeScript. */
const LONE_WORD =
	/^\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)(?![\p{ID_Continue}$.([`]|\?\.)/u;

const KEYWORDS = new Set(
	`async await class delete false function import new null super this true typeof undefined
	void yield`.split(/\s+/),
);

function isShell(
	place: Place,
	command: string,
	lines: readonly string[],
	isName: (name: string) => boolean,
	parser: Parser,
): boolean {
	if (!place.startsStatement) return false;
	if (!place.isCode) return true;
	const word = LONE_WORD.exec(command)?.[1];
	return (
		word !== undefined &&
		!KEYWORDS.has(word) &&
		!(word in globalThis) &&
		!isName(word) &&
		!declaredNear(lines, parser).has(word)
	);
}

/** Names that the cell's code declares, with and without the lines that may be commands. */
function declaredNear(
	lines: readonly string[],
	parser: Parser,
): ReadonlySet<string> {
	const names = new Set<string>();
	for (const code of [
		lines.join("\n"),
		lines.map((line) => (CANDIDATE.test(line) ? "" : line)).join("\n"),
	])
		for (const [name, declared] of analyseScope(parser.parse(code).program)
			.declarations)
			if (declared.some(({ hasValue }) => hasValue)) names.add(name);
	return names;
}

/** Is there no code in these lines, only blank ones and comments? */
export function isBlank(code: string): boolean {
	const rest = code.replace(
		/\/\*(?:[\s\S]*?\*\/|([\s\S]*))|\/\/.*/g,
		(_, open: string | undefined) => (open === undefined ? "" : "/*"),
	);
	return rest.trim() === "";
}
