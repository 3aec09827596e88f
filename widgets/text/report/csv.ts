import { paramText } from "../../../experiment/parameters/overrides/written.ts";
import { ownOf } from "../../../experiment/sweep/statistics/report/groups.ts";
import type {
	Comparison,
	GroupReport,
	MetricReport,
	MultirunReport,
} from "../../../experiment/sweep/statistics/report/types.ts";

type Cell = string | number | undefined;

/**
 * One line for each group and metric, with the group's comparisons beside it: with several, the group
 * has several lines. RFC 4180: a comma separates, texts that need it are quoted, lines end with CR LF.
 */
export function reportCsv({ metrics, varied }: MultirunReport): string {
	const rows = metrics.flatMap((metric) =>
		metric.groups.flatMap((group) => {
			const own = metric.comparisons.filter(({ a }) => a === group.group);
			const compared = own.length > 0 ? own : [undefined];
			return compared.map((one) => ({
				...groupCells(metric, group, varied),
				...comparisonCells(one),
			}));
		}),
	);
	const head = Object.keys(rows[0] ?? {});
	return [head, ...rows.map((row) => Object.values(row))]
		.map((cells) => `${cells.map(quoted).join(",")}\r\n`)
		.join("");
}

function groupCells(
	{ metric }: MetricReport,
	{ params, runs, notFinite, summary }: GroupReport,
	varied: readonly string[],
): Record<string, Cell> {
	return {
		metric,
		...Object.fromEntries(
			varied.map((name) => {
				const value = ownOf(params, name);
				return [
					`param.${name}`,
					value === undefined ? undefined : paramText(value),
				];
			}),
		),
		runs,
		n: summary?.n ?? 0,
		not_finite: notFinite,
		mean: summary?.mean,
		sd: summary?.sd,
		low: summary?.interval?.low,
		high: summary?.interval?.high,
		level: summary?.interval?.level,
		median: summary?.median,
		iqm: summary?.iqm,
		min: summary?.min,
		max: summary?.max,
	};
}

const comparisonCells = (
	one: Comparison | undefined,
): Record<string, Cell> => ({
	compared_with: one?.b,
	paired: one === undefined ? undefined : String(one.paired),
	difference: one?.difference,
	difference_low: one?.tTest?.interval.low,
	difference_high: one?.tTest?.interval.high,
	t: one?.tTest?.t,
	df: one?.tTest?.df,
	p: one?.tTest?.p,
	p_holm: one?.adjustedP,
	p_permutation: one?.permutation?.p,
	g: one?.effect?.g,
	effect_low: one?.effect?.interval.low,
	effect_high: one?.effect?.interval.high,
	improvement: one?.improvement?.probability,
	improvement_low: one?.improvement?.interval.low,
	improvement_high: one?.improvement?.interval.high,
	detectable: one?.detectable,
	verdict: one?.verdict,
	reasons: one && [...one.refusals, ...one.notes].join("; "),
});

function quoted(cell: Cell): string {
	const text = cell === undefined ? "" : String(cell);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
