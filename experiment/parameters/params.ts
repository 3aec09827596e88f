import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import type { Params, ParamValue } from "../events.ts";
import { session } from "../session.ts";
import { readOverrideText, readUntyped, typeName } from "./overrides/read.ts";
import { paramText, written } from "./overrides/written.ts";
import { parseValue, quotedText, splitList } from "./parameter-text.ts";

/** A name that code can use, however its letters are composed; no joiners, which nobody sees. Members of groups have dots. */
const IDENTIFIER =
	/^[\p{ID_Start}_$][\p{ID_Continue}$]*(?:\.[\p{ID_Start}_$][\p{ID_Continue}$]*)*$/u;

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
	const [value] = readAs(key, text, declared, false);
	if (value === undefined) throw otherType(key, text, declared);
	return value;
}

/**
 * The same for all the values of a multirun's parameter: commas, `choice(…)`, `range(…)` and their like.
 * @param names the texts that a task lists for it, among which `glob(…)` chooses
 */
export const readTypedList = (
	key: string,
	text: string,
	declared: ParamValue,
	names?: readonly string[],
): ParamValue[] => readAs(key, text, declared, true, names);

/**
 * What is typed for a parameter whose type nobody declared.
 * @param how as for `readUntyped`
 * @throws UsageError that names the parameter, for a text that is no value
 */
export const readUndeclared = (
	key: string,
	text: string,
	how: Parameters<typeof readUntyped>[2],
): ParamValue[] =>
	leniently(
		() => readUntyped(key, text, how),
		() =>
			(how.lists ? splitList(text) : [text]).map((part) => {
				const value = parseValue(part);
				return !how.ofTask || String(value) === part
					? value
					: (quotedText(part) ?? part);
			}),
	);

/** A replay repeats what was recorded, also by those who were less strict. */
function leniently<T>(read: () => T, asBefore: () => T): T {
	if (!session().replay) return read();
	try {
		return read();
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		return asBefore();
	}
}

function readAs(
	key: string,
	text: string,
	declared: ParamValue,
	lists: boolean,
	names?: readonly string[],
): ParamValue[] {
	const [sample] = typeof declared === "object" ? declared : [declared];
	const as = typeof sample === "string" ? "text" : "value";
	if (text.trim() === "" && typeof declared !== "string")
		throw new UsageError(`${key}= has no value`);
	const read = () =>
		readOverrideText(key, text, {
			as,
			lists,
			...(names === undefined ? {} : { names }),
		}).map((value) => requireType(key, value, declared));
	return leniently(read, () =>
		(lists ? splitList(text) : [text]).map((part) =>
			coerce(key, part, declared),
		),
	);
}

/**
 * A value that has the type of `declared`; of a list, those in it. A list of
 * nothing is one of any type.
 * @throws UsageError that names the parameter
 */
export function requireType(
	key: string,
	value: ParamValue,
	declared: ParamValue,
): ParamValue {
	if (typeof value !== typeof declared) throw otherType(key, value, declared);
	if (typeof value !== "object" || typeof declared !== "object") return value;
	const [sample] = declared;
	if (sample !== undefined && value.some((one) => typeof one !== typeof sample))
		throw otherType(key, value, declared);
	return value;
}

/** Reads `text` as the type of `declared`, as earlier versions did. Throws a UsageError that names the parameter. */
function coerce(key: string, text: string, declared: ParamValue): ParamValue {
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
		`parameter ${key} is a ${typeName(declared)} (declared ${key}=${paramText(declared)}), and "${typeof given === "string" && parseValue(given) !== given ? written(given) : paramText(given)}" is not one`,
	);

/**
 * Reads what a command line gives a parameter, as the type that it was declared with.
 * @param lists may there be several values, for a multirun?
 * @param names the texts that a task lists for it, among which `glob(…)` chooses
 * @throws UsageError for a parameter that is not declared, or a value of another type
 */
export function readOverride(
	key: string,
	text: string,
	declared: Params,
	lists: boolean,
	names?: readonly string[],
): ParamValue[] {
	const own = Object.hasOwn(declared, key) ? declared[key] : undefined;
	if (own === undefined)
		throw new UsageError(
			`no parameter "${key}" is declared${suggestion(key, Object.keys(declared))}`,
		);
	return lists
		? readTypedList(key, text, own, names)
		: [readTyped(key, text, own)];
}
