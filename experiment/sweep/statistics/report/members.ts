import type { MultirunMember } from "../../../record/observer.ts";
import { metricNumbers, paramValues } from "../../../record/record.ts";
import { type StoredRun, statusOf } from "../../../record/store/store.ts";
import { reportOf } from "./report.ts";
import type { MultirunReport, ReportMember, ReportOptions } from "./types.ts";

/** What stands for a member: a result of `dd.multirun`, a recorded run, or its plain data. */
export type Reportable = MultirunMember | StoredRun | ReportMember;

/**
 * Groups runs of equal parameters, sums each group up, and compares them: by pairs where they share
 * seeds, adjusted by Holm for as many comparisons as there are. Runs that failed, diverged values, and
 * claims that so few runs cannot carry are said as such.
 * @example
 * const runs = await dd.multirun({ name: "optimizers", params: { lr: [0.1, 0.01] }, n: 6 }, ({ lr }) => {
 *   dd.log({ accuracy: 0.8 + lr + 0.01 * Math.random() });
 * });
 * const { metrics } = dd.reportMultirun(runs);
 * metrics[0]?.comparisons[0]?.verdict; // → "different"
 * @param members results of `dd.multirun`, recorded runs (`dd.listRuns()`), or plain data
 * @throws UsageError for no members, and for a metric or a baseline that there is not
 */
export const reportMultirun = (
	members: readonly Reportable[],
	options: ReportOptions = {},
): MultirunReport => reportOf(members.map(toMember), options);

/** The plain data of a member. */
export function toMember(member: Reportable): ReportMember {
	if ("record" in member) {
		const { record } = member;
		return {
			id: record.id,
			params: paramValues(record),
			repeat: record.repeat,
			seed: record.seed.run,
			status: statusOf(member),
			metrics: metricNumbers(record.metrics),
		};
	}
	if (!("run" in member)) return member;
	const { id, params, repeat, seed } = member.run;
	const { status, metrics } = member.outcome;
	return { id, params, repeat, seed, status, metrics };
}
