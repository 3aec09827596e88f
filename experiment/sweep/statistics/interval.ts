/** An interval that holds what is estimated with the given confidence. */
export interface Interval {
	readonly low: number;
	readonly high: number;
	/** For example 0.95. */
	readonly level: number;
}

export const LEVEL = 0.95;

/** Significance level of all claims. */
export const ALPHA = 0.05;

/** Share of the real differences of a size that are to be found. */
export const POWER = 0.8;
