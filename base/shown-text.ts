/*
 * Text that somebody else wrote (names, paths, messages; whatever a record, a
 * notebook, a certificate or a file holds) before it is shown. A terminal acts on
 * control characters, reorders what follows a bidirectional one, and shows
 * nothing of an invisible one: each of them is shown as an escape, such as
 * `\n`, `\u001b` or `\u{e0041}`. What people write stays as it is: letters of any
 * script, their marks and joiners, and emoji.
 */
import { FIRST_STRONG_ISOLATE, POP_ISOLATE, startOf } from "./text-width.ts";

/** Characters that control a terminal, reorder a line, or cannot be seen. */
const UNSEEN =
	"\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Bidi_Control}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\ufff9-\\ufffb";

/**
 * Scripts in which an invisible joiner between letters changes how they are
 * written.
 */
const JOINING = [
	...["Arab", "Syrc", "Deva", "Beng", "Guru", "Gujr", "Orya", "Taml"],
	...["Telu", "Knda", "Mlym", "Sinh", "Khmr", "Mymr", "Tibt"],
]
	.map((script) => `\\p{Script_Extensions=${script}}`)
	.join("");

const PICTURE =
	"\\p{Extended_Pictographic}[\\u{1f3fb}-\\u{1f3ff}]?[\\ufe0e\\ufe0f]?";

/**
 * Invisible characters that are allowed: each belongs to a visible one beside
 * it.
 */
const BELONGING = [
	// The flags of England, Scotland and Wales.
	"\\u{1f3f4}\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}",
	`${PICTURE}(?:\\u200d${PICTURE})*`,
	"[0-9#*]\\ufe0f?\\u20e3",
	"\\p{Script=Han}[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]",
	`(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`,
].join("|");

/**
 * A letter with more marks than this reaches into the lines above and below.
 */
const MOST_MARKS = 8;
/**
 * Marks beyond that limit, and a mark with no letter before it, which would
 * combine with a letter of ours.
 */
const STRAY_MARK = `(?<![^\\n])\\p{M}|(?<=\\p{M}{${MOST_MARKS}})\\p{M}`;

const ISOLATED = "\\u2068([^\\u2066-\\u2069]*)\\u2069";
const RIGHT_TO_LEFT =
	/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const NOT_AS_IT_IS = new RegExp(
	`${ISOLATED}|(${BELONGING})|(?:${STRAY_MARK}|[${UNSEEN}])`,
	"gu",
);

const SHORT: Readonly<Record<string, string>> = {
	"\n": "\\n",
	"\r": "\\r",
	"\t": "\\t",
};

function escaped(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	const digits = code.toString(16).padStart(4, "0");
	return (
		SHORT[character] ?? (code > 0xffff ? `\\u{${digits}}` : `\\u${digits}`)
	);
}

function visible(text: string, kept: string): string {
	return text.replace(
		NOT_AS_IT_IS,
		(found: string, isolated?: string, belonging?: string) => {
			// An escape that we wrote is not escaped again.
			if (isolated !== undefined)
				return RIGHT_TO_LEFT.test(isolated)
					? FIRST_STRONG_ISOLATE + visible(isolated, kept) + POP_ISOLATE
					: `\\u2068${visible(isolated, kept)}\\u2069`;
			return belonging ?? (kept.includes(found) ? found : escaped(found));
		},
	);
}

/** The text in one line, with nothing in it that cannot be seen. */
export const oneLine = (text: string): string => visible(text, "");

/**
 * The same for a text of several lines: line breaks and tabs stay. Its lines
 * could be mistaken for ours, so print it only where nobody would.
 */
export const shownLines = (text: string): string =>
	visible(text.replace(/\r\n/g, "\n"), "\n\t");

/**
 * One attribute of SGR (ECMA-48 §8.3.117): colours and styles, except the one
 * that hides text.
 */
const ATTRIBUTE =
	"0?[0-79]|[1-9][0-79]|10[0-7]|[34]8(?:;5;\\d{1,3}|;2(?:;\\d{1,3}){3}|:[\\d:]{1,20})";
const COLOURS = new RegExp(
	`\\u001b\\[(?:(?:${ATTRIBUTE})(?:;(?:${ATTRIBUTE}))*)?m`,
	"g",
);

/** Colours taken away: for errors, whose stacks are coloured where they come from. */
export const withoutColours = (text: string): string =>
	text.replace(COLOURS, "");

/** Keeps right-to-left text from reordering the text beside it. */
export const isolated = (text: string): string =>
	RIGHT_TO_LEFT.test(text) && !text.includes(FIRST_STRONG_ISOLATE)
		? FIRST_STRONG_ISOLATE + text + POP_ISOLATE
		: text;

/**
 * Blanks that hide where a value ends, or push the following text into another
 * column or line.
 */
const MISLEADING_BLANKS =
	/^[\p{Zs}\u2800]+|[\p{Zs}\u2800]{2,}|[\p{Zs}\u2800]$/gu;

const LONGEST_VALUE = 500;

/**
 * A value by somebody else, to be put into a line of ours: one line, of bounded
 * length, everything in it visible, also blanks where they could mislead.
 */
export function shownValue(value: unknown, longest = LONGEST_VALUE): string {
	// A record may hold anything where its type says text.
	const text = typeof value === "string" ? value : `${JSON.stringify(value)}`;
	const seen = oneLine(startOf(text, longest)).replace(
		MISLEADING_BLANKS,
		(blanks) => "␣".repeat([...blanks].length),
	);
	return isolated(
		text.length > longest || seen.length > longest
			? `${startOf(seen, longest)}…`
			: seen,
	);
}

/**
 * The first items of a list as texts, and how many more there are. The list may
 * be of any length, since somebody else made it.
 */
export function firstOf<T>(
	all: readonly T[],
	most: number,
	toText: (one: T) => string,
	rest = (count: number) => `${count} more`,
): string[] {
	const more = all.length - most;
	return [
		...all.slice(0, most).map((one) => toText(one)),
		...(more > 0 ? [rest(more)] : []),
	];
}

/**
 * A line of ours with values that somebody else wrote.
 *
 * @example
 * throw new UsageError(shown`there is no run ${reference} in ${folder}`);
 */
export const shown = (
	ours: TemplateStringsArray,
	...theirs: readonly unknown[]
): string =>
	String.raw({ raw: ours }, ...theirs.map((value) => shownValue(value)));

const UNSEEN_IN_JSON = new RegExp(
	// Of the control characters in C0, `JSON.stringify` leaves only its own line
	// breaks and tabs.
	`(?![\\n\\t])[${UNSEEN}]`,
	"gu",
);

/**
 * JSON that is safe to print: invisible characters are escaped, so every reader
 * still gets the same value.
 */
export const shownJson = (
	value: unknown,
	replacer?: (key: string, value: unknown) => unknown,
): string =>
	JSON.stringify(value, replacer, "\t").replace(UNSEEN_IN_JSON, (found) =>
		Array.from(
			{ length: found.length },
			(_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`,
		).join(""),
	);
