import {
	isA,
	isInterrupt,
	KeyboardInterrupt,
	UsageError,
} from "../../../base/errors.ts";
import { recordCode } from "../../code/record-code.ts";
import { watched } from "../../leaks/watch.ts";
import { withStreams } from "../../random/scope.ts";
import { session } from "../../session.ts";
import { withStrictMath } from "../../strict-math/strict-math.ts";
import { type ActiveRun, withRun } from "../active-run.ts";
import { type OpenRun, warn } from "./open.ts";
import { recordedGit } from "./without-secrets.ts";

/**
 * Verifies the run's data, records its code, and executes its body with the
 * run's streams and under its conditions.
 * @returns what the body returned
 * @throws what the body threw, KeyboardInterrupt when the user interrupts, RecordingError when nothing can be recorded any more
 */
export function execute<T>(
	open: OpenRun,
	body: (run: ActiveRun) => T | Promise<T>,
): Promise<T> {
	const { run, watch, failure } = open;
	const { plan, conditions } = open.admitted;
	return untilInterrupted(run.signal, failure, () =>
		withRun(run, async () => {
			for (const folder of plan.data) await run.data(folder);
			if (open.info.recorded) await noteCode(open);
			const work = () =>
				withStreams(run.streams, () => watched(watch, async () => body(run)));
			return conditions.strictMath ? withStrictMath(work) : work();
		}),
	);
}

/** Whatever becomes of the run, its record says which code it had. */
async function noteCode(open: OpenRun): Promise<void> {
	const { admitted, info, run, recorder } = open;
	const { redactor } = admitted.session;
	const { git } = await recordCode({
		mode: session().git ?? admitted.plan.git ?? "snapshot",
		run: { id: info.id, directory: info.directory },
		redactor,
		data: await run.verifiedData(),
		// A replay leaves nothing behind in the repository.
		keep: admitted.kind === "record",
		onWarning: (text) => warn(open, text),
	});
	if (git) open.record = { ...open.record, git: recordedGit(git, redactor) };
	recorder.note(open.record);
}

/** What ends the run: the user, unless its cell was ended for an error, or the signal says more. */
export const endOf = ({ reason }: AbortSignal): Error =>
	isA(reason, UsageError) || isInterrupt(reason)
		? reason
		: new KeyboardInterrupt();

/** Waits for `work`, but no longer than until the user interrupts or nothing can be recorded any more. */
function untilInterrupted<T>(
	signal: AbortSignal,
	failure: Promise<never>,
	work: () => Promise<T>,
): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(endOf(signal));
		if (signal.aborted) return stop();
		signal.addEventListener("abort", stop, { once: true });
		failure.catch(reject);
		void work()
			.then(resolve, reject)
			.finally(() => signal.removeEventListener("abort", stop));
	});
}
