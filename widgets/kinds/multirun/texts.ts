import { grouped } from "../../../experiment/grouped.ts";
import type { Spread } from "../../../experiment/sweep/statistics/summary.ts";
import {
	formatNumber,
	plural,
	right,
	table,
	wrapped,
} from "../../text/text.ts";
import { DISTINCT_LOOKS } from "./looks.ts";
import { type Group, hasNoResult, type Metric, nameOf } from "./metric.ts";
import { MOST_WITH_RUNS, shownCurves, shownSteps } from "./shown.ts";

/** Groups whose ends are told in a picture; its text tells all. */
const MOST_TOLD = 6;
/** Steps that are named in a sentence. */
const MOST_STEPS = 6;
/** Letters of a line above a picture. */
const WIDTH = 96;

export function runsText(metrics: readonly Metric[]): string {
	const groups = metrics[0]?.groups ?? [];
	const counts = groups.map((_, at) =>
		Math.max(...metrics.map(({ groups }) => groups[at]?.curves.length ?? 0)),
	);
	const least = Math.min(...counts);
	const most = Math.max(...counts);
	const runs = least === most ? plural(most, "run") : `${least}–${most} runs`;
	return groups.length > 1 ? `${groups.length} groups of ${runs}` : runs;
}

/** A sentence for those who cannot see: the mean at the end of each group. */
export function describe({ metric, groups }: Metric): string {
	const parts = groups.map((group, index) => {
		const name = groups.length > 1 ? `${nameOf(group, index)} ` : "";
		const last = group.steps.at(-1);
		return last === undefined
			? `${name}without a mean`
			: `${name}${meanText(last)} ${countText(group)}`.trim();
	});
	return `${metric} ends at ${parts.join(", ")}`;
}

export function meanText({ mean, sd }: Pick<Spread, "mean" | "sd">): string {
	return sd === undefined
		? formatNumber(mean, 3)
		: `${formatNumber(mean, 3)} ± ${formatNumber(sd, 2)}`;
}

/** `(4 of 5 runs)` where not all are in the mean. */
export const countText = ({ counted, curves }: Group): string =>
	counted.length === curves.length
		? ""
		: `(${counted.length} of ${plural(curves.length, "run")})`;

/** The means at the last steps that they have. */
export function summaryTable(metrics: readonly Metric[]): string {
	const grouped = metrics.some(({ groups }) => groups.length > 1);
	const rows = metrics.flatMap(({ metric, groups }) =>
		groups.map((group, index) => {
			const head = grouped ? [metric, nameOf(group, index)] : [metric];
			const count = `${group.counted.length} of ${group.curves.length}`;
			const last = group.steps.at(-1);
			if (last === undefined) return [...head, count];
			const { step, n, mean, sd, min, max } = last;
			return [
				...head,
				n === group.curves.length ? String(n) : count,
				String(step),
				...[mean, sd, min, max].map((value) =>
					value === undefined ? "–" : formatNumber(value),
				),
			];
		}),
	);
	return table(
		[
			{ header: "metric" },
			...(grouped ? [{ header: "group" }] : []),
			...["n", "step", "mean", "sd", "min", "max"].map(right),
		],
		rows,
	);
}

/** What is drawn how, and what is left out. */
export function encodingLines(metrics: readonly Metric[]): string[] {
	const groups = metrics.flatMap(({ groups }) => groups);
	const count = metrics[0]?.groups.length ?? 0;
	const isMany = count > MOST_WITH_RUNS;
	const hasBand = groups.some(({ steps: [first] }) => (first?.n ?? 0) > 1);
	const signs = [
		...(groups.some(({ curves }) => curves.some(hasNoResult))
			? ["×: came to no result"]
			: []),
		...(groups.some(({ early }) => early.length > 0) ? ["○: ended early"] : []),
	];
	return [
		[
			hasBand ? `thick: ${meanOf(groups)}` : "one run each: no interval",
			...(isMany
				? []
				: hasBand
					? [
							"band: its 95 % t interval",
							"at its end: mean ± SD",
							"thin: single runs",
							...signs,
						]
					: signs),
		].join(" · "),
		...(isMany
			? [
					`bands and single runs are not drawn for more than ${MOST_WITH_RUNS} groups`,
				]
			: metrics.flatMap(leftOutLine)),
		...(count > DISTINCT_LOOKS
			? [`lines look alike again after ${DISTINCT_LOOKS} groups`]
			: []),
		...metrics.flatMap(thinnedLine),
	];
}

