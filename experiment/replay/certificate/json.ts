import { afterString, nestsTooDeeply } from "../../../base/json-nesting.ts";

/**
 * Reads JSON that was signed or will decide what is trusted. Where readers of
 * JSON disagree – invalid UTF-8, a byte order mark, a name given twice, text
 * after the value, a number that a double does not hold, half a character – it
 * is refused, so that everybody who reads it reads the same.
 * @throws SyntaxError that says what is wrong
 */
export function parseUnambiguousJson(bytes: Uint8Array): unknown {
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
			bytes,
		);
	} catch {
		throw new SyntaxError("it is not UTF-8");
	}
	if (nestsTooDeeply(text, DEEPEST))
		throw new SyntaxError(`it is nested deeper than ${DEEPEST} levels`);
	const value: unknown = JSON.parse(text);
	requireWellFormed(value);
	const between = betweenTexts(text);
	const number = between
		.flatMap((part) => part.match(/-?\d[\d.eE+-]*/g) ?? [])
		.find((one) => JSON.stringify(Number(one)) !== one);
	if (number !== undefined)
		throw new SyntaxError(
			`it has the number ${number.slice(0, 40)}, which is not every reader's`,
		);
	// A text followed by a colon is a name; a second one of the same name is lost.
	const names = between.slice(1).filter((part) => /^\s*:/.test(part));
	if (names.length !== countNames(value))
		throw new SyntaxError("a name is given twice in one object");
	return value;
}

/** What stands before, between and after the texts of valid JSON. An expression would need a stack for a long text. */
function betweenTexts(json: string): string[] {
	const parts: string[] = [];
	let at = 0;
	for (;;) {
		const begin = json.indexOf('"', at);
		if (begin === -1) return [...parts, json.slice(at)];
		parts.push(json.slice(at, begin));
		at = afterString(json, begin);
	}
}

/** A statement has seven levels. What goes deep would exhaust the stack of whoever reads it. */
const DEEPEST = 64;

function requireWellFormed(value: unknown): void {
	if (typeof value === "string" && !value.isWellFormed())
		throw new SyntaxError("it has half a character");
	if (typeof value !== "object" || value === null) return;
	for (const part of Object.entries(value).flat()) requireWellFormed(part);
}

function countNames(value: unknown): number {
	if (typeof value !== "object" || value === null) return 0;
	const inner = Object.values(value).reduce(
		(sum: number, one) => sum + countNames(one),
		0,
	);
	return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}
