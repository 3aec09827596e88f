import type { PermutationTest } from "../../../experiment/sweep/statistics/permutation.ts";
import type {
	Comparison,
	MetricReport,
} from "../../../experiment/sweep/statistics/report/types.ts";
import { pText } from "../../../experiment/sweep/statistics/values.ts";
import { formatNumber, plural, right, shownName, table } from "../text.ts";
import { intervalText } from "./summaries.ts";

/** Names of groups hold values that anybody may have given. */
const nameOf = (group: string) => shownName(group);

/**
 * How the groups of a metric compare, one row for each comparison, with the reasons for which a claim is
 * refused; "" where there is nothing to compare.
 * @param most rows; how many more there are is said
 */
export function comparisonText(
	metric: MetricReport,
	most = Number.POSITIVE_INFINITY,
): string {
	const { comparisons } = metric;
	if (comparisons.length === 0) return "";
	const shown = comparisons.slice(0, most);
	const left =
		comparisons.length - shown.length + (metric.moreComparisons ?? 0);
	return [
		headOf(metric),
		table(
			[
				{ header: metric.baseline === undefined ? "pair" : "group" },
				...[
					"n",
					"difference",
					"interval",
					"p",
					"p Holm",
					"p exact",
					"g",
					"P(higher)",
				].map(right),
				{ header: "verdict" },
			],
			shown.map((one) => rowOf(one, metric.baseline !== undefined)),
		),
		...(left > 0
			? [`… and ${plural(left, "comparison")} more: dd.reportMultirun has all`]
			: []),
		...reasonsOf(shown),
	].join("\n");
}

/** `accuracy, against lr=0.1: paired t test on shared seeds, p adjusted by Holm for 3 comparisons` */
function headOf({
	metric,
	baseline,
	comparisons,
	family,
}: MetricReport): string {
	const paired = comparisons.filter((one) => one.paired).length;
	const test =
		paired === comparisons.length
			? "paired t test on shared seeds"
			: paired === 0
				? "Welch's t test"
				: "t test, paired where seeds are shared, else Welch's";
	const against =
		baseline === undefined ? "each pair" : `against ${nameOf(baseline)}`;
	return `${shownName(metric)}, ${against}: ${test}${family > 1 ? `, p adjusted by Holm for ${family} comparisons` : ""}`;
}

function rowOf(one: Comparison, hasBaseline: boolean): string[] {
	const { a, b, n, tTest, permutation, effect, improvement } = one;
	const p = (value: number | undefined) =>
		value === undefined ? "–" : pText(value);
	return [
		hasBaseline ? nameOf(a) : `${nameOf(a)} – ${nameOf(b)}`,
		n[0] === n[1] ? String(n[0]) : `${n[0]}, ${n[1]}`,
		formatNumber(one.difference),
		intervalText(tTest?.interval),
		p(tTest?.p),
		p(one.adjustedP),
		permutation === undefined ? "–" : permutationText(permutation),
		effect === undefined ? "–" : formatNumber(effect.g ?? effect.d, 3),
		improvement === undefined ? "–" : formatNumber(improvement.probability, 2),
		one.verdict,
	];
}

/** Of drawn arrangements with the standard error of p: `≈ 0.0123 ± 0.0003`. */
const permutationText = ({ p, standardError }: PermutationTest): string =>
	standardError === undefined || p < 0.0001
		? pText(p)
		: `≈ ${pText(p)} ± ${formatNumber(standardError, 1)}`;

/** Each reason once, with whom it holds for where it does not hold for all. */
function reasonsOf(comparisons: readonly Comparison[]): string[] {
	const groups = new Map<string, string[]>();
	for (const { a, refusals, notes } of comparisons)
		for (const reason of [
			...refusals.map((refusal) => `refused: ${refusal}`),
			...notes,
		])
			groups.set(reason, [...(groups.get(reason) ?? []), nameOf(a)]);
	return [
		...Array.from(groups, ([reason, names]) =>
			names.length === comparisons.length
				? reason
				: `${names.join(" | ")}: ${reason}`,
		),
		...detectableLine(comparisons),
	];
}

/** What so few runs cannot show is said where they showed nothing. */
function detectableLine(comparisons: readonly Comparison[]): string[] {
	const open = comparisons.find(
		({ verdict, detectable }) =>
			verdict === "not shown" && detectable !== undefined,
	);
	return open === undefined
		? []
		: [
				`not shown is not "equal": n = ${open.n[0]}${open.paired ? " pairs" : ""} mostly misses differences below ${formatNumber(open.detectable ?? 0, 3)} ${open.paired ? "sd of the differences" : "sd"} (power 0.8, before Holm)`,
			];
}
