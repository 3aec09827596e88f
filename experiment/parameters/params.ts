import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import type { Params, ParamValue } from "../events.ts";
import { session } from "../session.ts";
import {
	checkListText,
	checkValueText,
	parseValue,
	quotedText,
	splitList,
} from "./parameter-text.ts";

/** A name that code can use, however its letters are composed; no joiners, which nobody sees. */
const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** `key=value`, the value as it was written. */
export interface Assignment {
	readonly key: string;
	readonly value: string;
}

/** Splits `key=value`; undefined when the text is not of that form. Two spellings of an umlaut are one name. */
export function splitAssignment(text: string): Assignment | undefined {
	const at = text.indexOf("=");
	if (at <= 0) return undefined;
	const key = text.slice(0, at).normalize("NFC");
	return IDENTIFIER.test(key) ? { key, value: text.slice(at + 1) } : undefined;
}

/** @throws UsageError for a parameter that is given twice */
export function collectAssignments(
	assignments: readonly Assignment[],
): Record<string, string> {
	const values = new Map<string, string>();
	for (const { key, value } of assignments) {
		if (values.has(key)) throw new UsageError(`${key} is given twice`);
		values.set(key, value);
	}
	return Object.fromEntries(values);
}

/**
 * Reads what was typed after `key=` as the type of `declared`.
 * @throws UsageError that names the parameter, for a text of another type or one that is no value
 */
export function readTyped(
	key: string,
	text: string,
	declared: ParamValue,
): ParamValue {
	// A replay repeats what was recorded, also by those who were less strict.
	if (!session().replay)
		checkValueText(key, text, typeof declared === "string" ? "text" : "value");
	return coerce(key, text, declared);
}

/** The same for all the values of a multirun's parameter, with commas between them. */
export function readTypedList(
	key: string,
	text: string,
	declared: ParamValue,
): ParamValue[] {
	if (!session().replay)
		checkListText(key, text, typeof declared === "string" ? "text" : "value");
	return splitList(text).map((part) => coerce(key, part, declared));
}

/** Reads `text` as the type of `declared`. Throws a UsageError that names the parameter. */
export function coerce(
	key: string,
	text: string,
	declared: ParamValue,
): ParamValue {
	const value = parseValue(text);
	if (typeof declared === "string") return quotedText(text) ?? text;
	if (typeof value !== typeof declared) throw otherType(key, text, declared);
	return value;
}

/** The error for a value that is not of the type of `declared`. */
export const otherType = (
	key: string,
	given: ParamValue,
	declared: ParamValue,
): UsageError =>
	new UsageError(
		`parameter ${key} is a ${typeof declared} (declared ${key}=${declared}), and "${given}" is not one`,
	);

/**
 * Reads what a command line gives a parameter, as the type that it was declared with.
 * @param lists may there be several values, with commas between them?
 * @throws UsageError for a parameter that is not declared, or a value of another type
 */
export function readOverride(
	key: string,
	text: string,
	declared: Params,
	lists: boolean,
): ParamValue[] {
	const value = Object.hasOwn(declared, key) ? declared[key] : undefined;
	if (value === undefined)
		throw new UsageError(
			`no parameter "${key}" is declared${suggestion(key, Object.keys(declared))}`,
		);
	return lists
		? readTypedList(key, text, value)
		: [readTyped(key, text, value)];
}
