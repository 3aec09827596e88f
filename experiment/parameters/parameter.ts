import type { ParamValue } from "../events.ts";
import { session, typedOverrides } from "../session.ts";
import { readTyped } from "./params.ts";

/**
 * A parameter of a script as a whole, beside those of its runs: `value`, or what
 * `key=value` of the command line says, read as the type that `value` has: a number, a text, true or
 * false, or a list of such.
 * @example
 * const epochs = dd.parameter("epochs", 20); // deepdiva run script.ts epochs=5
 * @throws UsageError for a text that is not of that type
 */
export function parameter(key: string, value: number): number;
export function parameter(key: string, value: string): string;
export function parameter(key: string, value: boolean): boolean;
export function parameter(key: string, value: number[]): number[];
export function parameter(key: string, value: string[]): string[];
export function parameter(key: string, value: boolean[]): boolean[];
export function parameter(key: string, value: ParamValue): ParamValue {
	const { declaredParams, redactor } = session();
	const overrides = typedOverrides();
	declaredParams.add(key);
	const text = Object.hasOwn(overrides, key) ? overrides[key] : undefined;
	const given = text === undefined ? value : readTyped(key, text, value);
	// The default stands in the code, also where it was not taken.
	redactor.learn({ [key]: [value, given] });
	return given;
}
