export interface Summary {
	readonly n: number;
	readonly mean: number;
	/** Sample standard deviation (n − 1); absent for fewer than two values. */
	readonly sd?: number;
	readonly min: number;
	readonly max: number;
}

/**
 * Mean, spread and range of at least one finite value.
 * @example
 * dd.summarise([0.8, 0.9]).mean; // → 0.8500000000000001
 */
export function summarise(values: readonly number[]): Summary {
	if (values.length === 0)
		throw new RangeError(
			"summarise: no values were given; pass at least one number",
		);
	const n = values.length;
	const min = Math.min(...values);
	const max = Math.max(...values);
	// A rounded mean may fall just outside of equal values.
	const mean = Math.min(
		max,
		Math.max(min, values.reduce((sum, value) => sum + value, 0) / n),
	);
	if (n < 2) return { n, mean, min, max };
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return { n, mean, sd: Math.sqrt(squares / (n - 1)), min, max };
}
