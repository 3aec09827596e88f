/**
 * Reads JSON that was signed or will decide what is trusted. Where readers of
 * JSON disagree – invalid UTF-8, a byte order mark, a name given twice, text
 * after the value – it is refused, so that everybody who reads it reads the same.
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
	const value: unknown = JSON.parse(text);
	requireShallow(value, DEEPEST);
	// In valid JSON a text followed by a colon is a name; a second one of the same name is lost.
	const names = text.match(/"(?:[^"\\]|\\[\s\S])*(?:"(?:\s*:)?|\\?$)/g) ?? [];
	if (names.filter((name) => name.endsWith(":")).length !== countNames(value))
		throw new SyntaxError("a name is given twice in one object");
	return value;
}

/** A statement has seven levels. What goes deep would exhaust the stack of whoever reads it. */
const DEEPEST = 64;

function requireShallow(value: unknown, left: number): void {
	if (typeof value !== "object" || value === null) return;
	if (left === 0)
		throw new SyntaxError(`it is nested deeper than ${DEEPEST} levels`);
	for (const inner of Object.values(value)) requireShallow(inner, left - 1);
}

function countNames(value: unknown): number {
	if (typeof value !== "object" || value === null) return 0;
	const inner = Object.values(value).reduce(
		(sum: number, one) => sum + countNames(one),
		0,
	);
	return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === "object" && value !== null && !Array.isArray(value);
