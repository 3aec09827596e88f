import { isA, UsageError } from "../../base/errors.ts";
import { oneLine } from "../../base/shown-text.ts";
import type { Params } from "../../experiment/events.ts";
import type { MultirunInfo } from "../../experiment/record/observer.ts";
import { ownOf } from "../../experiment/sweep/statistics/report/groups.ts";
import { reportOf } from "../../experiment/sweep/statistics/report/report.ts";
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
): string {
	const all = groups.flatMap((group) => group.runs);
	if (all.length === 0) return "no runs";
	const runs = all.filter(isFinished);
	const failed = all.length - runs.length;
	const metrics = unique(runs.flatMap(({ metrics }) => Object.keys(metrics)));
	const params = unique(groups.flatMap(({ params }) => Object.keys(params)));
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
		...(metrics.length > 0
			? statisticsOf(groups, params, metrics, baseline)
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

/** The table of summaries, and how groups compare where some have several runs. */
function statisticsOf(
	groups: readonly RunGroup[],
	varied: readonly string[],
	metrics: readonly string[],
	baseline: string | undefined,
): string[] {
	const members = groups.flatMap(({ params, runs }) =>
		runs.map((run, repeat) => ({ ...run, params, repeat })),
	);
	const compare = comparedBy(groups, metrics);
	const textsWith = (chosen: { readonly baseline?: string }) => {
		const report = reportOf(
			members,
			{ metrics, compare, mostComparisons: MOST_COMPARISONS, ...chosen },
			varied,
		);
		return [summaryTable(report), ...comparisonTexts(report)];
	};
	// The default is the best where it is known which that is.
	if (baseline === undefined || baseline === "best") return textsWith({});
	try {
		return textsWith({ baseline });
	} catch (error) {
		if (!isA(error, UsageError)) throw error;
		return [...textsWith({}), "", `--baseline ${baseline}: ${error.message}`];
	}
}

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
