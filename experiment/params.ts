import { UsageError } from "./errors.ts";
import type { Params, ParamValue } from "./events.ts";
import { suggestion } from "./nearest.ts";

/** Where a parameter's value came from. */
export type ParamOrigin = "default" | "cell" | "override";

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Reads a value as it is typed after `key=`: numbers and booleans by their
 * look, anything else as text; quotes force text.
 */
export function parseValue(text: string): ParamValue {
	const quoted = /^(["'])(.*)\1$/s.exec(text);
	if (quoted) return quoted[2] as string;
	if (text === "true" || text === "false") return text === "true";
	if (text !== "" && /^[-+]?(\d|\.\d|Infinity$|0x)/.test(text)) {
		const number = Number(text);
		if (!Number.isNaN(number)) return number;
	}
	return text;
}

/** Splits `key=value`; undefined when the text is not of that form. */
export function splitAssignment(
	text: string,
): { key: string; value: string } | undefined {
	const at = text.indexOf("=");
	if (at <= 0) return undefined;
	const key = text.slice(0, at);
	return IDENTIFIER.test(key) ? { key, value: text.slice(at + 1) } : undefined;
}

/** Parses `["lr=0.1", …]` to a map of texts. Throws a UsageError for anything else. */
export function parseAssignments(
	texts: readonly string[],
): Record<string, string> {
	return Object.fromEntries(
		texts.map((text) => {
			const assignment = splitAssignment(text);
			if (!assignment)
				throw new UsageError(
					`"${text}" is not a parameter; write it as key=value, for example lr=0.1`,
				);
			return [assignment.key, assignment.value];
		}),
	);
}

/** Reads `text` as the type of `declared`. Throws a UsageError that names the parameter. */
export function coerce(
	key: string,
	text: string,
	declared: ParamValue,
): ParamValue {
	const value = parseValue(text);
	if (typeof declared === "string")
		return String(text.replace(/^(["'])(.*)\1$/s, "$2"));
	if (typeof value !== typeof declared)
		throw new UsageError(
			`parameter ${key} is a ${typeof declared} (declared ${key}=${declared}), and "${text}" is not one`,
		);
	return value;
}

/**
 * The declared parameters with overrides applied, each read as its declared
 * type. Throws a UsageError for an override that is not declared.
 */
export function applyOverrides(
	declared: Params,
	overrides: Readonly<Record<string, string>>,
): { params: Params; overridden: string[] } {
	const params: Record<string, ParamValue> = { ...declared };
	for (const [key, text] of Object.entries(overrides)) {
		const value = Object.hasOwn(declared, key) ? declared[key] : undefined;
		if (value === undefined)
			throw new UsageError(
				`no parameter "${key}" is declared${suggestion(key, Object.keys(declared))}`,
			);
		params[key] = coerce(key, text, value);
	}
	return { params, overridden: Object.keys(overrides) };
}
