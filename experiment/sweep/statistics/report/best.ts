import type { MetricReport } from "./types.ts";

/**
 * The group of which it may be claimed that it is the best by a metric: it has the best mean, and a
 * comparison shows each other group that has a value to be different from it. Undefined where no such claim
 * can be made: the metric's better end is not known, a comparison is missing, refused, or shows nothing.
 */
export function bestGroup({
	goal,
	groups,
	comparisons,
}: MetricReport): string | undefined {
	if (goal === undefined) return undefined;
	const sign = goal === "maximize" ? 1 : -1;
	const ranked = groups
		.flatMap(({ group, summary }) =>
			summary === undefined ? [] : [{ group, value: sign * summary.mean }],
		)
		.sort((a, b) => b.value - a.value);
	const [best, ...others] = ranked;
	if (best === undefined || others.length === 0) return undefined;
	const isWorse = (group: string) =>
		comparisons.some(
			({ a, b, verdict }) =>
				verdict === "different" &&
				((a === group && b === best.group) ||
					(b === group && a === best.group)),
		);
	return others.every(({ group }) => isWorse(group)) ? best.group : undefined;
}
