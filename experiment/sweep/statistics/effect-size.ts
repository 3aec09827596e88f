import { logGamma } from "./distributions.ts";
import { type Interval, LEVEL } from "./interval.ts";
import { noncentralityFor } from "./noncentral-t.ts";
import { meanOf, varianceOf } from "./values.ts";

export interface EffectSize {
	/** Difference of the means in standard deviations, as it is in the sample (Cohen's d). */
	readonly d: number;
	/** The same without d's bias in small samples (Hedges' g), by the exact factor; absent for two pairs, whose d has no mean. */
	readonly g?: number;
	/**
	 * Of the size in the population, exact for normal values of equal variance (by the noncentral t
	 * distribution). It is not shrunk by g's factor, since its limits have no bias.
	 */
	readonly interval: Interval;
	/** What one standard deviation is: both groups' pooled one, or that of the pairs' differences. */
	readonly unit: "pooled sd" | "sd of differences";
}

/** Hedges' g of two groups whose pooled variance is not zero. */
export function hedgesG(
	a: readonly number[],
	b: readonly number[],
	level = LEVEL,
): EffectSize {
	const df = a.length + b.length - 2;
	const pooled =
		((a.length - 1) * varianceOf(a) + (b.length - 1) * varianceOf(b)) / df;
	return sized(
		(meanOf(a) - meanOf(b)) / Math.sqrt(pooled),
		Math.sqrt((a.length * b.length) / (a.length + b.length)),
		df,
		level,
		"pooled sd",
	);
}

/** Hedges' g of pairs, in standard deviations of their differences, which are not all equal. */
export const pairedHedgesG = (
	differences: readonly number[],
	level = LEVEL,
): EffectSize =>
	sized(
		meanOf(differences) / Math.sqrt(varianceOf(differences)),
		Math.sqrt(differences.length),
		differences.length - 1,
		level,
		"sd of differences",
	);

/** @param root what makes a size into a value of t */
function sized(
	d: number,
	root: number,
	df: number,
	level: number,
	unit: EffectSize["unit"],
): EffectSize {
	const limit = (p: number) => noncentralityFor(d * root, df, p) / root;
	return {
		d,
		...(df < 2 ? {} : { g: d * correctionFactor(df) }),
		interval: {
			low: limit((1 + level) / 2),
			high: limit((1 - level) / 2),
			level,
		},
		unit,
	};
}

/** Hedges' J without the usual approximation, 1 − 3/(4 df − 1). */
export const correctionFactor = (df: number): number =>
	Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2) - Math.log(df / 2) / 2);
