import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "../../host/system-random.ts";

/**
 * Keeps the space for new values as small as it begins, a megabyte. V8 lets it grow
 * to 16, three times over, in a burst such as the compiler's start, and never gives
 * it back. What this process makes lives shortly.
 */
export function keepNewSpaceSmall(): void {
	setFlagsFromString("--semi-space-growth-factor=1");
}

/** So long a collection waits, that whoever waits for the same event has the answer first. */
const WAITS_MILLISECONDS = 200;

/** Lets go of what is no longer used: an idle process makes no new values, so V8 would not look for old ones. */
export async function collectGarbage(): Promise<void> {
	await sleep(WAITS_MILLISECONDS, undefined, { ref: false });
	setFlagsFromString("--expose-gc");
	const collect: unknown = runInNewContext("globalThis.gc");
	if (typeof collect === "function") collect();
}
