import { UsageError } from "../../../base/errors.ts";
import { givenOptions } from "../../given-options.ts";
import { bcaInterval, LEAST_FOR_BOOTSTRAP } from "./bootstrap.ts";
import { studentQuantile } from "./distributions.ts";
import { type Interval, LEVEL } from "./interval.ts";
import {
	isConstant,
	largest,
	meanOf,
	quantileOf,
	requireFinite,
	smallest,
	squaresOf,
} from "./values.ts";

export interface Spread {
	readonly n: number;
	readonly mean: number;
	/** Sample standard deviation (n − 1); absent for fewer than two values. */
	readonly sd?: number;
	readonly min: number;
	readonly max: number;
}

export interface Summary extends Spread {
	readonly median: number;
	/**
	 * Interquartile mean: the mean of the middle half. A value at its border counts with the part of it that
	 * lies inside (fractional weights): of 10 values the third and the eighth count half.
	 */
	readonly iqm: number;
	/** Of the mean, see `SummaryOptions.interval`; absent where there is no spread: for one value, and for equal ones. */
	readonly interval?: Interval;
}

export interface SummaryOptions {
	/** Confidence of the interval. Default: 0.95. */
	readonly level?: number;
	/**
	 * Which interval: Student's t (default), right for normal values at any n; or the bootstrap's BCa (9,999
	 * resamples), from 20 values on. Of 95 % on paper, BCa holds in 92.5 % of cases at n = 20 and in 83 % at
	 * n = 5, where t holds in 95 % and 94 %.
	 */
	readonly interval?: "t" | "bca";
}

/** n, mean, sample standard deviation and range of at least one finite value. */
export function spreadOf(values: readonly number[]): Spread {
	requireFinite(values, "summarise");
	const n = values.length;
	const mean = meanOf(values);
	return {
		n,
		mean,
		...(n < 2 ? {} : { sd: Math.sqrt(squaresOf(values, mean) / (n - 1)) }),
		min: smallest(values),
		max: largest(values),
	};
}

/**
 * Mean, spread, range, median and interquartile mean of at least one finite value, and a confidence
 * interval of the mean. It says so where there is none: one value, or equal ones, have no `interval`.
 * @example
 * dd.summarise([0.8, 0.9]).mean; // → 0.8500000000000001
 * @throws UsageError for no values, for one that is not finite, for BCa of fewer than 20 values
 */
export function summarise(
	values: readonly number[],
	options: SummaryOptions = {},
): Summary {
	const { level = LEVEL, interval = "t" } = givenOptions(
		"summarise",
		options,
		"dd.summarise(values, { level: 0.9 })",
	);
	if (!(level > 0 && level < 1))
		throw new UsageError(
			`summarise: level is a confidence between 0 and 1, for example 0.95, not ${level}`,
		);
	const spread = spreadOf(values);
	const sorted = [...values].sort((a, b) => a - b);
	const found = isConstant(values)
		? undefined
		: interval === "bca"
			? bootstrapped(values, level)
			: meanInterval(spread, level);
	return {
		...spread,
		median: quantileOf(sorted, 0.5),
		iqm: interquartileMean(sorted),
		...(found ? { interval: found } : {}),
	};
}

function bootstrapped(values: readonly number[], level: number): Interval {
	if (values.length < LEAST_FOR_BOOTSTRAP)
		throw new UsageError(
			`summarise: a BCa interval of ${values.length} values would not hold what it says (of 95 % on paper, 83 % are left at n = 5); take the t interval, or at least ${LEAST_FOR_BOOTSTRAP} values`,
		);
	return bcaInterval(values, level);
}

/** Student's t interval of a mean, for at least two values. */
export function meanInterval(
	{ n, mean, sd = 0 }: Spread,
	level = LEVEL,
): Interval {
	const reach = (studentQuantile((1 + level) / 2, n - 1) * sd) / Math.sqrt(n);
	return { low: mean - reach, high: mean + reach, level };
}

function interquartileMean(sorted: readonly number[]): number {
	const n = sorted.length;
	const inside = (i: number) =>
		Math.max(0, Math.min(i + 1, 0.75 * n) - Math.max(i, 0.25 * n));
	const mean =
		sorted.reduce((sum, value, i) => sum + value * inside(i), 0) / (n / 2);
	return Math.min(sorted[n - 1] as number, Math.max(sorted[0] as number, mean));
}
