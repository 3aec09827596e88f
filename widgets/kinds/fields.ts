/** The fields of a value of unknown type; empty if it is no object. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null
		? Object.fromEntries(Object.entries(value))
		: {};

export const isText = (value: unknown): value is string =>
	typeof value === "string";

export const isNumber = (value: unknown): value is number =>
	typeof value === "number";

export const isListOf = <T>(
	value: unknown,
	is: (one: unknown) => one is T,
): value is readonly T[] => Array.isArray(value) && value.every(is);

export const isPair = (value: unknown): value is readonly [number, number] =>
	isListOf(value, isNumber) && value.length === 2;
