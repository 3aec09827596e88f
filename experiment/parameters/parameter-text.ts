import type { Scalar } from "../events.ts";
import { isSecret } from "../secrets/named-secrets.ts";

/** How a text is read: as what it looks like, or as text since its parameter is declared as one. */
export type ReadAs = "value" | "text";

/** A number as TypeScript writes it, separators apart; the decimal point may come first or last. */
const NUMBER =
	/^(?:[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|0(?:x[\da-f]+|o[0-7]+|b[01]+))$/i;

/** What begins like this was meant as a number, in whatever digits and with whatever sign. */
const BEGINS_AS_NUMBER = /^[-+\p{Pd}\u2212]*[.,]?\p{Nd}/u;

/** Characters that nobody sees, or takes for a space. */
const INVISIBLE =
	/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|(?! )\p{Zs}/u;

const TYPOGRAPHIC_QUOTE = /[“”„‟«»‹›‚‛`]|^[‘’]|[‘’]$/;

const NOTHING = "a parameter has a value; leave it out if it has none";

/** Words of other languages and numbers that are none, with what was meant. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
	["true", "write true"],
	["false", "write false"],
	["infinity", "write Infinity"],
	["inf", "write Infinity"],
	["nan", "NaN is no value to compute with"],
	["none", NOTHING],
	["null", NOTHING],
	["nil", NOTHING],
	["undefined", NOTHING],
]);

/**
 * Reads a value as it is typed after `key=`: numbers and booleans by their
 * look, anything else as text; quotes force text.
 */
export function parseValue(text: string): Scalar {
	const quoted = /^(["'])(.*)\1$/s.exec(text);
	if (quoted) return quoted[2] as string;
	if (text === "true" || text === "false") return text === "true";
	if (text !== "" && /^[-+]?(\d|\.\d|Infinity$|0x)/.test(text)) {
		const number = Number(text);
		// A record has no -0.
		if (!Number.isNaN(number)) return number + 0;
	}
	return text;
}

/**
 * Splits `0.1,0.01,"a,b"` at the commas outside of quotes, whatever brackets there are:
 * so earlier versions read the values of a multirun.
 */
export function splitList(text: string): string[] {
	return (text.match(/("[^"]*"|'[^']*'|[^,])+/g) ?? [""]).map((part) =>
		part.trim(),
	);
}

/** The text without the quotes around it; undefined where there are none. */
export const quotedText = (text: string): string | undefined =>
	/^(["'])(.*)\1$/s.exec(text)?.[2];

/**
 * What is wrong with one value, as it is typed without quotes, that would become
 * another than was meant: what looks like code or like a number and is none.
 */
export function problemOfText(
	key: string,
	text: string,
	as: ReadAs,
): string | undefined {
	if (text === "") return undefined;
	return (
		problemOfCharacters(text) ??
		problemOfCode(key, text) ??
		(as === "value"
			? (problemOfNumber(text) ?? problemOfWord(text))
			: undefined)
	);
}

/** A text for a message, which front ends and notebooks keep. */
export const shownText = (key: string, text: string) =>
	isSecret(key, text) ? "…" : visible(text);

/** Invisible characters as their numbers. */
export const visible = (text: string): string =>
	text.replaceAll(
		new RegExp(INVISIBLE, "gu"),
		(character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
	);

function problemOfCharacters(text: string): string | undefined {
	if (INVISIBLE.test(text)) return "it has a character that nobody sees";
	if (TYPOGRAPHIC_QUOTE.test(text))
		return "quotes are written \" or ', straight";
	if (/"|^'|'$/.test(text)) return "quotes stand around all of a value";
	return undefined;
}

/** What only code would understand; magics and the command line take values as they are. */
function problemOfCode(key: string, text: string): string | undefined {
	if (text.startsWith("="))
		return `one equals sign is enough: ${key}=${shownText(key, text.replace(/^[=\s]+/, ""))}`;
	if (/[<>]/.test(text)) return "it has a bracket";
	if (/[;=|]/.test(text))
		return `it has "${/[;=|]/.exec(text)?.[0]}", which stands in no value without quotes`;
	if (
		/^\$[\p{ID_Start}_]/u.test(text) ||
		/^(?:Math|Number|process|dd)\./.test(text)
	)
		return "names are not looked up here; write the value itself";
	return undefined;
}

function problemOfNumber(text: string): string | undefined {
	if (!BEGINS_AS_NUMBER.test(text)) return undefined;
	if (!NUMBER.test(text))
		return `it begins like a number and is none${meant(text)}`;
	const value = Number(text);
	if (!Number.isFinite(value))
		return `it is larger than any number (${Number.MAX_VALUE})`;
	const [mantissa = "", exponent] = /^0[xob]/i.test(text)
		? [text]
		: text.toLowerCase().split("e");
	if (value === 0 && /[1-9]/.test(mantissa))
		return `it is smaller than any number (${Number.MIN_VALUE})`;
	if (
		Math.abs(value) > Number.MAX_SAFE_INTEGER &&
		(exponent === undefined ||
			digitsOf(mantissa) !== digitsOf(value.toExponential().split("e", 1)[0]))
	)
		return `beyond ${Number.MAX_SAFE_INTEGER} whole numbers cannot be told apart, and it would be ${value}; write it as ${value.toExponential().replace("+", "")} if that is meant`;
	return undefined;
}

/** The digits of a decimal number without sign, point and zeros around them. */
const digitsOf = (mantissa = "") =>
	mantissa.replaceAll(/[-+.]/g, "").replaceAll(/^0+|(?<!0)0+$/g, "");

/** The number that was meant, where it can be told. */
function meant(text: string): string {
	const plain = text
		.normalize("NFKC")
		.replace(/^[\p{Pd}\u2212]+/u, "-")
		.replaceAll("_", "")
		.replace(/^([-+]?)0+(?=\d)/, "$1");
	return plain !== text && NUMBER.test(plain) ? `; write ${plain}` : "";
}

function problemOfWord(text: string): string | undefined {
	if (/^[-+]?Infinity$/.test(text) || text === "true" || text === "false")
		return undefined;
	return OTHER_WORDS.get(text.toLowerCase().replace(/^[-+]/, ""));
}
