import { openStream, type Stream } from "../../random/stream.ts";
import { logGamma } from "./distributions.ts";
import { meanOf } from "./values.ts";

/** As many arrangements are looked at one by one; of more, as many are drawn. */
const MOST_ARRANGEMENTS = 200_000;
const DRAWN = 100_000;

export interface PermutationTest {
	/** Share of the arrangements whose means differ at least as much, on either side. */
	readonly p: number;
	/** Were all arrangements looked at? Otherwise they were drawn, from a stream with a seed of its own. */
	readonly exact: boolean;
	/** How many were looked at. */
	readonly arrangements: number;
	/** Standard error of a p whose arrangements were drawn. */
	readonly standardError?: number;
	/** No smaller p is possible for groups of these sizes, with the ties that these values have; of drawn arrangements, as far as they show. */
	readonly smallest: number;
}

/**
 * Do two groups come from one distribution? Compares the difference of their means with that under every
 * split of all values into groups of these sizes.
 */
export function splitTest(
	a: readonly number[],
	b: readonly number[],
): PermutationTest {
	const values = centred([...a, ...b]);
	const size = a.length;
	const observed = sumOf(values.slice(0, size));
	// The values sum to zero, so the sum of one group decides the difference of means.
	return choose(values.length, size) <= MOST_ARRANGEMENTS
		? counted(splitSums(values, size), observed, toleranceOf(values))
		: drawn(
				drawnSplits(values, size, openStream("statistics", "splits")),
				observed,
				toleranceOf(values),
			);
}

/**
 * Are differences of pairs as often above zero as below? Compares their sum with that under every choice
 * of signs.
 */
export function signFlipTest(differences: readonly number[]): PermutationTest {
	const observed = sumOf(differences);
	const tolerance = toleranceOf(differences);
	// The sign of no difference at all makes no other arrangement.
	const signed = differences.filter((one) => Math.abs(one) > tolerance);
	return 2 ** signed.length <= MOST_ARRANGEMENTS
		? counted(flippedSums(signed), observed, tolerance)
		: drawn(
				drawnFlips(signed, openStream("statistics", "signs")),
				observed,
				tolerance,
			);
}

/** The smallest p of a test that looks at all splits into groups of `a` and `b` values without ties. */
export const smallestSplitP = (a: number, b: number): number =>
	Math.min(1, (a === b ? 2 : 1) / choose(a + b, a));

/** The smallest p of a test that looks at all signs of `n` differences. */
export const smallestFlipP = (n: number): number => Math.min(1, 2 ** (1 - n));

/** Sums are compared up to what their rounding may be. */
const toleranceOf = (values: readonly number[]) =>
	1e-12 * values.reduce((sum, value) => sum + Math.abs(value), 0);

function counted(
	sums: Float64Array,
	observed: number,
	tolerance: number,
): PermutationTest {
	return {
		p: shareFrom(sums, Math.abs(observed) - tolerance),
		exact: true,
		arrangements: sums.length,
		smallest: shareFrom(sums, mostOf(sums) - tolerance),
	};
}

function shareFrom(sums: Float64Array, least: number): number {
	let count = 0;
	for (const sum of sums) if (Math.abs(sum) >= least) count++;
	return count / sums.length;
}

/**
 * The arrangement that was observed is one of them: so p is never 0, and never too small on average. The
 * smallest p is that of the drawn arrangement that is farthest out: where ties leave few different ones, many are
 * as far.
 */
function drawn(
	sums: Float64Array,
	observed: number,
	tolerance: number,
): PermutationTest {
	const own = Math.abs(observed);
	const shareWithOwn = (least: number) =>
		(shareFrom(sums, least) * sums.length + (own >= least ? 1 : 0)) /
		(sums.length + 1);
	const p = shareWithOwn(own - tolerance);
	return {
		p,
		exact: false,
		arrangements: sums.length,
		standardError: Math.sqrt((p * (1 - p)) / sums.length),
		smallest: shareWithOwn(Math.max(own, mostOf(sums)) - tolerance),
	};
}

const mostOf = (sums: Float64Array) =>
	sums.reduce((most, sum) => Math.max(most, Math.abs(sum)), 0);

function splitSums(values: readonly number[], size: number): Float64Array {
	const sums = new Float64Array(Math.round(choose(values.length, size)));
	let at = 0;
	const extend = (from: number, left: number, sum: number) => {
		if (left === 0) {
			sums[at++] = sum;
			return;
		}
		for (let i = from; i <= values.length - left; i++)
			extend(i + 1, left - 1, sum + (values[i] as number));
	};
	extend(0, size, 0);
	return sums;
}

function flippedSums(differences: readonly number[]): Float64Array {
	let sums = Float64Array.of(0);
	for (const difference of differences) {
		const longer = new Float64Array(2 * sums.length);
		for (const [i, sum] of sums.entries()) {
			longer[2 * i] = sum + difference;
			longer[2 * i + 1] = sum - difference;
		}
		sums = longer;
	}
	return sums;
}

function drawnSplits(
	values: readonly number[],
	size: number,
	{ next }: Stream,
): Float64Array {
	const order = Float64Array.from(values);
	return new Float64Array(DRAWN).map(() => {
		let sum = 0;
		for (let i = 0; i < size; i++) {
			const j = i + Math.floor(next() * (order.length - i));
			const chosen = order[j] as number;
			order[j] = order[i] as number;
			order[i] = chosen;
			sum += chosen;
		}
		return sum;
	});
}

const drawnFlips = (differences: readonly number[], { next }: Stream) =>
	new Float64Array(DRAWN).map(() =>
		differences.reduce(
			(sum, difference) => sum + (next() < 0.5 ? difference : -difference),
			0,
		),
	);

function centred(values: readonly number[]): number[] {
	const mean = meanOf(values);
	return values.map((value) => value - mean);
}

const sumOf = (values: readonly number[]) =>
	values.reduce((sum, value) => sum + value, 0);

/** The number of ways to take k of n; above 2⁵³ to some ten digits. */
export function choose(n: number, k: number): number {
	const logarithm = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
	const ways = Math.exp(logarithm);
	return ways < 2 ** 40 ? Math.round(ways) : ways;
}
