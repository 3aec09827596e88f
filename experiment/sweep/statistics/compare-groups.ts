import { UsageError } from "../../../base/errors.ts";
import { plural } from "../../../base/plural.ts";
import { givenOptions } from "../../given-options.ts";
import { type EffectSize, hedgesG, pairedHedgesG } from "./effect-size.ts";
import {
	type Improvement,
	pairedImprovement,
	probabilityOfImprovement,
} from "./improvement.ts";
import { ALPHA, LEVEL } from "./interval.ts";
import {
	type PermutationTest,
	signFlipTest,
	smallestFlipP,
	smallestSplitP,
	splitTest,
} from "./permutation.ts";
import { detectableEffect } from "./power.ts";
import { differencesOf, hasNoSpread, type TTest, tTestOf } from "./t-test.ts";
import { isConstant, meanOf, pText, requireFinite } from "./values.ts";

export interface CompareOptions {
	/** The k-th values of both groups belong together: runs under one seed, or on one split. Default: false. */
	readonly paired?: boolean;
	/** Confidence of the intervals. Default: 0.95. */
	readonly level?: number;
}

export interface GroupComparison {
	readonly n: readonly [a: number, b: number];
	readonly paired: boolean;
	/** Mean of the first group less that of the second. */
	readonly difference: number;
	/** Paired, or Welch's. Absent without spread, as what follows. */
	readonly tTest?: TTest;
	/** Needs no normal values. */
	readonly permutation?: PermutationTest;
	readonly effect?: EffectSize;
	readonly improvement?: Improvement;
	/** The smallest effect that so many runs are likely to show (power 0.8, α 0.05), in the unit of `effect`. */
	readonly detectable?: number;
	/** Why no claim of a difference can be made, whatever the p; empty where one can. */
	readonly refusals: readonly string[];
	/** What a reader must know: ties, groups without spread. */
	readonly notes: readonly string[];
}

/**
 * Compares two groups of runs by one metric: the difference with its interval, a t test (paired, or
 * Welch's), a permutation test, Hedges' g, the probability of improvement, and what so few runs can show
 * at all. Where no claim is possible it says why in `refusals`: too few runs for any p below 0.05
 * without assuming normal values, or no spread.
 * @example
 * const adam = [0.912, 0.915, 0.909, 0.921, 0.913];
 * const sgd = [0.905, 0.911, 0.902, 0.909, 0.907];
 * const { tTest, refusals } = dd.compareGroups(adam, sgd);
 * tTest?.p.toFixed(4); // → "0.0232"
 * refusals; // → []
 * dd.compareGroups([0.8, 0.9, 0.85], [0.7, 0.75, 0.8]).refusals[0];
 * // → "n = 3 and 3: no p below 0.1 is possible without assuming normal values; from 4 and 4 runs on there is one below 0.05"
 * @throws UsageError for no values, for one that is not finite, for pairs of different lengths
 */
export function compareGroups(
	a: readonly number[],
	b: readonly number[],
	options: CompareOptions = {},
): GroupComparison {
	const { paired = false, level = LEVEL } = givenOptions(
		"compareGroups",
		options,
		"dd.compareGroups(a, b, { paired: true })",
	);
	requireFinite(a, "compareGroups", "values of the first group");
	requireFinite(b, "compareGroups", "values of the second group");
	if (paired && a.length !== b.length)
		throw new UsageError(
			`compareGroups: pairs need as many values on both sides, not ${a.length} and ${b.length}; leave out runs without a partner, or leave out paired`,
		);
	return paired ? comparePairs(a, b, level) : compareApart(a, b, level);
}

function compareApart(
	a: readonly number[],
	b: readonly number[],
	level: number,
): GroupComparison {
	const n = [a.length, b.length] as const;
	const common = { n, paired: false, difference: meanOf(a) - meanOf(b) };
	const notes = constantNotes(a, b);
	const few = n.find((count) => count < 2);
	if (few !== undefined)
		return {
			...common,
			refusals: [
				`n = ${n[0]} and ${n[1]}: one run has no spread, so no test; repeat it under other seeds`,
			],
			notes: [],
		};
	if (hasNoSpread(a, b, false)) return { ...common, ...noSpread(a, b) };
	const tTest = tTestOf(a, b, false, level);
	if (!tTest) return { ...common, ...OUT_OF_RANGE };
	const permutation = splitTest(a, b);
	const improvement = probabilityOfImprovement(a, b, level);
	return {
		...common,
		tTest,
		permutation,
		effect: hedgesG(a, b, level),
		improvement,
		detectable: detectableEffect(n),
		refusals: tooFew(
			permutation,
			smallestSplitP(...n),
			`n = ${n[0]} and ${n[1]}`,
			`${fewestPerGroup} and ${fewestPerGroup} runs`,
		),
		notes: [...notes, ...tieNotes(improvement, a.length * b.length)],
	};
}

