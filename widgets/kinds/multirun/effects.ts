import { oneLine } from "../../../base/shown-text.ts";
import type {
	Comparison,
	MetricReport,
	MultirunReport,
} from "../../../experiment/sweep/statistics/report/types.ts";
import { pText } from "../../../experiment/sweep/statistics/values.ts";
import type { Drawing } from "../../drawing/picture.ts";
import { scaleOf } from "../../drawing/scale.ts";
import { intervalText, levelOf } from "../../text/report/summaries.ts";
import { formatNumber, plural, shownName } from "../../text/text.ts";
import { looksOf } from "./looks.ts";
import { type Row, rowPanel } from "./rows.ts";
import { leftOut, shownMetrics } from "./shown.ts";
import { rowsText } from "./terminal.ts";

/** Rows of a panel. */
const MOST_ROWS = 40;

/**
 * How large the differences are: Hedges' g of each comparison with its interval, and in words what may be
 * claimed of it.
 * @param report one that compares groups
 */
export function effectsDrawing(report: MultirunReport, title: string): Drawing {
	const compared = report.metrics.filter(
		({ comparisons }) => comparisons.length > 0,
	);
	const shown = shownMetrics(compared);
	const head = `${title}, sizes of the differences`;
	const panels = shown.map((metric) => ({
		title: titleOf(metric),
		metric,
		rows: rowsOf(metric),
	}));
	return {
		spec: {
			title: {
				text: head,
				subtitle: [
					`dot: Hedges' g, the difference in standard deviations · bar: its ${levelOf(report.metrics)} interval`,
					...encodingOf(panels.flatMap(({ rows }) => rows)),
					...leftOut(compared, shown),
					...panels.flatMap(({ metric }) => moreLine(metric)),
				],
			},
			vconcat: panels.map(({ title, metric, rows }) =>
				panelOf(title, metric, rows),
			),
		},
		description: `${head}: ${panels
			.map(
				({ title, rows }) =>
					`${title} ${rows.map(({ label, text }) => `${label} ${text}`).join("; ")}`,
			)
			.join(". ")}.`,
		text: [
			head,
			...panels.flatMap(({ title, metric, rows }) => [
				"",
				rowsText(title, rows, 0),
				...moreLine(metric),
			]),
		].join("\n"),
	};
}

const encodingOf = (rows: readonly Row[]): string[] => {
	const told = [
		...(rows.some(({ isFaint }) => isFaint) ? ["pale: no claim possible"] : []),
		...(rows.every(({ isFaint }) => isFaint)
			? []
			: ["p: of the t test, by Holm for all comparisons of a metric"]),
	];
	return told.length === 0 ? [] : [told.join(" · ")];
};

const titleOf = ({ metric, baseline }: MetricReport): string =>
	baseline === undefined
		? shownName(metric)
		: `${shownName(metric)}, against ${oneLine(baseline)}`;

function moreLine({
	metric,
	comparisons,
	moreComparisons = 0,
}: MetricReport): string[] {
	const left = Math.max(0, comparisons.length - MOST_ROWS) + moreComparisons;
	return left === 0
		? []
		: [`${shownName(metric)}: ${plural(left, "comparison")} more`];
}

/** A group has the colour that it has in the other pictures. */
function rowsOf({ groups, comparisons, baseline }: MetricReport): Row[] {
	const { hues } = looksOf(groups.length);
	return comparisons.slice(0, MOST_ROWS).map((one) => {
		const { a, b, effect, verdict } = one;
		const place = groups.findIndex(({ group }) => group === a);
		return {
			label: oneLine(baseline === undefined ? `${a} – ${b}` : a),
			colour: hues[place] as string,
			...(effect === undefined
				? {}
				: { value: effect.g ?? effect.d, interval: effect.interval }),
			dots: [],
			text: claimOf(one),
			isFaint: verdict === "refused",
		};
	});
}

/** `g = 1.62 (0.1 to 3), p Holm = 0.0232: different`; `no claim possible: n = 3 pairs`. */
function claimOf({ effect, adjustedP, verdict, refusals }: Comparison): string {
	// What a refusal is about stands before its colon, and its consequence behind.
	if (verdict === "refused")
		return `no claim possible: ${(refusals[0] ?? "").split(": ")[0]}`;
	const size =
		effect === undefined
			? []
			: [
					`g = ${formatNumber(effect.g ?? effect.d, 3)} (${intervalText(effect.interval)})`,
				];
	const p =
		adjustedP === undefined ? [] : [`p Holm ${relation(pText(adjustedP))}`];
	return `${[...size, ...p].join(", ")}: ${verdict}`;
}

/** `= 0.02`, `< 0.0001` */
const relation = (p: string): string => (p.startsWith("<") ? p : `= ${p}`);

function panelOf(title: string, { goal }: MetricReport, rows: readonly Row[]) {
	const better = goal === "minimize" ? "← better" : "better →";
	return rowPanel(rows, {
		title,
		// Whole intervals: how far they reach is what a reader is to see.
		x: scaleOf([
			0,
			...rows.flatMap(({ value, interval }) =>
				value === undefined || interval === undefined
					? []
					: [value, interval.low, interval.high],
			),
		]),
		xTitle: goal === undefined ? "Hedges' g" : `Hedges' g, ${better}`,
		zero: 0,
	});
}

export const comparesGroups = ({ metrics }: MultirunReport): boolean =>
	metrics.some(({ comparisons }) => comparisons.length > 0);
