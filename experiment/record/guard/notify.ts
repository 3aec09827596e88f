import { oneLine } from "../../../base/shown-text.ts";
import { describeError } from "../error-place.ts";
import type { RunObserver } from "../observer.ts";

/** Observers whose failure was told: each is told once, since one that fails at every step would bury all else. */
const told = new WeakSet<RunObserver>();

function tell(observer: RunObserver, error: unknown): void {
	if (told.has(observer)) return;
	told.add(observer);
	const { name, message, place } = describeError(error);
	const where = place ? ` (${place.name}:${place.line})` : "";
	process.stderr.write(
		`warning: an observer of runs failed and is no reason to lose the run: ${oneLine(`${name}: ${message}${where}`)}\n`,
	);
}

/**
 * Tells every observer something. Whatever one of them throws, or rejects with
 * later, is told in a warning: neither the run nor another observer ends for it.
 */
export function notify(
	observers: Iterable<RunObserver>,
	hook: (observer: RunObserver) => unknown,
): void {
	// A copy, since an observer may add others, who were not there when it happened.
	for (const observer of [...observers])
		try {
			const result = hook(observer);
			if (typeof result === "object" && result !== null)
				Promise.resolve(result).catch((error) => tell(observer, error));
		} catch (error) {
			tell(observer, error);
		}
}

/** The same, waiting for each observer before the next one is told. */
export async function notifyInTurn(
	observers: Iterable<RunObserver>,
	hook: (observer: RunObserver) => unknown,
): Promise<void> {
	for (const observer of [...observers])
		try {
			await hook(observer);
		} catch (error) {
			tell(observer, error);
		}
}
