/** A promise, also one of another library. */
export const isPromise = (value: unknown): boolean =>
	typeof value === "object" && value !== null && "then" in value;

/** A longer text would be most of the message. */
const LONGEST_TEXT = 200;

/** A value that should have been another, for a message: `"fast"`, `3`, `a list`, `an object`. */
export function described(value: unknown): string {
	if (value === null || value === undefined) return String(value);
	if (Array.isArray(value)) return "a list";
	if (typeof value === "string")
		return value.length > LONGEST_TEXT
			? `a text of ${value.length} characters`
			: JSON.stringify(value);
	if (typeof value === "number" || typeof value === "boolean")
		return String(value);
	if (isPromise(value)) return "a promise";
	return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