function comparePairs(
	a: readonly number[],
	b: readonly number[],
	level: number,
): GroupComparison {
	const n = [a.length, b.length] as const;
	const differences = differencesOf(a, b);
	const common = { n, paired: true, difference: meanOf(a) - meanOf(b) };
	if (a.length < 2)
		return {
			...common,
			refusals: [
				"n = 1 pair: one pair has no spread, so no test; repeat both under other seeds",
			],
			notes: [],
		};
	if (hasNoSpread(a, b, true))
		return {
			...common,
			...(isConstant(a) && isConstant(b)
				? noSpread(a, b)
				: {
						refusals: [
							`all pairs differ by ${pText4(differences[0] as number)}: no spread, so no test`,
						],
						notes: [],
					}),
		};
	const tTest = tTestOf(a, b, true, level);
	if (!tTest) return { ...common, ...OUT_OF_RANGE };
	const permutation = signFlipTest(differences);
	const improvement = pairedImprovement(differences, level);
	return {
		...common,
		tTest,
		permutation,
		effect: pairedHedgesG(differences, level),
		improvement,
		detectable: detectableEffect(a.length, { paired: true }),
		refusals: tooFew(
			permutation,
			smallestFlipP(a.length),
			`n = ${a.length} pairs`,
			`${fewestPairs} pairs`,
		),
		notes: [...constantNotes(a, b), ...tieNotes(improvement, a.length)],
	};
}

const OUT_OF_RANGE = {
	refusals: [
		"the squares of these values are beyond what float64 has: no variance, so no test; log them in another unit",
	],
	notes: [],
};

const fewest = (smallest: (n: number) => number) => {
	let n = 2;
	while (smallest(n) > ALPHA) n++;
	return n;
};
const fewestPairs = fewest(smallestFlipP);
/** Of as many in the other group; `smallestSplitP(4, 4)` is 0.029. */
const fewestPerGroup = 4;

/**
 * A t test of few values holds if they are normal, which so few cannot show. So a claim takes a number of
 * arrangements by which a test without that assumption could confirm it.
 */
function tooFew(
	{ smallest }: PermutationTest,
	untied: number,
	n: string,
	enough: string,
): string[] {
	if (smallest <= ALPHA) return [];
	return untied > ALPHA
		? [
				`${n}: no p below ${pText(untied)} is possible without assuming normal values; from ${enough} on there is one below ${ALPHA}`,
			]
		: [
				`${n} with equal values: no p below ${pText(smallest)} is possible without assuming normal values, since ties leave few different arrangements`,
			];
}

const pText4 = (value: number) => String(Number(value.toPrecision(4)));

function noSpread(a: readonly number[], b: readonly number[]) {
	const [ofA, ofB] = [a[0] as number, b[0] as number];
	return {
		refusals: [
			ofA === ofB
				? `all ${a.length + b.length} values are ${pText4(ofA)}: nothing to compare`
				: `all values of the first group are ${pText4(ofA)}, all of the second ${pText4(ofB)}: no spread, so no test; do these runs depend on their seeds?`,
		],
		notes: [],
	};
}

const constantNotes = (a: readonly number[], b: readonly number[]) =>
	(
		[
			["first", a],
			["second", b],
		] as const
	).flatMap(([which, values]) =>
		isConstant(values)
			? [
					`all ${plural(values.length, "value")} of the ${which} group are ${pText4(values[0] as number)}: do these runs depend on their seeds?`,
				]
			: [],
	);

const tieNotes = ({ ties }: Improvement, pairs: number) =>
	ties > 0
		? [
				`${ties} of ${plural(pairs, "pair")} ${ties === 1 ? "has" : "have"} equal values, which count half in the probability of improvement`,
			]
		: [];
