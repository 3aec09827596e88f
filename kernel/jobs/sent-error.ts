import { isA } from "../../base/errors.ts";
import { propertyText } from "../../base/value-text.ts";
import { describeError } from "../../experiment/record/error-place.ts";
import type { SentError } from "./messages.ts";

/** Whatever was thrown, as texts. */
export function sentError(error: unknown): SentError {
	const { name, message } = describeError(error);
	const stack = isA(error, Error) ? propertyText(error, "stack") : "";
	return { name, message, stack };
}

/** An error that reads as the one that was thrown in another process. */
export function receivedError({ name, message, stack }: SentError): Error {
	const error = new Error(message);
	for (const [key, value] of Object.entries({ name, stack }))
		Object.defineProperty(error, key, {
			value,
			configurable: true,
			writable: true,
		});
	return error;
}
