import { setImmediate } from "node:timers/promises";

/** Resolves when whatever waits for its turn in the event loop has had it. */
export const nextTurn: () => Promise<void> = setImmediate;

/** Calls `body` after a while. No process stays for it alone. */
export const backgroundTimeout = (
	body: () => void,
	milliseconds: number,
): NodeJS.Timeout => setTimeout(body, milliseconds).unref();
