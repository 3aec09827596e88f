import { oneLine } from "../../../base/shown-text.ts";
import { bySteps } from "../../../experiment/last-values.ts";
import { isShareName } from "../../../experiment/sweep/statistics/metric-names.ts";
import {
	type Spread,
	spreadOf,
} from "../../../experiment/sweep/statistics/summary.ts";
import {
	MOST_ROWS,
	minMaxPlaces,
	type Point,
	rounded,
} from "../../drawing/series.ts";
import { shownName } from "../../text/text.ts";

const MOST_RUN_DOTS = 100;

/** One run's values of a metric: numbers at steps 1, 2, … or explicit steps. */
export type RunValues = readonly number[] | readonly Point[];

export interface MultirunGroup {
	/** The parameters the runs share, e.g. "lr=0.1"; "" for the only group. */
	readonly label: string;
	readonly runs: readonly RunValues[];
}

export interface MultirunMetric {
	readonly metric: string;
	/** Which end is better; names the best group. */
	readonly goal?: "minimize" | "maximize";
	readonly groups: readonly MultirunGroup[];
}

export interface StepSummary extends Spread {
	readonly step: number;
}

/** A group's runs, summed up at each step over the runs that reached it. */
export interface Group {
	readonly label: string;
	readonly runs: number;
	readonly steps: readonly StepSummary[];
	/** Last value of each run, where it is finite. */
	readonly finals: readonly number[];
}

export interface Metric {
	readonly metric: string;
	readonly goal?: "minimize" | "maximize";
	readonly groups: readonly Group[];
	/** Values that were NaN or infinite. */
	readonly notFinite: number;
}

export function parse({ metric, goal, groups }: MultirunMetric): Metric {
	if (!groups.some(({ runs }) => runs.length > 0))
		throw new RangeError(
			`multirun picture: the metric "${shownName(metric)}" has no runs; give at least one group with one run`,
		);
	let notFinite = 0;
	const parsed = groups.map(({ label, runs }) => {
		const bySteps = new Map<number, number[]>();
		const finals: number[] = [];
		for (const run of runs) {
			const points = pointsOf(run);
			const finite = points.filter(({ value }) => Number.isFinite(value));
			notFinite += points.length - finite.length;
			for (const { step, value } of finite)
				bySteps.set(step, [...(bySteps.get(step) ?? []), value]);
			const last = points.at(-1);
			if (last && Number.isFinite(last.value)) finals.push(last.value);
		}
		const steps = [...bySteps]
			.sort(([a], [b]) => a - b)
			.map(([step, values]) => ({ step, ...spreadOf(values) }));
		return { label: oneLine(label), runs: runs.length, steps, finals };
	});
	return { metric: shownName(metric), goal, groups: parsed, notFinite };
}

function pointsOf(run: RunValues): Point[] {
	return bySteps(
		run.map((each, index) =>
			typeof each === "number" ? { step: index + 1, value: each } : each,
		),
	);
}

export function nameOf({ label }: Group, index: number): string {
	return label === "" ? `group ${index + 1}` : label;
}

export type Range = readonly [lowest: number, highest: number];

/** An accuracy is a share, so its band ends at 1. */
export function rangeOf({ metric, groups }: Metric): Range {
	const isShare =
		isShareName(metric) &&
		groups.every(({ steps }) =>
			steps.every(({ min, max }) => min >= 0 && max <= 1),
		);
	return isShare
		? [0, 1]
		: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}

export function isSingleStep({ groups }: Metric): boolean {
	const steps = new Set(
		groups.flatMap((group) => group.steps.map(({ step }) => step)),
	);
	return steps.size <= 1;
}

/**
 * The steps of a group that are drawn, by index. Each needs two rows of data.
 */
export const shownSteps = ({ steps }: Group): number[] =>
	steps.length <= MOST_ROWS / 2
		? steps.map((_, at) => at)
		: minMaxPlaces(
				[
					steps.map(({ mean }) => mean),
					steps.map(({ min }) => min),
					steps.map(({ max }) => max),
				],
				MOST_ROWS / 2,
			);

/**
 * The values of runs that are drawn as dots; the lowest and the highest are
 * always among them.
 */
export function shownFinals({ finals }: Group): number[] {
	if (finals.length <= MOST_RUN_DOTS) return [...finals];
	const sorted = finals.toSorted((a, b) => a - b);
	const distance = (sorted.length - 1) / (MOST_RUN_DOTS - 1);
	return Array.from(
		{ length: MOST_RUN_DOTS },
		(_, at) => sorted[Math.round(at * distance)] as number,
	);
}

/**
 * A group's row of data at one step. The band is cut at the limits of the
 * metric.
 */
export function rowOf(
	{ step, n, mean, sd, min, max }: StepSummary,
	group: string,
	[lowest, highest]: Range,
) {
	return {
		group,
		step,
		n,
		mean: rounded(mean),
		...(sd === undefined ? {} : { sd: rounded(sd) }),
		low: rounded(Math.max(mean - (sd ?? 0), lowest)),
		high: rounded(Math.min(mean + (sd ?? 0), highest)),
		min: rounded(min),
		max: rounded(max),
	};
}
