import { plural } from "../../../../base/plural.ts";
import { isShareName } from "../metric-names.ts";
import type { GroupReport } from "./types.ts";

/** An accuracy from here on is near 1: the t interval of few runs holds it less often than it says. */
const NEAR_ONE = 0.9;
/** From so many runs on it misses by at most 3 percent points. */
const ENOUGH_NEAR_ONE = 20;

/**
 * What a reader must know of a metric's summaries.
 * @returns `mixed`: groups have values in different units, so comparing them says nothing
 */
export function metricNotes(
	metric: string,
	groups: readonly GroupReport[],
): { readonly notes: readonly string[]; readonly mixed: boolean } {
	const mixed = mixedUnits(metric, groups);
	return {
		notes: [
			...groups.flatMap((group) => divergedNote(metric, group)),
			...singleNote(groups),
			...(mixed === undefined ? [] : [mixed]),
			...nearOneNote(metric, groups),
		],
		mixed: mixed !== undefined,
	};
}

function divergedNote(
	metric: string,
	{ group, notFinite, summary }: GroupReport,
): string[] {
	if (notFinite === 0) return [];
	const all = notFinite + (summary?.n ?? 0);
	return [
		`${metric}${group === "" ? "" : ` of ${group}`}: ${notFinite} of ${plural(all, "value")} ${notFinite === 1 ? "is" : "are"} NaN or infinite and in no mean: these runs diverged`,
	];
}

/** Said once, not for each group. */
function singleNote(groups: readonly GroupReport[]): string[] {
	const single = groups.filter(({ summary }) => summary?.n === 1);
	return single.length === 0
		? []
		: [
				`${single.length === groups.length ? "" : `${single.map(({ group }) => group).join(" | ")}: `}n = 1: one run has no spread, so there is no interval; repeat it with -n`,
			];
}

/** Shares in one group and percentages in another look alike by name. */
function mixedUnits(
	metric: string,
	groups: readonly GroupReport[],
): string | undefined {
	if (!isShareName(metric)) return undefined;
	const of = (test: (most: number) => boolean) =>
		groups.find(({ summary }) => summary !== undefined && test(summary.max));
	const shares = of((most) => most <= 1);
	const percent = of((most) => most > 1.5);
	return shares && percent
		? `${metric} is at most 1 for ${shares.group} and up to ${Number(percent.summary?.max.toPrecision(4))} for ${percent.group}: shares and percentages are not compared; log one unit`
		: undefined;
}

function nearOneNote(metric: string, groups: readonly GroupReport[]): string[] {
	const near = groups.some(
		({ summary }) =>
			isShareName(metric) &&
			summary?.interval !== undefined &&
			summary.n < ENOUGH_NEAR_ONE &&
			summary.max <= 1 &&
			summary.mean >= NEAR_ONE,
	);
	return near
		? [
				`${metric} is near 1, where values are skewed: 95 % intervals hold the mean in some 88 % of cases at n = 5, 91 % at n = 10`,
			]
		: [];
}
