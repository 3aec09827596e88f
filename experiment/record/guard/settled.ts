import { divergenceAt, lostLosses } from "../../divergence.ts";
import { NO_LEAKS } from "../../leaks/report.ts";
import type {
	MultirunMember,
	MultirunMembership,
	RunOutcome,
} from "../observer.ts";
import { dataRoots, metricNumbers, paramValues } from "../record.ts";
import { type AnyRun, type StoredRun, statusOf } from "../store/store.ts";
import type { RunResult } from "./plan.ts";

/** Would a run that is executed again only come to the same end? */
export const isSettled = (run: AnyRun): boolean =>
	["finished", "diverged"].includes(statusOf(run));

/** The result of a member that has come to its end before, for the table of its multirun. */
export const settledResult = <T>(
	stored: StoredRun,
	multirun: MultirunMembership,
): RunResult<T> => ({
	...memberOf(
		stored,
		multirun,
		statusOf(stored) === "diverged" ? "diverged" : "finished",
	),
	value: undefined as T,
});

/** A member that has failed in another process. */
export const failedMember = (
	stored: StoredRun,
	multirun: MultirunMembership,
): MultirunMember => memberOf(stored, multirun, "failed");

/** What ended a run, as its caller was told. A run of an earlier version that diverged may have gone on to its end. */
function errorOf({ record }: StoredRun): Error {
	const { name, message } = record.error ?? {
		name: "DivergedError",
		message: lostLosses(record.metrics)
			.map(([metric, value]) => divergenceAt(metric, value, "by its end"))
			.join("\n"),
	};
	return Object.assign(new Error(message), { name });
}

function memberOf(
	stored: StoredRun,
	multirun: MultirunMembership,
	status: RunOutcome["status"],
): MultirunMember {
	const { directory, record } = stored;
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
			...(seed.fixed === undefined ? {} : { fixedSeed: seed.fixed }),
			repeat: record.repeat,
			multirun,
			directory,
		},
		outcome: {
			status,
			...(status === "finished" ? {} : { error: errorOf(stored) }),
			metrics: metricNumbers(metrics),
			data: dataRoots(data),
			digest: record.digest,
			leaks: record.leaks ?? NO_LEAKS,
			onLeak: "ignore",
			milliseconds: record.milliseconds ?? 0,
		},
	};
}
