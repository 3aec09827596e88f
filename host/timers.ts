import { setImmediate } from "node:timers/promises";

/** Resolves when whatever waits for its turn in the event loop has had it. */
export const nextTurn: () => Promise<void> = setImmediate;
