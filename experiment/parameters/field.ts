import { UsageError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest.ts";
import { described } from "../described.ts";
import type { ParamValue, Scalar } from "../events.ts";
import { otherType, readTyped, requireType } from "./params.ts";

/** A `path` is a text that names a file or a folder: it belongs to a machine, so it enters no seed and no identity. */
export type FieldType = "number" | "integer" | "text" | "path" | "boolean";

/**
 * Which values a field takes. All of it is data: it can be sent to the process
 * that completes code, and be written into a record.
 */
export interface Allowed {
	readonly type: FieldType;
	/** Is a value a list? Type, choices and bounds are then those of each value in it. */
	readonly list?: true;
	/** A closed list of values. */
	readonly choices?: readonly Scalar[];
	/** Beside its choices, does it take the path of a file or folder? See `isPathText`. */
	readonly orPath?: true;
	/** The smallest number. */
	readonly least?: number | undefined;
	/** The largest number. */
	readonly most?: number | undefined;
	/** Numbers up to this one are refused, it included. */
	readonly above?: number | undefined;
	/** Numbers from this one on are refused. */
	readonly below?: number | undefined;
}

/**
 * One parameter: what it may be, what it is where nobody says anything, and what
 * help says of it. A search space adds how its range is searched (log, steps).
 */
export interface Field<T extends ParamValue = ParamValue> extends Allowed {
	readonly default: T;
	/** One line for `--help`. */
	readonly description: string;
}

/** What bounds a number. */
export const BOUNDS = ["least", "most", "above", "below"] as const;

type Range = Pick<Allowed, (typeof BOUNDS)[number]>;

/** A number, for example a share of the data: `number(0.2, "dropped units", { least: 0, most: 1 })`. */
export const number = (
	value: number,
	description: string,
	range: Range = {},
): Field<number> => ({ type: "number", default: value, description, ...range });

/** A number above 0, for example a learning rate. */
export const positive = (value: number, description: string): Field<number> =>
	number(value, description, { above: 0 });

/** A whole number. */
export const integer = (
	value: number,
	description: string,
	range: Range = {},
): Field<number> => ({
	type: "integer",
	default: value,
	description,
	...range,
});

/** A whole number of at least 1, or `least`. */
export const count = (
	value: number,
	description: string,
	least = 1,
): Field<number> => integer(value, description, { least });

/** One of a list of texts; its type is their union. */
export const choice = <const C extends string>(
	choices: readonly C[],
	value: NoInfer<C>,
	description: string,
): Field<C> => ({ type: "text", default: value, description, choices });

/** One of a list of names, or what a path leads to; its type is a text. */
export const choiceOrPath = (
	choices: readonly string[],
	value: string,
	description: string,
): Field<string> => ({
	type: "text",
	default: value,
	description,
	choices,
	orPath: true,
});

/** Is a text a path, and no name? It has a slash, or ends as files of models do; `./NAME` is a path, too. */
export const isPathText = (text: string): boolean =>
	/[\\/]|\.(?:json|safetensors)$/i.test(text);

/** Is it one of the choices, or a path where one may be given? */
export const isChosen = (
	{ choices, orPath }: Pick<Allowed, "choices" | "orPath">,
	value: unknown,
): boolean =>
	!choices ||
	choices.some((choice) => choice === value) ||
	(orPath === true && typeof value === "string" && isPathText(value));

/** Any text. */
export const text = (value: string, description: string): Field<string> => ({
	type: "text",
	default: value,
	description,
});

/** A file or a folder, relative to the working folder. */
export const path = (value: string, description: string): Field<string> => ({
	type: "path",
	default: value,
	description,
});

/** True or false. */
export const boolean = (
	value: boolean,
	description: string,
): Field<boolean> => ({ type: "boolean", default: value, description });

/** What can be typed for a field that takes one of a few values. */
export const choicesOf = ({ type, choices = [] }: Allowed): string[] =>
	type === "boolean" ? ["true", "false"] : choices.map(String);

/** What a field takes, in words: "a whole number of at least 1", "a list, each a number". */
export const expectation = (allowed: Allowed): string =>
	allowed.list ? `a list, each ${ofOne(allowed)}` : ofOne(allowed);

function ofOne(allowed: Allowed): string {
	const { type, choices, orPath, least, most, above, below } = allowed;
	if (choices)
		return `one of ${choices.join(", ")}${orPath ? ", or a path" : ""}`;
	if (type === "boolean") return "true or false";
	if (type === "text" || type === "path") return "a text";
	const kind = type === "integer" ? "a whole number" : "a number";
	if (least !== undefined && most !== undefined)
		return `${kind} from ${least} to ${most}`;
	const bounds = [
		...(least === undefined ? [] : [`of at least ${least}`]),
		...(above === undefined ? [] : [`above ${above}`]),
		...(most === undefined ? [] : [`of at most ${most}`]),
		...(below === undefined ? [] : [`below ${below}`]),
	];
	return bounds.length === 0 ? kind : `${kind} ${bounds.join(", ")}`;
}

/**
 * What to tell whoever gave a value of the right type that is not allowed, for
 * the end of a message: "; did you mean "spiral"?"; undefined where it is allowed.
 */
export function problemOf(
	allowed: Allowed,
	value: ParamValue,
): string | undefined {
	if (typeof value === "object") {
		for (const one of value) {
			const problem = problemOf(allowed, one);
			if (problem !== undefined) return problem;
		}
		return undefined;
	}
	const { type, choices, least, most, above, below } = allowed;
	if (choices)
		return isChosen(allowed, value)
			? undefined
			: suggestion(String(value), choices.map(String));
	if (typeof value !== "number") return undefined;
	// The kind of number first: of half an example no bound is of interest.
	const isOfKind =
		type === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
	if (!isOfKind) return `; give ${expectation({ type })}`;
	const outside =
		(least !== undefined && value < least) ||
		(most !== undefined && value > most) ||
		(above !== undefined && value <= above) ||
		(below !== undefined && value >= below);
	return outside ? `; give ${expectation(allowed)}` : undefined;
}

/**
 * A value that code gives a field, as the field's type. A text for a number is
 * read as one: scripts of earlier exports have numbers as they were typed.
 * @throws UsageError that names the parameter, for a value of another type
 */
export function readValue(
	name: string,
	{ type, default: declared }: Pick<Field, "type" | "default">,
	value: unknown,
): ParamValue {
	checkValue(name, value);
	if (typeof declared === "object" || typeof value === "object")
		return typeof value === "string"
			? readTyped(name, value, declared)
			: requireType(name, readItems(name, declared, value), declared);
	if (type === "text" || type === "path") return String(value);
	if (typeof value === "string") return readTyped(name, value, declared);
	if (typeof value !== typeof declared) throw otherType(name, value, declared);
	return withoutMinusZero(value);
}

/** Each of a list as the type that the values of its field have. */
function readItems(
	name: string,
	declared: ParamValue,
	value: ParamValue,
): ParamValue {
	if (typeof declared !== "object" || typeof value !== "object")
		return withoutMinusZero(value);
	const [sample] = declared;
	return value.map((one) => {
		if (typeof sample === "string") return String(one);
		const read =
			typeof one === "string" && sample !== undefined
				? readTyped(name, one, sample)
				: one;
		return typeof read === "number" ? read + 0 : (read as Scalar);
	});
}

/** A record has no -0. */
export const withoutMinusZero = (value: ParamValue): ParamValue =>
	typeof value === "object"
		? value.map((one) => (typeof one === "number" ? one + 0 : one))
		: typeof value === "number"
			? value + 0
			: value;

/**
 * Refuses what no parameter can be, whatever its field; code that is not typed gives anything.
 * @throws UsageError that names the parameter
 */
export function checkValue(
	name: string,
	value: unknown,
): asserts value is ParamValue {
	const values: readonly unknown[] = Array.isArray(value) ? value : [value];
	const at = values.findIndex((one) => !isScalar(one));
	if (at >= 0)
		throw new UsageError(
			`parameter ${name} ${Array.isArray(value) ? `has ${described(values[at])} in its list` : `is ${described(value)}`}; a parameter is a number, a text, true or false, or a list of such`,
		);
	if (Array.isArray(value) && new Set(value.map((one) => typeof one)).size > 1)
		throw new UsageError(
			`parameter ${name} is a list with values of several types; make them all numbers, all texts or all truth values`,
		);
	if (values.some(Number.isNaN))
		throw new UsageError(
			`parameter ${name} is NaN, which is no value to compute with; a run could not be found by it again`,
		);
}

const isScalar = (value: unknown): value is Scalar =>
	typeof value === "number" ||
	typeof value === "string" ||
	typeof value === "boolean";
