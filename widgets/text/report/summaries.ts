import type { Params } from "../../../experiment/events.ts";
import { paramText } from "../../../experiment/parameters/overrides/written.ts";
import type { Interval } from "../../../experiment/sweep/statistics/interval.ts";
import { ownOf } from "../../../experiment/sweep/statistics/report/groups.ts";
import type {
	GroupReport,
	MetricReport,
	MultirunReport,
} from "../../../experiment/sweep/statistics/report/types.ts";
import { formatNumber, right, shownName, table } from "../text.ts";

/** n, mean, sample SD, t interval and range of each metric for each group. */
export function summaryTable({ metrics, varied }: MultirunReport): string {
	const rows = (metrics[0]?.groups ?? []).flatMap((_, at) =>
		metrics.map((metric, index) => rowOf(metric, at, varied, index === 0)),
	);
	return table(
		[
			...varied.map((header) => ({ header })),
			{ header: "metric" },
			...["n", "mean", "sd", `${levelOf(metrics)} interval`, "min", "max"].map(
				right,
			),
		],
		rows,
	);
}

/** The group's parameters are named once, as in a printed table. */
function rowOf(
	{ metric, groups }: MetricReport,
	at: number,
	varied: readonly string[],
	isFirst: boolean,
): string[] {
	const group = groups[at] as GroupReport;
	const params = varied.map((name) => paramCell(group.params, name));
	return [
		...params.map((value) => (isFirst ? value : "")),
		shownName(metric),
		...cellsOf(group),
	];
}

/** Exactly as the user gave it: a parameter is no measurement to round. */
export function paramCell(params: Params, name: string): string {
	const value = ownOf(params, name);
	return value === undefined ? "–" : paramText(value);
}

function cellsOf({ summary, runs }: GroupReport): string[] {
	if (!summary) return [`0 of ${runs}`, "–", "–", "–", "–", "–"];
	const { n, mean, sd, interval, min, max } = summary;
	return [
		n === runs ? String(n) : `${n} of ${runs}`,
		formatNumber(mean),
		sd === undefined ? "–" : formatNumber(sd),
		intervalText(interval),
		formatNumber(min),
		formatNumber(max),
	];
}

/** `0.8931 to 0.9312`; `–` where there is none. */
export const intervalText = (interval: Interval | undefined): string =>
	interval === undefined
		? "–"
		: `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;

/** `95 %`: all intervals of a report have one level. */
export function levelOf(metrics: readonly MetricReport[]): string {
	const level = metrics
		.flatMap(({ groups }) => groups)
		.find(({ summary }) => summary?.interval)?.summary?.interval?.level;
	return `${Number(((level ?? 0.95) * 100).toPrecision(6))} %`;
}
