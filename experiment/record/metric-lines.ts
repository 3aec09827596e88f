import { canonicalJson } from "../../base/canonical.ts";
import { LastValues } from "../last-values.ts";
import type { RunRecord } from "./record.ts";
import { textOf } from "./store/folder-files.ts";

export const METRICS = "metrics.jsonl";

/** A line of `metrics.jsonl`, without its time. */
export interface MetricLine {
	readonly step: number;
	readonly metrics: Readonly<Record<string, number | string>>;
}

/**
 * The metrics that a run logged, line by line.
 * @throws for a line that says more than a run writes, or a thing twice
 */
export const readMetricLines = (directory: string): MetricLine[] =>
	textOf(directory, METRICS)
		.split("\n")
		.filter((line) => line !== "")
		.map(readMetricLine);

function readMetricLine(line: string): MetricLine {
	const { step, metrics, time, ...more } = JSON.parse(line) as MetricLine & {
		readonly time: string;
	};
	if (
		JSON.stringify({ step, metrics, time }) !== line ||
		Object.keys(more).length > 0
	)
		throw new Error(`not what a run writes: ${line}`);
	return { step, metrics };
}

/**
 * The last value of each metric.
 * @param recorded as a record has them. Earlier versions took the value of the
 *   last line, whatever its step; where these are such, they are what follows.
 */
export function lastMetrics(
	lines: readonly MetricLine[],
	recorded?: RunRecord["metrics"],
): RunRecord["metrics"] {
	if (recorded) {
		const ofLastLines = Object.fromEntries(
			lines.flatMap(({ metrics }) => Object.entries(metrics)),
		);
		if (canonicalJson(ofLastLines) === canonicalJson(recorded))
			return ofLastLines;
	}
	const last = new LastValues<number | string>();
	for (const { step, metrics } of lines) last.add(step, metrics);
	return last.values;
}
