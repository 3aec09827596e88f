import { finalStatus } from "../../divergence.ts";
import { NO_LEAKS } from "../../leaks/report.ts";
import type {
	MultirunMember,
	MultirunMembership,
	RunOutcome,
} from "../observer.ts";
import { dataRoots, metricNumbers, paramValues } from "../record.ts";
import { type StoredRun, statusOf } from "../store/store.ts";
import type { RunResult } from "./plan.ts";

/** Would a run that is executed again only come to the same end? */
export const isSettled = (run: StoredRun): boolean =>
	["finished", "diverged"].includes(statusOf(run));

/** The result of a member that has come to its end before, for the table of its multirun. */
export function settledResult<T>(
	stored: StoredRun,
	multirun: MultirunMembership,
): RunResult<T> {
	const { status, metrics } = stored.record;
	return {
		...memberOf(
			stored,
			multirun,
			status === "diverged" ? "diverged" : finalStatus("finished", metrics),
		),
		value: undefined as T,
	};
}

/** A member that has failed in another process. */
export function failedMember(
	stored: StoredRun,
	multirun: MultirunMembership,
): MultirunMember {
	const { run, outcome } = memberOf(stored, multirun, "failed");
	const { name = "Error", message = "" } = stored.record.error ?? {};
	const error = Object.assign(new Error(message), { name });
	return { run, outcome: { ...outcome, error } };
}

function memberOf(
	{ directory, record }: StoredRun,
	multirun: MultirunMembership,
	status: RunOutcome["status"],
): MultirunMember {
	const { metrics, data, seed } = record;
	return {
		run: {
			id: record.id,
			recorded: true,
			experiment: record.experiment,
			...(record.task ? { task: record.task } : {}),
			params: paramValues(record),
			rootSeed: seed.root,
			seed: seed.run,
			repeat: record.repeat,
			multirun,
			directory,
		},
		outcome: {
			status,
			metrics: metricNumbers(metrics),
			data: dataRoots(data),
			digest: record.digest,
			leaks: record.leaks ?? NO_LEAKS,
			onLeak: "ignore",
			milliseconds: record.milliseconds ?? 0,
		},
	};
}
