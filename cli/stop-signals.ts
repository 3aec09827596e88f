import { KeyboardInterrupt } from "../base/errors.ts";
import { session } from "../experiment/session.ts";
import { nextTurn } from "../host/timers.ts";
import { EXIT_STOPPED } from "./exit-codes.ts";

/** What schedulers send before they kill: at a time limit, at preemption, by `sbatch --signal=USR1@60`. */
const SIGNALS = ["SIGTERM", "SIGUSR1"] as const;

/** So long a script may take to end once its runs are sealed. */
const GRACE_MILLISECONDS = 1_000;

/** Calls `stop` once when a scheduler asks for the end; returns how to stop listening. */
export function onStopSignal(stop: (signal: string) => void): () => void {
	if (process.platform === "win32") return () => undefined;
	let isAsked = false;
	const listen = (signal: string) => {
		// A launcher passes on what the whole group got.
		if (isAsked) return;
		isAsked = true;
		stop(signal);
	};
	for (const signal of SIGNALS) process.on(signal, listen);
	return () => {
		for (const signal of SIGNALS) process.off(signal, listen);
	};
}

/**
 * Ends the process of a script when a scheduler asks for it: runs keep their
 * latest checkpoint and are sealed as interrupted.
 */
export function stopOnSignals(abort: AbortController): void {
	onStopSignal((signal) => {
		// After Ctrl-C this changes nothing, and the process still ends.
		abort.abort(
			new KeyboardInterrupt(
				`stopped by ${signal}; the same line with --resume goes on`,
			),
		);
		process.exitCode = EXIT_STOPPED;
		void endWhenSealed();
	});
}

async function endWhenSealed(): Promise<void> {
	// The bodies of runs are left by then.
	await nextTurn();
	await Promise.allSettled(session().sealing);
	// A script that is in no run, or goes on after an interrupt.
	setTimeout(() => process.exit(EXIT_STOPPED), GRACE_MILLISECONDS);
}
