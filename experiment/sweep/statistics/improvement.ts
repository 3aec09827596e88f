import { normalQuantile } from "./distributions.ts";
import { type Interval, LEVEL } from "./interval.ts";
import { zeroOf } from "./solve.ts";

export interface Improvement {
	/**
	 * That a run of the first group has a higher value than one of the second (of pairs: than its partner);
	 * equal values count half.
	 */
	readonly probability: number;
	readonly interval: Interval;
	/** Pairs that were compared and had equal values. */
	readonly ties: number;
}

/**
 * P(X > Y) over all pairs of two groups (Mann and Whitney), with Newcombe's score interval (2006, method
 * 5), which has limits even where every run of one group is above the other's.
 */
export function probabilityOfImprovement(
	a: readonly number[],
	b: readonly number[],
	level = LEVEL,
): Improvement {
	const signs = a.flatMap((x) => b.map((y) => Math.sign(x - y)));
	const middle = (a.length + b.length) / 2 - 1;
	const variance = (p: number) =>
		((p * (1 - p)) / (a.length * b.length)) *
		(1 + middle * ((1 - p) / (2 - p) + p / (1 + p)));
	return improvement(signs, variance, level);
}

/** The share of differences above zero, with Wilson's score interval. */
export const pairedImprovement = (
	differences: readonly number[],
	level = LEVEL,
): Improvement =>
	improvement(
		differences.map(Math.sign),
		(p) => (p * (1 - p)) / differences.length,
		level,
	);

/** All p that are at most z standard errors, as they would be under p, from what was seen. */
function improvement(
	signs: readonly number[],
	variance: (p: number) => number,
	level: number,
): Improvement {
	const probability =
		signs.reduce((sum, sign) => sum + (1 + sign) / 2, 0) / signs.length;
	const z = normalQuantile((1 + level) / 2);
	const excess = (p: number) => (p - probability) ** 2 - z ** 2 * variance(p);
	return {
		probability,
		interval: {
			low: probability === 0 ? 0 : lowest(excess, probability),
			high:
				probability === 1
					? 1
					: 1 - lowest((p) => excess(1 - p), 1 - probability),
			level,
		},
		ties: signs.filter((sign) => sign === 0).length,
	};
}

/** Where the excess leaves the positive between 0, where it is, and what was seen. */
function lowest(excess: (p: number) => number, seen: number): number {
	// At 1 the variance is 0, so the excess is 0 there too.
	return zeroOf(
		(p) => (p === seen && seen === 1 ? -1 : excess(p)),
		0,
		seen,
		1e-14,
	);
}
