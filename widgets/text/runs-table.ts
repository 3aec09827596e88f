import { isA, UsageError } from "../../base/errors.ts";
import { oneLine } from "../../base/shown-text.ts";
import type { Params } from "../../experiment/events.ts";
import type { MultirunInfo } from "../../experiment/record/observer.ts";
import { ownOf } from "../../experiment/sweep/statistics/report/groups.ts";
import { reportOf } from "../../experiment/sweep/statistics/report/report.ts";
import type { MultirunReport } from "../../experiment/sweep/statistics/report/types.ts";
import { varyText } from "../../experiment/sweep/vary.ts";
import { comparisonTexts } from "./report/format.ts";
import { paramCell, summaryTable } from "./report/summaries.ts";
import { formatNumber, plural, right, shownName, table } from "./text.ts";

/** Groups are compared by so many metrics, and so many groups by each. */
const MOST_COMPARED_METRICS = 2;
const MOST_COMPARISONS = 12;

export interface TableRun {
	readonly id: string;
	readonly seed: string | number;
	/** Values at the end of the run. */
	readonly metrics: Readonly<Record<string, number>>;
	/** A run that did not finish counts in no mean. */
	readonly status: string;
}

export interface RunGroup {
	/** The parameters that tell the groups apart. */
	readonly params: Params;
	readonly runs: readonly TableRun[];
}

const isFinished = ({ status }: TableRun) => status === "finished";

/**
 * What stands at the end of a multirun: one table with n, mean, sample SD, t interval, min and max of each
 * final metric per group, how the groups compare, and one table with every run.
 * @param multirun.vary the random streams that alone differ between repeats; default: all do
 * @param multirun.baseline what groups are compared with; where that cannot be, the reason stands below the table
 */
export function runsTable(
	groups: readonly RunGroup[],
	{ vary, baseline }: Pick<MultirunInfo, "vary" | "baseline"> = {},
	summary = reportOfGroups(groups, baseline),
): string {
	const all = groups.flatMap((group) => group.runs);
	if (all.length === 0) return "no runs";
	const runs = all.filter(isFinished);
	const failed = all.length - runs.length;
	const metrics = metricsOf(all);
	const params = variedOf(groups);
	const cells = ({ params: values }: RunGroup) =>
		params.map((name) => paramCell(values, name));
	const head = params.map((header) => ({ header }));
	const groupCount =
		groups.length > 1 ? ` in ${plural(groups.length, "group")}` : "";
	return [
		failed === 0
			? `${plural(runs.length, "run")}${groupCount}, sd: sample (n−1)`
			: `${runs.length} of ${plural(all.length, "run")}${groupCount} finished, sd: sample (n−1); ${failed} failed, and ${failed === 1 ? "is" : "are"} in no mean`,
		...(vary ? [oneLine(varyText(vary))] : []),
		...(summary
			? [
					summaryTable(summary.report),
					...comparisonTexts(summary.report),
					...(summary.refused ? ["", summary.refused] : []),
				]
			: []),
		"",
		table(
			[
				{ header: "run" },
				...head,
				...(failed > 0 ? [{ header: "status" }] : []),
				...["seed", ...metrics.map(shownName)].map(right),
			],
			groups.flatMap((group) =>
				group.runs.map((run) => [
					run.id,
					...cells(group),
					...(failed > 0 ? [run.status] : []),
					String(run.seed),
					...metrics.map((metric) =>
						metricText(
							isFinished(run) ? ownOf(run.metrics, metric) : undefined,
						),
					),
				]),
			),
		),
	].join("\n");
}

/**
 * Summaries of the groups, and how they compare by those metrics that matter most, where some have several
 * runs; undefined where no run has a metric.
 * @param baseline what groups are compared with; `refused` says why where that cannot be
 */
export function reportOfGroups(
	groups: readonly RunGroup[],
	baseline?: string,
): { readonly report: MultirunReport; readonly refused?: string } | undefined {
	const members = groups.flatMap(({ params, runs }) =>
		runs.map((run, repeat) => ({ ...run, params, repeat })),
	);
	const metrics = metricsOf(members);
	if (metrics.length === 0) return undefined;
	const compare = comparedBy(groups, metrics);
	const reportWith = (chosen: { readonly baseline?: string }) =>
		reportOf(
			members,
			{ metrics, compare, mostComparisons: MOST_COMPARISONS, ...chosen },
			variedOf(groups),
		);
	// The default is the best where it is known which that is.
	if (baseline === undefined || baseline === "best")
		return { report: reportWith({}) };
	try {
		return { report: reportWith({ baseline }) };
	} catch (error) {
		if (!isA(error, UsageError)) throw error;
		return {
			report: reportWith({}),
			refused: `--baseline ${baseline}: ${error.message}`,
		};
	}
}

const metricsOf = (runs: readonly TableRun[]): string[] =>
	unique(
		runs.filter(isFinished).flatMap(({ metrics }) => Object.keys(metrics)),
	);

const variedOf = (groups: readonly RunGroup[]): string[] =>
	unique(groups.flatMap(({ params }) => Object.keys(params)));

/** By which metrics groups are compared: validation's where there are, and only where runs are repeated. */
function comparedBy(
	groups: readonly RunGroup[],
	metrics: readonly string[],
): string[] {
	const isRepeated = groups.some(
		({ runs }) => runs.filter(isFinished).length > 1,
	);
	return !isRepeated
		? []
		: metrics
				.filter((metric) => !metrics.includes(`val_${metric}`))
				.toSorted((a, b) => rankOf(a) - rankOf(b))
				.slice(0, MOST_COMPARED_METRICS);
}

const rankOf = (metric: string) =>
	metric.startsWith("val_") ? 0 : metric.startsWith("test_") ? 2 : 1;

function metricText(value: number | undefined): string {
	return value === undefined ? "–" : formatNumber(value);
}

function unique(values: readonly string[]): string[] {
	return [...new Set(values)];
}
