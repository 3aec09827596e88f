import { oneLine } from "../../../base/shown-text.ts";
import { isShareName } from "../../../experiment/sweep/statistics/metric-names.ts";
import { bestGroup } from "../../../experiment/sweep/statistics/report/best.ts";
import type {
	GroupReport,
	MetricReport,
	MultirunReport,
} from "../../../experiment/sweep/statistics/report/types.ts";
import type { Drawing } from "../../drawing/picture.ts";
import { extentOf, type Scale, scaleOf } from "../../drawing/scale.ts";
import { intervalText, levelOf } from "../../text/report/summaries.ts";
import { formatNumber, shownName } from "../../text/text.ts";
import { looksOf } from "./looks.ts";
import { type Row, rowPanel } from "./rows.ts";
import { leftOut, shownMetrics, shownValues } from "./shown.ts";
import { rowsText } from "./terminal.ts";

/**
 * The last values of each metric, one row for each group in the grid's order: runs as small dots, their mean
 * and its interval. A group is called the best only where that may be claimed.
 */
export function intervalsDrawing(
	report: MultirunReport,
	title: string,
): Drawing {
	const { metrics } = report;
	const shown = shownMetrics(metrics);
	const hasInterval = metrics.some(({ groups }) =>
		groups.some(({ summary }) => summary?.interval),
	);
	const head = `${title}, last values`;
	const encoding = [
		`large dot: mean${hasInterval ? ` · bar: its ${levelOf(metrics)} t interval` : ""} · small dots: runs`,
		...(shown.some((metric) => bestGroup(metric) !== undefined)
			? ["best: shown to be different from every other group"]
			: []),
	];
	const rows = shown.map((metric) => {
		const rows = rowsOf(metric, report);
		return { metric, rows, x: scaleFor(metric, rows) };
	});
	const isCut = rows.some(({ rows, x }) =>
		rows.some(
			({ interval }) =>
				interval && (interval.low < x.domain[0] || interval.high > x.domain[1]),
		),
	);
	return {
		spec: {
			title: {
				text: head,
				subtitle: [
					...encoding,
					...(isCut ? ["bars that reach an edge go on beyond it"] : []),
					...leftOut(metrics, shown),
				],
			},
			vconcat: rows.map(({ metric, rows, x }) =>
				rowPanel(rows, { title: shownName(metric.metric), x, xTitle: null }),
			),
		},
		description: `${head}: ${rows
			.map(
				({ metric, rows }) =>
					`${shownName(metric.metric)} ${rows.map(({ label, text }) => `${label} ${text}`.trim()).join("; ")}`,
			)
			.join(". ")}.`,
		text: [
			head,
			...rows.flatMap(({ metric, rows }) => [
				"",
				rowsText(shownName(metric.metric), rows),
			]),
		].join("\n"),
	};
}

function rowsOf(metric: MetricReport, { failed }: MultirunReport): Row[] {
	const { hues } = looksOf(metric.groups.length);
	const best = bestGroup(metric);
	return metric.groups.map((group, at) => {
		const { summary, values } = group;
		return {
			label: oneLine(group.group),
			colour: hues[at] as string,
			...(summary === undefined ? {} : { value: summary.mean }),
			...(summary?.interval ? { interval: summary.interval } : {}),
			dots: values.length > 1 ? shownValues(values) : [],
			text: [
				...valueTexts(group),
				...lostText(
					group,
					failed.filter((one) => one.group === group.group),
				),
				...(group.group === best ? ["best"] : []),
			].join(", "),
		};
	});
}

const valueTexts = ({ summary, runs }: GroupReport): string[] => {
	if (!summary) return ["no value"];
	const { n, mean, interval } = summary;
	return [
		formatNumber(mean) + (interval ? ` (${intervalText(interval)})` : ""),
		n === runs ? `n = ${n}` : `n = ${n} of ${runs}`,
	];
};

/** `2 diverged, 1 failed`: those that ended so, and those whose last value is not finite. */
function lostText(
	{ notFinite }: GroupReport,
	failed: MultirunReport["failed"],
): string[] {
	const counts = new Map<string, number>(
		notFinite === 0 ? [] : [["diverged", notFinite]],
	);
	for (const { status } of failed)
		counts.set(status, (counts.get(status) ?? 0) + 1);
	return Array.from(counts, ([status, count]) => `${count} ${status}`);
}

function scaleFor({ metric }: MetricReport, rows: readonly Row[]): Scale {
	const values = rows.flatMap(({ value, dots }) =>
		value === undefined ? [] : [value, ...dots],
	);
	const intervals = rows.flatMap(({ interval }) =>
		interval ? [interval.low, interval.high] : [],
	);
	return scaleOf(
		values.length === 0
			? [0, 1]
			: extentOf(values, intervals, isShareName(metric)),
	);
}
