import { UsageError } from "../../../../base/errors.ts";
import { givenOptions } from "../../../given-options.ts";
import { grouped } from "../../../grouped.ts";
import type { RunInfo, RunOutcome } from "../../../record/observer.ts";
import {
	metricNumbers,
	paramValues,
	type RecordedMembership,
} from "../../../record/record.ts";
import { type AnyRun, statusOf } from "../../../record/store/store.ts";
import { groupMembers, isFinished, variedOf } from "./groups.ts";
import { reportOf } from "./report.ts";
import type { MultirunReport, ReportMember, ReportOptions } from "./types.ts";

/** What a report needs of a result of `dd.multirun`. */
interface Result {
	readonly run: Pick<
		RunInfo,
		"id" | "experiment" | "params" | "repeat" | "seed" | "multirun"
	>;
	readonly outcome: Pick<RunOutcome, "status" | "metrics">;
}

/** What stands for a member: a result of `dd.multirun`, a recorded run, or its plain data. */
export type Reportable = Result | AnyRun | ReportMember;

/**
 * Groups runs of equal parameters, sums each group up, and compares them: by pairs where they share
 * seeds, adjusted by Holm for as many comparisons as there are. Runs that failed, diverged values, and
 * claims that so few runs cannot carry are said as such.
 * @example
 * const runs = await dd.multirun({ name: "optimizers", params: { lr: [0.1, 0.01] }, n: 6 }, ({ lr }) => {
 *   dd.log({ accuracy: (0.8 + lr) * (1 - 0.1 * Math.random()) });
 * });
 * const { metrics } = dd.reportMultirun(runs);
 * metrics[0]?.comparisons[0]?.verdict; // → "different"
 * @param members results of `dd.multirun`, recorded runs (`dd.listRuns().runs`), or plain data; runs of
 *   several experiments are told apart by their names
 * @throws UsageError for no members, and for a metric or a baseline that there is not
 */
export const reportMultirun = (
	members: readonly Reportable[],
	options: ReportOptions = {},
): MultirunReport =>
	reportOf(
		toMembers(members),
		givenOptions(
			"reportMultirun",
			options,
			'dd.reportMultirun(runs, { baseline: "lr=0.1" })',
		),
	);

/**
 * The statistics of recorded runs that belong together; runs of several experiments are told apart by
 * their names.
 * @returns undefined where no parameters were run under several seeds
 * @throws UsageError for a baseline that there is not
 */
export function reportRuns(
	runs: readonly AnyRun[],
	options: ReportOptions = {},
): MultirunReport | undefined {
	const members = toMembers(runs);
	const varied = variedOf(members);
	const isRepeated = groupMembers(members, varied).some(
		(group) => group.members.filter(isFinished).length > 1,
	);
	if (isRepeated) return reportOf(members, options, varied);
	if (options.baseline !== undefined)
		throw new UsageError(
			`there is nothing to compare with "${options.baseline}": each of these runs has parameters of its own, and one run has no spread; repeat them under several seeds ("%dd multirun … -n 6")`,
		);
	return undefined;
}

/**
 * Plain data of all. Of several experiments each has its name as a parameter, and of several choices of the streams
 * that vary each has its choice: equal parameters do not make them one group.
 */
function toMembers(members: readonly Reportable[]): ReportMember[] {
	const areSeveral = new Set(members.map(experimentOf)).size > 1;
	const plain = inGridOrder(members).map((member) => {
		const { params, ...rest } = reportMember(member);
		const experiment = experimentOf(member);
		return {
			...rest,
			params:
				experiment === undefined || !areSeveral
					? params
					: { experiment, ...params },
		};
	});
	const chosen = ({ vary }: ReportMember) => vary?.join(",") ?? "all";
	if (new Set(plain.map(chosen)).size < 2) return plain;
	return plain.map((member) => ({
		...member,
		params: { vary: chosen(member), ...member.params },
	}));
}

/** Members of a multirun in the order of its grid, in which they need not have been computed: several processes share them. */
function inGridOrder(members: readonly Reportable[]): Reportable[] {
	const byMultirun = grouped<Reportable, unknown>(
		members,
		(member) => membershipOf(member)?.id ?? member,
	);
	const indexOf = (member: Reportable) => membershipOf(member)?.index ?? 0;
	return [...byMultirun.values()].flatMap((one) =>
		one.toSorted((a, b) => indexOf(a) - indexOf(b)),
	);
}

function membershipOf(member: Reportable): RecordedMembership | undefined {
	if ("record" in member) return member.record.multirun;
	return "run" in member ? member.run.multirun : undefined;
}

function experimentOf(member: Reportable): string | undefined {
	if ("record" in member) return member.record.experiment;
	return "run" in member ? member.run.experiment : undefined;
}

/** The plain data of a member: members of several multiruns keep the order that they are given in. */
export function reportMember(member: Reportable): ReportMember {
	if ("record" in member) {
		const { record } = member;
		return {
			id: record.id,
			params: paramValues(record),
			repeat: record.repeat,
			seed: record.seed.run,
			status: statusOf(member),
			metrics: metricNumbers(record.metrics),
			...varyOf(record.multirun),
		};
	}
	if (!("run" in member)) return member;
	const { id, params, repeat, seed } = member.run;
	const { status, metrics } = member.outcome;
	return {
		...{ id, params, repeat, seed, status, metrics },
		...varyOf(member.run.multirun),
	};
}

const varyOf = (
	multirun: Pick<RecordedMembership, "vary"> | undefined,
): Pick<ReportMember, "vary"> =>
	multirun?.vary ? { vary: multirun.vary } : {};
