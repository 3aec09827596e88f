import { types } from "node:util";
import { isInterrupt } from "../../../base/errors.ts";
import { endable, guardedTurn } from "../interrupt/interrupt.ts";
import { read } from "./rich.ts";

/**
 * What a cell's last expression comes to. In an object, since a promise that is
 * resolved with a value calls its `then`, whatever that is.
 */
export interface Outcome {
	readonly value: unknown;
}

export const NOTHING: Outcome = { value: undefined };

/**
 * Waits for a promise, and for whatever else has a `then` that can be called: a
 * query of a database is run by it. What cannot be waited for is the value itself.
 * @throws what the promise was rejected with
 */
export function outcomeOf(value: unknown): Promise<Outcome> {
	heed(value);
	return guardedTurn(() => {
		const isObject =
			typeof value === "function" ||
			(typeof value === "object" && value !== null);
		const then = isObject ? read(value, "then") : undefined;
		if (typeof then !== "function") return outcome(value);
		return new Promise<unknown>((resolve, reject) => {
			try {
				Reflect.apply(then, value, [resolve, reject]);
			} catch {
				reject(NOT_WAITED_FOR);
			}
		}).then(outcome, (error) => {
			if (error === NOT_WAITED_FOR) return outcome(value);
			throw error;
		});
	});
}

/** A promise that is rejected before the next turn would be told as one that nobody heeds, too. */
function heed(value: unknown): void {
	if (!types.isPromise(value)) return;
	try {
		// The class of a promise may be any code.
		endable(() =>
			Reflect.apply(Promise.prototype.then, value, [undefined, () => {}]),
		);
	} catch (error) {
		if (isInterrupt(error)) throw error;
	}
}

const NOT_WAITED_FOR = Symbol("not waited for");

const outcome = (value: unknown): Outcome => ({ value });
