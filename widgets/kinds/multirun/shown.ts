import { MOST_ROWS, minMaxPlaces } from "../../drawing/series.ts";
import { shownName } from "../../text/text.ts";
import type { Curve, Group, Metric, StepSummary } from "./metric.ts";

/*
 * How much of a multirun is drawn: a picture is kept in its notebook.
 */

/** Metrics in a picture. */
const MOST_PANELS = 4;
/** Of more groups the means alone are drawn: bands and single runs would hide each other. */
export const MOST_WITH_RUNS = 8;
/** Single runs in a panel. */
const MOST_RUNS = 60;
/** A group's values as dots. */
const MOST_DOTS = 100;

/** Reports and pictures show validation's metrics for training's. */
export function shownMetrics<M extends { readonly metric: string }>(
	metrics: readonly M[],
): M[] {
	const rank = ({ metric }: M) =>
		metric.startsWith("val_") ? 0 : metric.startsWith("test_") ? 2 : 1;
	const names = new Set(metrics.map(({ metric }) => metric));
	return metrics
		.filter(({ metric }) => !names.has(`val_${metric}`))
		.toSorted((a, b) => rank(a) - rank(b))
		.slice(0, MOST_PANELS);
}

/** Names those that are not shown. */
export function leftOut<M extends { readonly metric: string }>(
	metrics: readonly M[],
	shown: readonly M[],
): string[] {
	const left = metrics.filter((metric) => !shown.includes(metric));
	return left.length === 0
		? []
		: [`not drawn: ${left.map(({ metric }) => shownName(metric)).join(", ")}`];
}

/** The steps of a group that are drawn. Each needs two rows of data. */
export const shownSteps = ({ steps }: Group): readonly StepSummary[] =>
	steps.length <= MOST_ROWS / 2
		? steps
		: minMaxPlaces(
				[
					steps.map(({ mean }) => mean),
					steps.map(({ min }) => min),
					steps.map(({ max }) => max),
				],
				MOST_ROWS / 2,
			).map((at) => steps[at] as StepSummary);

/** The single runs that are drawn, each with its group's place. */
export function shownCurves({
	groups,
}: Metric): { readonly g: number; readonly curve: Curve }[] {
	if (groups.length > MOST_WITH_RUNS) return [];
	const all = groups.flatMap(({ curves }, g) =>
		curves.map((curve) => ({ g, curve })),
	);
	const every = Math.ceil(all.length / MOST_RUNS);
	return all.filter((_, at) => at % every === 0);
}

/** The values that are drawn as dots; the lowest and the highest are always among them. */
export function shownValues(values: readonly number[]): readonly number[] {
	if (values.length <= MOST_DOTS) return values;
	const sorted = values.toSorted((a, b) => a - b);
	const distance = (sorted.length - 1) / (MOST_DOTS - 1);
	return Array.from(
		{ length: MOST_DOTS },
		(_, at) => sorted[Math.round(at * distance)] as number,
	);
}
