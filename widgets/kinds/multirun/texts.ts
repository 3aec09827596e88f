import {
	type Spread,
	spreadOf,
} from "../../../experiment/sweep/statistics/summary.ts";
import { formatNumber, plural, right, table } from "../../text/text.ts";
import {
	type Group,
	isSingleStep,
	type Metric,
	nameOf,
	shownFinals,
	shownSteps,
} from "./metric.ts";

/** With more groups than this, dashed extremes cross too often to be read. */
export const MOST_WITH_EXTREMES = 3;

export function runsText(metrics: readonly Metric[]): string {
	const counts = metrics.flatMap(({ groups }) =>
		groups.map(({ runs }) => runs),
	);
	const least = Math.min(...counts);
	const most = Math.max(...counts);
	const runs = least === most ? plural(most, "run") : `${least}–${most} runs`;
	const groups = metrics[0]?.groups.length ?? 0;
	return groups > 1 ? `${groups} groups of ${runs}` : runs;
}

/** A sentence for those who cannot see: the mean at the end of each group. */
export function describe({ metric, groups }: Metric): string {
	const parts = groups.map((group, index) => {
		const name = groups.length > 1 ? `${nameOf(group, index)} ` : "";
		return group.finals.length === 0
			? `${name}without a finite value`
			: `${name}${meanText(spreadOf(group.finals))}`;
	});
	return `${metric} ends at ${parts.join(", ")}`;
}

export function meanText({ mean, sd }: Pick<Spread, "mean" | "sd">): string {
	return sd === undefined
		? formatNumber(mean, 3)
		: `${formatNumber(mean, 3)} ± ${formatNumber(sd, 2)}`;
}

export function summaryTable(metrics: readonly Metric[]): string {
	const grouped = metrics.some(({ groups }) => groups.length > 1);
	const rows = metrics.flatMap(({ metric, groups }) =>
		groups.map((group, index) => {
			const head = grouped ? [metric, nameOf(group, index)] : [metric];
			if (group.finals.length === 0) return [...head, "0"];
			const { n, mean, sd, min, max } = spreadOf(group.finals);
			const numbers = [mean, sd, min, max].map((value) =>
				value === undefined ? "–" : formatNumber(value),
			);
			return [...head, String(n), ...numbers];
		}),
	);
	const columns = [
		{ header: "metric" },
		...(grouped ? [{ header: "group" }] : []),
		...["n", "mean", "sd", "min", "max"].map(right),
	];
	return [
		table(columns, rows),
		...metrics.flatMap(bestLine),
		...metrics.flatMap(notFiniteLine),
	].join("\n");
}

function bestLine({ metric, goal, groups }: Metric): string[] {
	if (goal === undefined || groups.length < 2) return [];
	const sign = goal === "minimize" ? 1 : -1;
	const ranked = groups
		.map((group, index) => ({ group, name: nameOf(group, index) }))
		.filter(({ group }) => group.finals.length > 0)
		.map(({ group, name }) => ({ name, ...spreadOf(group.finals) }))
		.sort((a, b) => sign * (a.mean - b.mean));
	const best = ranked[0];
	return best === undefined
		? []
		: [`best mean ${metric} (${goal}): ${best.name}, ${meanText(best)}`];
}

export function notFiniteLine({ metric, notFinite }: Metric): string[] {
	return notFinite === 0
		? []
		: [`${metric}: ${plural(notFinite, "value")} not finite, left out`];
}

export function encodingLine(metrics: readonly Metric[]): string {
	const spread = metrics.some(({ groups }) =>
		groups.some(({ runs }) => runs > 1),
	);
	if (!spread) return "one run each: no spread to show";
	const courses = metrics.filter((metric) => !isSingleStep(metric));
	const [mean, sd] =
		courses.length === metrics.length
			? ["line: mean", "band"]
			: courses.length === 0
				? ["large dot: mean · small dots: runs", "bar"]
				: ["line, large dot: mean · small dots: runs", "band, bar"];
	const extremes = courses.some(
		({ groups }) => groups.length <= MOST_WITH_EXTREMES,
	);
	return [
		mean,
		`${sd}: ±1 SD (sample, n−1)`,
		...(extremes ? ["dashed: min, max"] : []),
	].join(" · ");
}

/** Says what of a metric is left out for lack of room. */
export function thinnedLine(metric: Metric): string[] {
	const single = isSingleStep(metric);
	const of = (shown: (group: Group) => number) =>
		metric.groups.reduce((sum, group) => sum + shown(group), 0);
	const [shown, all] = single
		? [
				of((group) => shownFinals(group).length),
				of(({ finals }) => finals.length),
			]
		: [
				of((group) => shownSteps(group).length),
				of(({ steps }) => steps.length),
			];
	return shown < all
		? [
				`${metric.metric}: ${shown} of ${all} ${single ? "runs" : "steps"} shown, with the highest and lowest`,
			]
		: [];
}
