import { UsageError } from "../../../../base/errors.ts";
import { compareGroups } from "../compare-groups.ts";
import { holm } from "../holm.ts";
import { ALPHA } from "../interval.ts";
import type { Goal } from "../metric-names.ts";
import { tTestOf } from "../t-test.ts";
import { meanOf } from "../values.ts";
import { requireBaseline } from "./baseline.ts";
import type { Group } from "./groups.ts";
import { type Matched, matchGroups, valuesOf } from "./pairs.ts";
import type { Comparison } from "./types.ts";

/** More pairs than this are not compared each with each. */
const MOST_PAIRS = 500;

export interface Compared {
	readonly baseline?: string;
	readonly comparisons: readonly Comparison[];
	readonly moreComparisons?: number;
	/** For how many comparisons together the adjusted p values hold. */
	readonly family: number;
	readonly notes: readonly string[];
}

interface Pair {
	readonly a: Group;
	readonly b: Group;
	readonly matched: Matched;
}

/**
 * Compares groups with a baseline, or each with each.
 * @param all those without a value of the metric are left out
 * @throws UsageError for a baseline that is no group
 */
export function compareAll(
	all: readonly Group[],
	metric: string,
	{
		goal,
		baseline,
		level,
		mostComparisons = Number.POSITIVE_INFINITY,
	}: {
		readonly goal: Goal | undefined;
		readonly baseline: string | undefined;
		readonly level: number | undefined;
		readonly mostComparisons: number | undefined;
	},
): Compared {
	const groups = all.filter((group) => valuesOf(group, metric).length > 0);
	const nothing = { comparisons: [], family: 0, notes: [] };
	requireBaseline(
		all.map(({ label }) => label),
		baseline,
	);
	if (groups.length < 2) return nothing;
	if (all.some((one) => one.label === baseline && !groups.includes(one)))
		return {
			...nothing,
			notes: [
				`no run of ${baseline} has a value of ${metric}, so no group is compared with it`,
			],
		};
	const chosen = baselineOf(groups, metric, goal, baseline);
	// A baseline that was chosen by these values is as if all pairs were looked at.
	const isByValue = chosen?.byValue === true;
	const pairs =
		chosen === undefined
			? allPairs(groups, metric)
			: groups
					.filter((group) => group !== chosen.group)
					.map((group) => pairOf(group, chosen.group, metric));
	const family = isByValue ? allPairs(groups, metric) : pairs;
	const adjusted = adjustedBy(family);
	const computed = pairs.slice(0, mostComparisons);
	return {
		...(chosen === undefined ? {} : { baseline: chosen.group.label }),
		comparisons: computed.map(({ a, b, matched }) =>
			comparisonOf(a, b, matched, {
				adjustedP: adjusted.get(keyOf(a, b)),
				level,
			}),
		),
		...(computed.length < pairs.length
			? { moreComparisons: pairs.length - computed.length }
			: {}),
		family: family.length,
		notes: isByValue
			? [
					`${chosen.group.label} was chosen by these values as the best, so p is adjusted for all ${family.length} pairs of groups`,
				]
			: [],
	};
}

const keyOf = (a: Group, b: Group) => JSON.stringify([a.label, b.label].sort());

const pairOf = (a: Group, b: Group, metric: string): Pair => ({
	a,
	b,
	matched: matchGroups(a, b, metric),
});

function allPairs(groups: readonly Group[], metric: string): Pair[] {
	const count = (groups.length * (groups.length - 1)) / 2;
	if (count > MOST_PAIRS)
		throw new UsageError(
			`${groups.length} groups have ${count} pairs, which no number of runs would tell apart; compare them with one baseline: baseline: "first", or the name of a group`,
		);
	return groups.flatMap((a, i) =>
		groups.slice(i + 1).map((b) => pairOf(a, b, metric)),
	);
}

function baselineOf(
	groups: readonly Group[],
	metric: string,
	goal: Goal | undefined,
	asked: string | undefined,
): { readonly group: Group; readonly byValue: boolean } | undefined {
	if (asked === "pairs") return undefined;
	const first = groups[0] as Group;
	const many = (groups.length * (groups.length - 1)) / 2 > MOST_PAIRS;
	if (asked === "first" || (asked === undefined && (many || !goal)))
		return { group: first, byValue: false };
	if (asked === undefined || asked === "best") {
		if (!goal)
			throw new UsageError(
				`which end of ${metric} is better, its name does not say; give goals: { ${JSON.stringify(metric)}: "maximize" } or "minimize", or another baseline`,
			);
		const sign = goal === "maximize" ? 1 : -1;
		const meanOfGroup = (group: Group) =>
			sign * meanOf(valuesOf(group, metric));
		return {
			group: groups.reduce((best, group) =>
				meanOfGroup(group) > meanOfGroup(best) ? group : best,
			),
			byValue: groups.length > 2,
		};
	}
	const group = groups.find(({ label }) => label === asked);
	return group && { group, byValue: false };
}

/** Adjusted p values of the t tests, by pair. */
function adjustedBy(family: readonly Pair[]): Map<string, number> {
	const tested = family.flatMap(({ a, b, matched }) => {
		const found = tTestOf(matched.a, matched.b, matched.paired);
		return found === undefined ? [] : [{ key: keyOf(a, b), p: found.p }];
	});
	const adjusted = holm(tested.map(({ p }) => p));
	return new Map(tested.map(({ key }, i) => [key, adjusted[i] as number]));
}

function comparisonOf(
	a: Group,
	b: Group,
	matched: Matched,
	{
		adjustedP,
		level,
	}: {
		readonly adjustedP: number | undefined;
		readonly level: number | undefined;
	},
): Comparison {
	const { paired } = matched;
	const compared = compareGroups(matched.a, matched.b, { paired, level });
	return {
		a: a.label,
		b: b.label,
		...compared,
		...(adjustedP === undefined ? {} : { adjustedP }),
		verdict:
			compared.refusals.length > 0
				? "refused"
				: adjustedP !== undefined && adjustedP <= ALPHA
					? "different"
					: "not shown",
		notes: [...matched.notes, ...compared.notes],
	};
}
