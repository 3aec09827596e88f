import { now } from "../../base/clock.ts";
import { backgroundTimeout } from "../../host/timers.ts";

/**
 * Shows the latest of many values in one place, at most once in a given time.
 */
export interface Throttle<T> {
	/** Shows the value now, or as soon as enough time has passed. */
	push(value: T): void;
	/** Shows the last value, unless it is shown already, and waits until it is. */
	flush(): Promise<void>;
}

/**
 * @param show called one at a time; while it works, newer values replace the waiting one
 */
export function createThrottle<T>(
	milliseconds: number,
	show: (value: T) => Promise<void>,
): Throttle<T> {
	let waiting: { value: T } | undefined;
	let working: Promise<void> | undefined;
	let timer: NodeJS.Timeout | undefined;
	let shown = Number.NEGATIVE_INFINITY;

	function next(): Promise<void> {
		clearTimeout(timer);
		timer = undefined;
		const entry = waiting;
		if (!entry) return Promise.resolve();
		waiting = undefined;
		working = show(entry.value).finally(() => {
			shown = now();
			working = undefined;
			if (waiting) schedule();
		});
		return working;
	}

	function schedule(): void {
		if (working || timer) return;
		const wait = shown + milliseconds - now();
		if (wait <= 0) void next();
		else timer = backgroundTimeout(next, wait);
	}

	return {
		push(value) {
			waiting = { value };
			// Timers do not fire during a busy loop, so a value is shown at once if
			// enough time has passed.
			if (timer && now() >= shown + milliseconds) void next();
			else schedule();
		},
		async flush() {
			await working;
			await next();
		},
	};
}
