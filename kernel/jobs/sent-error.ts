import { isA } from "../../base/errors.ts";
import { propertyText, textOf } from "../../base/value-text.ts";
import type { SentError } from "./messages.ts";

/** Whatever was thrown, as texts. */
export const sentError = (error: unknown): SentError =>
	isA(error, Error)
		? {
				name: propertyText(error, "name"),
				message: propertyText(error, "message"),
				stack: propertyText(error, "stack"),
			}
		: {
				name: "Uncaught",
				message:
					typeof error === "string" ? error : textOf(error, { depth: 2 }),
				stack: "",
			};

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
