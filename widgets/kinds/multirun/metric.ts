import { oneLine } from "../../../base/shown-text.ts";
import { grouped } from "../../../experiment/grouped.ts";
import { bySteps } from "../../../experiment/last-values.ts";
import {
	type Spread,
	spreadOf,
} from "../../../experiment/sweep/statistics/summary.ts";
import type { Point } from "../../drawing/series.ts";
import { shownName } from "../../text/text.ts";
import type { MemberCurve, MultirunGroup, MultirunMetric } from "./curves.ts";

export interface StepSummary extends Spread {
	readonly step: number;
}

/** A member's values of a metric. */
export interface Curve {
	/** Finite values, in pieces between those that are not; by step. */
	readonly pieces: readonly (readonly Point[])[];
	/** "finished" only with a finite last value: without one it is "diverged". */
	readonly end: string;
	/** Where its values end, or stop being finite for good; without values where the member came, −∞ at its start. */
	readonly step: number;
	/** The last step at which the member logged anything. */
	readonly came: number;
	/** Values that are not finite, before it is there for good. */
	readonly gaps: number;
}

/** Neither finished nor still running. */
export const hasNoResult = ({ end }: Curve): boolean =>
	end !== "finished" && end !== "running";

/** A group's runs, and their mean at each step that all of those that count have. */
export interface Group {
	readonly label: string;
	readonly curves: readonly Curve[];
	/** Of these the mean is: those that finished; before any has, those that run. */
	readonly counted: readonly Curve[];
	readonly steps: readonly StepSummary[];
	/** Those that finished where others of the group went on. */
	readonly early: readonly Curve[];
}

export interface Metric {
	readonly metric: string;
	readonly groups: readonly Group[];
}

/** @throws RangeError where no group has a run */
export function parse({ metric, groups }: MultirunMetric): Metric {
	if (!groups.some(({ runs }) => runs.length > 0))
		throw new RangeError(
			`multirun picture: the metric "${shownName(metric)}" has no runs; give at least one group with one run`,
		);
	return { metric: shownName(metric), groups: groups.map(groupOf) };
}

function groupOf({ label, runs }: MultirunGroup): Group {
	const curves = runs.map(curveOf);
	const endedBy = (wanted: string) =>
		curves.filter(({ end, pieces }) => end === wanted && pieces.length > 0);
	const finished = endedBy("finished");
	const counted = finished.length > 0 ? finished : endedBy("running");
	const last = Math.max(...finished.map(({ came }) => came));
	return {
		label: oneLine(label),
		curves,
		counted,
		steps: commonSteps(counted),
		early: finished.filter(({ came }) => came < last),
	};
}

function curveOf({ points, status, came }: MemberCurve): Curve {
	const all = bySteps(points);
	const lastFinite = all.findLastIndex(({ value }) => Number.isFinite(value));
	const isLost = lastFinite < all.length - 1;
	const pieces: Point[][] = [];
	let isOpen = false;
	for (const point of all) {
		const isValue = Number.isFinite(point.value);
		if (isValue && isOpen) pieces.at(-1)?.push(point);
		else if (isValue) pieces.push([point]);
		isOpen = isValue;
	}
	return {
		pieces,
		end: isLost && status === "finished" ? "diverged" : status,
		step: all[isLost ? lastFinite + 1 : lastFinite]?.step ?? came,
		came,
		gaps: all
			.slice(0, Math.max(0, lastFinite))
			.filter(({ value }) => !Number.isFinite(value)).length,
	};
}

/** Steps at which each of the curves has a value: with fewer, the mean would jump where one ends. */
function commonSteps(curves: readonly Curve[]): StepSummary[] {
	const points = curves.flatMap(({ pieces }) => pieces.flat());
	return [...grouped(points, ({ step }) => step)]
		.filter(([, all]) => all.length === curves.length)
		.sort(([a], [b]) => a - b)
		.map(([step, all]) => ({
			step,
			...spreadOf(all.map(({ value }) => value)),
		}));
}

export const nameOf = ({ label }: Group, index: number): string =>
	label === "" ? `group ${index + 1}` : label;
