import { openStream } from "../../random/stream.ts";
import { normalCdf, normalQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { meanOf, quantileOf, squaresOf } from "./values.ts";

/** Below this, a bootstrap interval misses its confidence by more than 3 percent points. */
export const LEAST_FOR_BOOTSTRAP = 20;

const RESAMPLES = 9999;

/**
 * The bias-corrected and accelerated bootstrap interval of a mean (Efron 1987). Resamples come from a
 * stream with a seed of its own: the same values give the same interval, and no run's numbers move.
 * @param values at least two that differ
 */
export function bcaInterval(
	values: readonly number[],
	level: number,
	resamples = RESAMPLES,
): Interval {
	const n = values.length;
	const { next } = openStream("statistics", "bootstrap");
	const means = new Float64Array(resamples);
	for (let b = 0; b < resamples; b++) {
		let sum = 0;
		for (let i = 0; i < n; i++) sum += values[Math.floor(next() * n)] as number;
		means[b] = sum / n;
	}
	means.sort();
	const mean = meanOf(values);
	const bias = normalQuantile(shareBelow(means, mean));
	const acceleration = accelerationOf(values, mean);
	const limit = (p: number) => {
		const z = bias + normalQuantile(p);
		return quantileOf(means, normalCdf(bias + z / (1 - acceleration * z)));
	};
	return { low: limit((1 - level) / 2), high: limit((1 + level) / 2), level };
}

/** The share of the means below `mean`, equal ones counted half; never 0 or 1. */
function shareBelow(means: Float64Array, mean: number): number {
	let twice = 0;
	for (const one of means) twice += one < mean ? 2 : one === mean ? 1 : 0;
	return Math.min(means.length * 2 - 1, Math.max(1, twice)) / means.length / 2;
}

/** Of the mean, by the jackknife: a sixth of the skewness of leaving one out. */
function accelerationOf(values: readonly number[], mean: number): number {
	const cubes = values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
	return cubes / (6 * squaresOf(values, mean) ** 1.5);
}
