import { finalStatus } from "../../divergence.ts";
import { NO_LEAKS } from "../../leaks/report.ts";
import type { MultirunMembership } from "../observer.ts";
import { dataRoots, metricNumbers, paramValues } from "../record.ts";
import { type StoredRun, statusOf } from "../store/store.ts";
import type { RunResult } from "./plan.ts";

/** Would a run that is executed again only come to the same end? */
export const isSettled = (run: StoredRun): boolean =>
	["finished", "diverged"].includes(statusOf(run));

/** The result of a member that has come to its end before, for the table of its multirun. */
export function settledResult<T>(
	{ directory, record }: StoredRun,
	multirun: MultirunMembership,
): RunResult<T> {
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
			status:
				record.status === "diverged"
					? "diverged"
					: finalStatus("finished", metrics),
			metrics: metricNumbers(metrics),
			data: dataRoots(data),
			digest: record.digest,
			leaks: record.leaks ?? NO_LEAKS,
			onLeak: "ignore",
			milliseconds: record.milliseconds ?? 0,
		},
		value: undefined as T,
	};
}
