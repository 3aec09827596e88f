import { parseFrameLine } from "../../base/stack-frame.ts";
import { propertyText, textOf } from "../../base/value-text.ts";
import { types } from "../../host/inspect.ts";
import { originOf, type Place, placeOf } from "../leaks/source-place.ts";

/** What ended a run, as its record has it. */
export interface RecordedError {
	readonly name: string;
	readonly message: string;
	/** The user's line that it came from, where the stack tells. */
	readonly place?: Place;
}

/** The innermost line of the user's own code. */
function placeIn(stack: string): Place | undefined {
	for (const text of stack.split("\n")) {
		const frame = parseFrameLine(text);
		if (!frame || frame.location === "<anonymous>") continue;
		const { location, line, column } = frame;
		const origin = originOf(location, line, column);
		if (origin !== "machinery" && origin.package === undefined)
			return placeOf(location, line, column);
	}
	return undefined;
}

function isError(value: unknown): value is object {
	// The prototype of a proxy is whatever its trap says, or throws.
	return (
		types.isNativeError(value) ||
		(!types.isProxy(value) && value instanceof Error)
	);
}

export function describeError(error: unknown): RecordedError {
	if (!isError(error))
		return {
			name: "Uncaught",
			message: typeof error === "string" ? error : textOf(error, { depth: 2 }),
		};
	const place = placeIn(propertyText(error, "stack"));
	return {
		name: propertyText(error, "name"),
		message: propertyText(error, "message"),
		...(place ? { place } : {}),
	};
}
