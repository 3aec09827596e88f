import { isObject } from "../../../base/json-object.ts";
import type { RecordFormat } from "../../record-format.ts";

/*
 * A small language for what run.json must be. A record may be anybody's, so
 * every name of every object is looked at: zod passes over entries that are
 * named "__proto__", and valibot also over "constructor" and "prototype", which
 * are fine names of metrics and files.
 */

/** A field that every record of an ended run has and this one lacks, or that none has. */
export interface OddField {
	/** With "." between names. */
	readonly field: string;
	/** What it is; absent where it is missing. */
	readonly value?: unknown;
}

/** What a value must be. */
export interface Kind {
	/** Where a value is not so: "" for the value itself, else a path in it; undefined where it is. */
	wrong(value: unknown): string | undefined;
	/**
	 * Fields in a value that is not wrong which a run writes always, or never. What
	 * a writer may leave out, a forger may too, and it is not compared.
	 * @param place names that lead to the value, each with "." after it
	 */
	odd(value: unknown, place: string, format: RecordFormat): OddField[];
}

const NONE: Kind["odd"] = () => [];

/** A value without fields. */
export const is = (test: (value: unknown) => boolean): Kind => ({
	wrong: (value) => (test(value) ? undefined : ""),
	odd: NONE,
});

export const anything = is(() => true);
export const text = is((value) => typeof value === "string");
export const truth = is((value) => typeof value === "boolean");
export const whole = is((value) => Number.isInteger(value));
export const count = is(
	(value) => Number.isSafeInteger(value) && Number(value) >= 0,
);
const isScalar = (value: unknown) =>
	["string", "number", "boolean"].includes(typeof value);
/** What a parameter may be: a scalar, or a list of some. */
export const scalarOrList = is(
	(value) => isScalar(value) || (Array.isArray(value) && value.every(isScalar)),
);
export const oneOf = (...values: readonly unknown[]): Kind =>
	is((value) => values.includes(value));
export const matching = (pattern: RegExp): Kind =>
	is((value) => typeof value === "string" && pattern.test(value));

/** A name as one may show it: whoever made the record chose it. */
const shown = (name: string) =>
	/^[\w.@/-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, 100));

const within = (name: string, inner: string) =>
	[shown(name), ...(inner === "" ? [] : [inner])].join(".");

const members = (value: unknown): [string, unknown][] =>
	typeof value === "object" && value !== null ? Object.entries(value) : [];

/** The first of an object's or a list's members that is not of its kind. */
function firstWrong(
	value: unknown,
	kindOf: (name: string) => Kind | undefined,
): string | undefined {
	for (const [name, member] of members(value)) {
		const inner = kindOf(name)?.wrong(member);
		if (inner !== undefined) return within(name, inner);
	}
	return undefined;
}

const oddMembers =
	(kind: Kind): Kind["odd"] =>
	(value, place, format) =>
		members(value).flatMap(([name, member]) =>
			kind.odd(member, `${place}${name}.`, format),
		);

/** A list of such values. */
export const each = (kind: Kind): Kind => ({
	wrong: (value) => (Array.isArray(value) ? firstWrong(value, () => kind) : ""),
	odd: oddMembers(kind),
});

const badName: Kind = is(() => false);

/** An object with any names, or those that `isName` lets pass. */
export const entries = (
	kind: Kind,
	isName: (name: string) => boolean = () => true,
): Kind => ({
	wrong: (value) =>
		isObject(value)
			? firstWrong(value, (name) => (isName(name) ? kind : badName))
			: "",
	odd: oddMembers(kind),
});

/** A field of an object: what it is, and which records have it. */
export interface Field {
	readonly kind: Kind;
	/** All, all of runs that have ended, or some. */
	readonly presence: "always" | "once ended" | "sometimes";
	/** The first format with the field. */
	readonly since: RecordFormat;
}

export const always = (kind: Kind): Field => ({
	kind,
	presence: "always",
	since: 1,
});
/** @param since the first format whose records have it; an earlier one may lack it */
export const onceEnded = (kind: Kind, since: RecordFormat = 1): Field => ({
	kind,
	presence: "once ended",
	since,
});
export const sometimes = (kind: Kind): Field => ({
	kind,
	presence: "sometimes",
	since: 1,
});

export type Fields = Readonly<Record<string, Field>>;

/** An object with these fields; others are passed over. */
export const open = (fields: Fields): Kind => ({
	wrong: (value) => (isObject(value) ? allWrong(fields, value)[0] : ""),
	odd: NONE,
});

/** An object with these fields and no others. Others are no reason not to read a record: they are odd. */
export const shape = (fields: Fields): Kind => ({
	wrong: open(fields).wrong,
	odd: (value, place, format) => oddIn(fields, value, place, format),
});

const fieldNamed = (fields: Fields, name: string): Field | undefined =>
	Object.hasOwn(fields, name) ? fields[name] : undefined;

/** All fields of an object that are missing or wrong, as paths. */
export function allWrong(
	fields: Fields,
	value: Readonly<Record<string, unknown>>,
): string[] {
	const missing = Object.keys(fields).filter(
		(name) =>
			fields[name]?.presence === "always" && !Object.hasOwn(value, name),
	);
	const wrong = members(value).flatMap(([name, member]) => {
		const inner = fieldNamed(fields, name)?.kind.wrong(member);
		return inner === undefined ? [] : [within(name, inner)];
	});
	return [...missing, ...wrong];
}

function oddIn(
	fields: Fields,
	value: unknown,
	place: string,
	format: RecordFormat,
): OddField[] {
	const given = isObject(value) ? value : {};
	const missing = Object.entries(fields).filter(
		([name, { presence, since }]) =>
			presence !== "sometimes" &&
			format >= since &&
			!Object.hasOwn(given, name),
	);
	return [
		...missing.map(([name]) => ({ field: place + name })),
		...members(given).flatMap(([name, member]): OddField[] => {
			const field = fieldNamed(fields, name);
			return field
				? field.kind.odd(member, `${place}${name}.`, format)
				: [{ field: place + name, value: member }];
		}),
	];
}
