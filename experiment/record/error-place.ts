import { inspect } from "node:util";
import { originOf, type Place, placeOf } from "../leaks/places.ts";

/** What ended a run, as its record has it. */
export interface RecordedError {
	readonly name: string;
	readonly message: string;
	/** The user's line that it came from, where the stack tells. */
	readonly place?: Place;
}

const FRAME = /^\s*at (?:.*? \()?(?:async )?(.+?):(\d+):(\d+)\)?$/;

/** The innermost line of the user's own code. */
function placeIn(stack: string): Place | undefined {
	for (const frame of stack.split("\n")) {
		const [, file, line, column] = FRAME.exec(frame) ?? [];
		if (file === undefined || file === "<anonymous>") continue;
		const origin = originOf(file, Number(line), Number(column));
		if (origin !== "machinery" && origin.package === undefined)
			return placeOf(file, Number(line), Number(column));
	}
	return undefined;
}

export function describeError(error: unknown): RecordedError {
	if (!(error instanceof Error))
		return {
			name: "Uncaught",
			message: typeof error === "string" ? error : inspect(error),
		};
	const place = placeIn(error.stack ?? "");
	return {
		name: error.name,
		message: error.message,
		...(place ? { place } : {}),
	};
}
