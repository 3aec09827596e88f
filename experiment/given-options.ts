import { UsageError } from "../base/errors.ts";
import { isObject } from "../base/json-object.ts";
import { described } from "./described.ts";

/** A replay repeats recorded runs, and some were recorded before there was this check. */
let replaying = false;

/** Whether the session replays a run, from now on. */
export function setReplay(replays: boolean): void {
	replaying = replays;
}

export const isReplay = (): boolean => replaying;

/** Is it an object, or does a replay repeat what once was taken? */
export const mayBeOptions = (given: unknown): boolean =>
	isObject(given) || replaying;

/**
 * The options that code gave to a function. Anything but an object would be taken
 * for one without options: a number has no property of any name.
 * @param example a call with options, as one would write it
 * @throws UsageError for what is no object
 */
export function givenOptions<T extends object>(
	callee: string,
	given: T,
	example: string,
): T {
	if (mayBeOptions(given)) return given;
	throw new UsageError(
		`${callee} takes its options as an object, for example ${example}, not ${described(given)}`,
	);
}
