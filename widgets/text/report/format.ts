import { UsageError } from "../../../base/errors.ts";
import { oneLine } from "../../../base/shown-text.ts";
import { givenOptions } from "../../../experiment/given-options.ts";
import type { MultirunReport } from "../../../experiment/sweep/statistics/report/types.ts";
import { plural } from "../text.ts";
import { comparisonText } from "./comparisons.ts";
import { reportCsv } from "./csv.ts";
import { latexRows, reportLatex } from "./latex.ts";
import { summaryTable } from "./summaries.ts";

export const REPORT_FORMATS = [
	"text",
	"csv",
	"json",
	"latex",
	"latex-rows",
] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportFormatOptions {
	/** Of a text: rows of each table of comparisons; how many more there are is said. Default: all. */
	readonly mostComparisons?: number;
}

/**
 * A report of several runs as a text of tables, as CSV, JSON, or a LaTeX table of booktabs
 * (`"latex-rows"`: its rows alone).
 * @example
 * const runs = await dd.multirun({ name: "report", params: { lr: [0.1, 0.01] }, n: 4 }, ({ lr }) => {
 *   dd.log({ loss: lr + Math.random() });
 * });
 * const report = dd.reportMultirun(runs);
 * console.log(dd.formatReport(report));
 * dd.formatReport(report, "csv").split(",")[0]; // → "metric"
 * @throws UsageError for a format that there is not
 */
export function formatReport(
	report: MultirunReport,
	format: ReportFormat = "text",
	options: ReportFormatOptions = {},
): string {
	const example = 'dd.formatReport(report, "text", { mostComparisons: 20 })';
	const { mostComparisons } = givenOptions("dd.formatReport", options, example);
	switch (format) {
		case "text":
			return reportText(report, mostComparisons);
		case "csv":
			return reportCsv(report);
		case "json":
			return JSON.stringify(report, undefined, 2);
		case "latex":
			return reportLatex(report);
		case "latex-rows":
			return latexRows(report).join("\n");
		default:
			throw new UsageError(
				`a report has no format "${format}"; there is ${REPORT_FORMATS.join(", ")}`,
			);
	}
}

function reportText(
	report: MultirunReport,
	mostComparisons: number | undefined,
): string {
	const { runs, finished, metrics, notes } = report;
	const groups = metrics[0]?.groups.length ?? 0;
	return [
		`${finished === runs ? "" : `${finished} of `}${plural(runs, "run")}${groups > 1 ? ` in ${groups} groups` : ""}, sd: sample (n−1), interval: Student's t`,
		...(metrics.length === 0 ? [] : [summaryTable(report)]),
		...notes.map(oneLine),
		...comparisonTexts(report, mostComparisons),
	].join("\n");
}

/** Comparisons of each metric, an empty line before each table, and notes: what holds for several metrics once. */
export function comparisonTexts(
	{ metrics }: MultirunReport,
	most?: number,
): string[] {
	const said = new Set<string>();
	return metrics.flatMap((metric) => {
		const comparisons = comparisonText(metric, most);
		const notes = metric.notes.map(oneLine).filter((note) => !said.has(note));
		for (const note of notes) said.add(note);
		return [...(comparisons === "" ? [] : ["", comparisons]), ...notes];
	});
}
