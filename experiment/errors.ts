/**
 * An error the user caused and can mend: the message says what was wrong and
 * what to do. Front ends show it without a stack.
 */
export class UsageError extends Error {
	override readonly name: string = "UsageError";
}

/** Thrown into code that the user interrupted. Named as Jupyter users know it. */
export class KeyboardInterrupt extends Error {
	override readonly name = "KeyboardInterrupt";
	constructor(message = "interrupted by the user") {
		super(message);
	}
}
