import { oneLine } from "../../../base/shown-text.ts";
import { paramText } from "../../../experiment/parameters/overrides/written.ts";
import { ownOf } from "../../../experiment/sweep/statistics/report/groups.ts";
import type {
	MetricReport,
	MultirunReport,
} from "../../../experiment/sweep/statistics/report/types.ts";
import type { Summary } from "../../../experiment/sweep/statistics/summary.ts";
import { pText } from "../../../experiment/sweep/statistics/values.ts";
import { levelOf } from "./summaries.ts";

/** A table of booktabs: a row for each group, mean ± SD, interval and adjusted p of each metric. */
export function reportLatex(report: MultirunReport): string {
	const { metrics, varied } = report;
	const names = varied.length > 0 ? varied : ["runs"];
	const head = [
		...names,
		"n",
		...metrics.flatMap(({ metric }) => [metric, `${levelOf(metrics)} CI`, "p"]),
	];
	const aligned = `${"l".repeat(names.length)}r${"rrr".repeat(metrics.length)}`;
	return [
		"% \\usepackage{booktabs}; mean ± sample SD (n−1), t interval, p by Holm",
		`\\begin{tabular}{${aligned}}`,
		"\\toprule",
		rowOf(head.map(escaped)),
		"\\midrule",
		...latexRows(report),
		"\\bottomrule",
		"\\end{tabular}",
	].join("\n");
}

/** The rows alone, for a table of one's own. */
export function latexRows({ metrics, varied }: MultirunReport): string[] {
	return (metrics[0]?.groups ?? []).map(({ params, runs }, at) => {
		const counts = metrics.map(({ groups }) => groups[at]?.summary?.n ?? 0);
		return rowOf([
			...(varied.length > 0
				? varied.map((name) => {
						const value = ownOf(params, name);
						return value === undefined ? "--" : escaped(paramText(value));
					})
				: ["all"]),
			// Metrics that only some runs have are counted by the fewest.
			counts.length === 0 ? String(runs) : String(Math.min(...counts)),
			...metrics.flatMap((metric) => cellsOf(metric, at)),
		]);
	});
}

function cellsOf(metric: MetricReport, at: number): string[] {
	const group = metric.groups[at];
	const summary = group?.summary;
	if (!group || !summary) return ["--", "--", "--"];
	const digits = digitsOf(summary);
	const { interval } = summary;
	const own = metric.comparisons.filter(({ a }) => a === group.group);
	const only = own.length === 1 ? own[0] : undefined;
	return [
		`$${summary.mean.toFixed(digits)}${summary.sd === undefined ? "" : ` \\pm ${summary.sd.toFixed(digits)}`}$`,
		interval === undefined
			? "--"
			: `$[${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]$`,
		only?.adjustedP === undefined || only.verdict === "refused"
			? "--"
			: `$${pText(only.adjustedP)}$`,
	];
}

/** Decimals that leave two significant digits of the SD. */
function digitsOf({ sd, mean }: Summary): number {
	const size = sd !== undefined && sd > 0 ? sd : Math.abs(mean) / 100;
	if (size === 0) return 0;
	return Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(size))));
}

const rowOf = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;

const SPECIAL: Readonly<Record<string, string>> = {
	"\\": "\\textbackslash{}",
	"~": "\\textasciitilde{}",
	"^": "\\textasciicircum{}",
	// A row that begins with a list would be the optional argument of the `\\` before it.
	"[": "{[}",
};

/** A text as LaTeX prints it, commands in it included. */
export const escaped = (text: string): string =>
	oneLine(text).replace(
		/[\\~^&%$#_{}[]/g,
		(sign) => SPECIAL[sign] ?? `\\${sign}`,
	);
