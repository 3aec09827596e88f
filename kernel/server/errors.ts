import type { ErrorReply } from "../wire/messages.ts";

/** A reply for a request that could not be done, from what was thrown. */
export function errorReply(thrown: unknown): ErrorReply {
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	return {
		status: "error",
		ename: error.name,
		evalue: error.message,
		traceback: [`${error.name}: ${error.message}`],
	};
}
