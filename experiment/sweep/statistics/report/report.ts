import { UsageError } from "../../../../base/errors.ts";
import { suggestion } from "../../../../base/nearest.ts";
import { plural } from "../../../../base/plural.ts";
import { varyText } from "../../vary.ts";
import { goalOf } from "../metric-names.ts";
import { summarise } from "../summary.ts";
import { compareAll } from "./comparisons.ts";
import {
	type Group,
	groupMembers,
	isFinished,
	ownOf,
	variedOf,
} from "./groups.ts";
import { metricNotes } from "./notes.ts";
import type {
	FailedMember,
	GroupReport,
	MetricReport,
	MultirunReport,
	ReportMember,
	ReportOptions,
} from "./types.ts";

/**
 * Members of a multirun in groups of equal parameters: a summary of each group for each metric, and
 * comparisons of the groups, in pairs where runs share seeds.
 * @param varied parameters that tell groups apart; default: those with more than one value
 * @throws UsageError for no members, and for a metric or a baseline that there is not
 */
export function reportOf(
	members: readonly ReportMember[],
	options: ReportOptions = {},
	varied: readonly string[] = variedOf(members),
): MultirunReport {
	if (members.length === 0)
		throw new UsageError("a report needs at least one run");
	const groups = groupMembers(members, varied);
	const failed = groups.flatMap(failedOf);
	const again = groups.reduce((sum, group) => sum + group.again, 0);
	const runs = members.length - again;
	return {
		runs,
		finished: runs - failed.length,
		varied,
		failed,
		metrics: metricsOf(members, options.metrics).map((metric) =>
			metricReport(groups, metric, options),
		),
		notes: [
			...varyNotes(members),
			...(again === 0
				? []
				: [
						`${plural(again, "run")} left out: executed again later with the same parameters and seed, which is no further draw`,
					]),
			...(failed.length === 0
				? []
				: [
						`${failed.length} of ${plural(runs, "run")} came to no result (${countsOf(failed)}) and ${failed.length === 1 ? "is" : "are"} in no mean: what is shown holds for runs that finish`,
					]),
		],
	};
}

/** Where they differ, groups have it in their names. */
function varyNotes(members: readonly ReportMember[]): string[] {
	const texts = new Set(members.map(({ vary }) => vary && varyText(vary)));
	const [text] = texts;
	return text === undefined || texts.size > 1 ? [] : [text];
}

const failedOf = ({ label, members }: Group): FailedMember[] =>
	members
		.filter((member) => !isFinished(member))
		.map(({ id, repeat, status }) => ({
			group: label,
			repeat,
			status,
			...(id === undefined ? {} : { id }),
		}));

function countsOf(failed: readonly FailedMember[]): string {
	const counts = new Map<string, number>();
	for (const { status } of failed)
		counts.set(status, (counts.get(status) ?? 0) + 1);
	return Array.from(counts, ([status, count]) => `${count} ${status}`).join(
		", ",
	);
}

/** Validation before test before training: what is judged by comes first. */
const rankOf = (metric: string) =>
	metric.startsWith("val_") ? 0 : metric.startsWith("test_") ? 1 : 2;

function metricsOf(
	members: readonly ReportMember[],
	asked: readonly string[] | undefined,
): string[] {
	const found = [
		...new Set(
			members.filter(isFinished).flatMap(({ metrics }) => Object.keys(metrics)),
		),
	].sort((a, b) => rankOf(a) - rankOf(b));
	const missing = asked?.find((metric) => !found.includes(metric));
	if (missing !== undefined)
		throw new UsageError(
			`no run has a metric "${missing}"${suggestion(missing, found)}`,
		);
	return asked ? [...asked] : found;
}

function metricReport(
	groups: readonly Group[],
	metric: string,
	{ baseline, compare, goals = {}, level, mostComparisons }: ReportOptions,
): MetricReport {
	const goal = ownOf(goals, metric) ?? goalOf(metric);
	const reports = groups.map((group) => groupReport(group, metric, level));
	const { notes, mixed } = metricNotes(metric, reports);
	const isCompared = !mixed && (compare?.includes(metric) ?? true);
	const compared = !isCompared
		? { comparisons: [], family: 0, notes: [] }
		: compareAll(groups, metric, { goal, baseline, level, mostComparisons });
	return {
		metric,
		...(goal === undefined ? {} : { goal }),
		groups: reports,
		...compared,
		notes: [...notes, ...compared.notes],
	};
}

function groupReport(
	{ label, params, members }: Group,
	metric: string,
	level: number | undefined,
): GroupReport {
	const values = members
		.filter(isFinished)
		.map(({ metrics }) => ownOf(metrics, metric))
		.filter((value) => value !== undefined);
	const finite = values.filter(Number.isFinite);
	return {
		group: label,
		params,
		runs: members.length,
		notFinite: values.length - finite.length,
		values: finite,
		...(finite.length === 0 ? {} : { summary: summarise(finite, { level }) }),
	};
}
