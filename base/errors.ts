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

/** Is what was thrown an error of this kind? It may be anything: `instanceof` asks a proxy, which throws. */
export const isA = <T extends Error>(
	thrown: unknown,
	kind: new (...made: never[]) => T,
): thrown is T => types.isNativeError(thrown) && thrown instanceof kind;

export const isInterrupt = (thrown: unknown): thrown is KeyboardInterrupt =>
	isA(thrown, KeyboardInterrupt);

/** What was recorded is no longer as it was written: not the fault of how a command was called. */
export class ChangedRecordError extends UsageError {}

/** Between a sentence that explains the error of a library and what the library said: a replay compares the latter. */
export const SAID_BELOW = "\nTensorFlow.js said: ";
