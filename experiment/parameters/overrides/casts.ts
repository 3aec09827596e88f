import type { Scalar } from "../../events.ts";

/*
 * Casts as Hydra has them. Each is told the value and how it was typed, and
 * throws a RangeError that says why there is no such value.
 */

const refuse = (value: Scalar, what: string): never => {
	throw new RangeError(`"${value}" is no ${what}`);
};

export function float(value: Scalar): number {
	const text = typeof value === "string" ? value.trim() : "";
	const number = typeof value === "string" ? Number(text) : Number(value);
	const isNumber =
		typeof value !== "string" || (text !== "" && Number.isFinite(number));
	return isNumber ? number + 0 : refuse(value, "number");
}

/** Towards 0, as Python's. */
export function int(value: Scalar): number {
	const whole = Math.trunc(float(value));
	return Number.isSafeInteger(whole)
		? whole + 0
		: refuse(value, "whole number that can be told from its neighbours");
}

/** As it was typed: `str(1e-3)` is "1e-3". */
export const str = (value: Scalar, typed: string): string =>
	typeof value === "string" ? value : typed;

const TRUE = ["true", "yes", "on", "y"];
const FALSE = ["false", "no", "off", "n"];

export function bool(value: Scalar): boolean {
	if (typeof value !== "string") return Boolean(value);
	const word = value.trim().toLowerCase();
	if (TRUE.includes(word)) return true;
	return FALSE.includes(word)
		? false
		: (refuse(value, "truth value; write true or false") as never);
}