/** `mean of 5 finished runs`; without the number where groups have different ones. */
function meanOf(groups: readonly Group[]): string {
	const counted = groups.filter(({ steps }) => steps.length > 0);
	const counts = [...new Set(counted.map(({ counted }) => counted.length))];
	const isRunning = counted.some(
		({ counted: [first] }) => first?.end === "running",
	);
	return [
		"mean of",
		...(counts.length === 1 ? [String(counts[0])] : []),
		...(isRunning ? [] : ["finished"]),
		"runs",
	].join(" ");
}

function leftOutLine(metric: Metric): string[] {
	const shown = shownCurves(metric).length;
	const all = metric.groups.reduce((sum, { curves }) => sum + curves.length, 0);
	return shown < all
		? [`${metric.metric}: ${shown} of ${all} single runs are drawn`]
		: [];
}

/** Says where steps of a metric are left out for lack of room. */
function thinnedLine({ metric, groups }: Metric): string[] {
	const of = (count: (group: Group) => number) =>
		groups.reduce((sum, group) => sum + count(group), 0);
	const shown = of((group) => shownSteps(group).length);
	const all = of(({ steps }) => steps.length);
	return shown < all
		? [`${metric}: ${shown} of ${all} steps shown, with the highest and lowest`]
		: [];
}

/**
 * Which runs came to no result or ended early, and where means end for that: a line for each group, for all
 * metrics together where they say the same.
 */
export function endLines(metrics: readonly Metric[]): string[] {
	const said = new Map<string, string[]>();
	for (const { metric, groups } of metrics)
		groups.forEach((group, index) => {
			const ends = endsOf(group);
			if (ends === "") return;
			const line =
				groups.length > 1 ? `${nameOf(group, index)}: ${ends}` : ends;
			said.set(line, [...(said.get(line) ?? []), metric]);
		});
	return [
		...Array.from(said, ([line, of]) =>
			of.length === metrics.length ? line : `${of.join(", ")}, ${line}`,
		),
		...metrics.flatMap(gapsLine),
	];
}

/** The first of these lines, for a picture, broken where they are long. */
export function toldEnds(metrics: readonly Metric[]): string[] {
	const lines = endLines(metrics);
	const more = lines.length - MOST_TOLD;
	return [
		...lines
			.slice(0, MOST_TOLD)
			.flatMap((line) => wrapped(line.split(", "), ", ", WIDTH)),
		...(more > 0 ? [`… and ${plural(more, "line")} more of such`] : []),
	];
}

function endsOf({ curves, counted, early, steps }: Group): string {
	const all = curves.length;
	const stops = grouped(curves.filter(hasNoResult), ({ end }) => end);
	const last = steps.at(-1)?.step;
	const reached = Math.max(
		...counted.flatMap(({ pieces }) => pieces.at(-1)?.at(-1)?.step ?? []),
	);
	return [
		...Array.from(
			stops,
			([end, some]) =>
				`${some.length} of ${all} ${end} ${stepsText(some.map(({ step }) => step))}`,
		),
		...(early.length === 0
			? []
			: [
					`${early.length} of ${all} ended early, ${stepsText(early.map(({ came }) => came))}`,
				]),
		...(counted.length < 2 || last === reached
			? []
			: [
					last === undefined
						? `no step that all ${counted.length} have, so no mean`
						: `mean to step ${last}, the last that all ${counted.length} have`,
				]),
	].join("; ");
}

function stepsText(steps: readonly number[]): string {
	const sorted = [...new Set(steps)]
		.filter(Number.isFinite)
		.sort((a, b) => a - b);
	const shown = sorted.slice(0, MOST_STEPS).join(", ");
	return sorted.length === 0
		? "before a first value"
		: `at step ${shown}${sorted.length > MOST_STEPS ? ", …" : ""}`;
}

function gapsLine({ metric, groups }: Metric): string[] {
	const gaps = groups.reduce(
		(sum, { curves }) => curves.reduce((all, { gaps }) => all + gaps, sum),
		0,
	);
	return gaps === 0
		? []
		: [`${metric}: ${plural(gaps, "value")} not finite, left out`];
}
