import { types } from "../host/inspect.ts";

/**
 * An error the user caused and can mend: the message says what was wrong and
 * what to do. Front ends show it without a stack.
 * @example
 * try {
 *   await dd.run({ task: "pionts" });
 * } catch (error) {
 *   if (error instanceof dd.UsageError) console.log(error.message); // there is no task "pionts"; did you mean "points"?
 * }
 */
export class UsageError extends Error {
	override readonly name: string = "UsageError";
}

/**
 * Thrown into code that the user interrupted. Named as Jupyter users know it.
 * @example
 * try {
 *   await dd.run({ name: "stopped" }, () => dd.log({ loss: 1 }));
 * } catch (error) {
 *   if (error instanceof dd.KeyboardInterrupt) console.log("interrupted");
 *   else throw error;
 * }
 */
export class KeyboardInterrupt extends Error {
	override readonly name = "KeyboardInterrupt";
	constructor(message = "interrupted by the user") {
		super(message);
	}
}

/**
 * Is what was thrown an error of this kind? Code may throw a proxy, and
 * `instanceof` on a proxy may throw.
 */
export const isA = <T extends Error>(
	thrown: unknown,
	kind: new (...made: never[]) => T,
): thrown is T => types.isNativeError(thrown) && thrown instanceof kind;

/** What was thrown says: an error its message, anything else itself. */
export const messageOf = (thrown: unknown): string =>
	thrown instanceof Error ? thrown.message : String(thrown);

export const isInterrupt = (thrown: unknown): thrown is KeyboardInterrupt =>
	isA(thrown, KeyboardInterrupt);

/**
 * A record differs from what was written. The command was called correctly, so
 * this is no `UsageError`.
 */
export class ChangedRecordError extends UsageError {}

/**
 * Stands between our sentence and the library's own message. A replay compares
 * only the library's message.
 */
export const SAID_BELOW = "\nTensorFlow.js said: ";
