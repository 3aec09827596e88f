import { isA, isInterrupt } from "../../base/errors.ts";
import { DivergedError, finalStatus } from "../divergence.ts";
import { installLeakWatch } from "../leaks/install.ts";
import { LeakError } from "../leaks/leak-error.ts";
import { installRandom } from "../random/install.ts";
import { learnVariables } from "../secrets/learn-variables.ts";
import { session } from "../session.ts";
import type { ActiveRun } from "./active-run.ts";
import { admit } from "./guard/admit.ts";
import { endOf, execute } from "./guard/execute.ts";
import { type OpenRun, openRun } from "./guard/open.ts";
import type { RunPlan, RunResult } from "./guard/plan.ts";
import { seal } from "./guard/seal.ts";
import { settledResult } from "./guard/settled.ts";
import type { RunOutcome } from "./observer.ts";
import { RecordingError } from "./recording-error.ts";

/**
 * Guards `body`: verifies the data, notes the state of code and environment,
 * opens the run's streams, records what the body logs, and seals the record.
 * An error of the body is recorded and thrown again.
 * @returns undefined for a run that a replay leaves out
 */
export async function guard<T>(
	plan: RunPlan,
	body: (run: ActiveRun) => T | Promise<T>,
): Promise<RunResult<T> | undefined> {
	install();
	const admission = admit(plan);
	if (admission.kind === "skip") return undefined;
	if (admission.kind === "settled")
		return settledResult(admission.run, admission.multirun);
	const open = openRun(admission);
	let sealed = () => {};
	try {
		let value: T;
		try {
			value = await execute(open, body).finally(() => {
				sealed = beginSealing();
			});
			await finish(open);
		} catch (error) {
			await abandon(open);
			await seal(open, statusAfter(error, open.run), error);
			throw error;
		}
		const status = finalStatus("finished", open.run.metrics);
		return { run: open.info, outcome: await seal(open, status), value };
	} finally {
		sealed();
	}
}

/** What watches and governs every run of the process; once installed, it stays. */
function install(): void {
	installRandom();
	installLeakWatch();
	learnVariables();
}

/**
 * From now on records are being sealed, here or in processes of this one, until
 * the function is called that this returns: what ends this process waits for that.
 */
export function beginSealing(): () => void {
	const { sealing } = session();
	let end = () => {};
	const sealed = new Promise<void>((resolve) => {
		end = resolve;
	});
	sealing.add(sealed);
	return () => {
		sealing.delete(sealed);
		end();
	};
}

/**
 * Ends a run whose body has returned.
 * @throws what makes it fail all the same: artifacts that could not be kept, leaks that are errors, losses that were lost
 */
async function finish({
	admitted,
	run,
	recorder,
	watch,
}: OpenRun): Promise<void> {
	await run.close({ finished: true });
	recorder.finish();
	const { onLeak } = admitted.conditions;
	if (onLeak === "error" && watch.report().leaks.length > 0)
		throw new LeakError(watch.report());
	// A replay of a run that went on goes on, too.
	if (!admitted.session.replay?.goesOn) run.requireConverged();
	// Somebody else computes it, and there shall be one result.
	const { claim } = admitted.plan;
	if (claim && !claim.renew()) throw endOf(claim.lost);
}

/** Ends a run that failed; its own error is the one to throw. */
async function abandon({ run, recorder }: OpenRun): Promise<void> {
	await run.close({ finished: false }).catch(() => undefined);
	try {
		recorder.finish();
	} catch {
		// The run ends for its own error, or for this one already.
	}
}

/** What became of a run that an error ended. */
function statusAfter(error: unknown, run: ActiveRun): RunOutcome["status"] {
	const { signal } = run;
	if (isInterrupt(error) || (signal.aborted && isInterrupt(endOf(signal))))
		return "interrupted";
	if (isA(error, DivergedError)) return "diverged";
	// What a loss that is lost leads to, e.g. an embedding of NaN.
	const isOwn = isA(error, RecordingError) || isA(error, LeakError);
	return !isOwn && run.hasDiverged ? "diverged" : "failed";
}
