import { UsageError } from "../../../base/errors.ts";
import { plural } from "../../../base/plural.ts";

/**
 * @param what whose values these are, for the message
 * @throws UsageError unless there are values and all of them are finite
 */
export function requireFinite(
	values: readonly number[],
	callee: string,
	what = "values",
): void {
	if (values.length === 0)
		throw new UsageError(
			`${callee}: no ${what} were given; pass at least one number`,
		);
	const wrong = values.filter((value) => !Number.isFinite(value));
	if (wrong.length > 0)
		throw new UsageError(
			`${callee}: ${plural(wrong.length, "value")} of ${values.length} ${wrong.length === 1 ? "is" : "are"} not finite (${wrong[0]}), as of a run that diverged; leave such runs out, and say how many they were`,
		);
}

/** The mean, never outside of the values: a rounded one may fall just beyond equal ones. */
export function meanOf(values: readonly number[]): number {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	return Math.min(largest(values), Math.max(smallest(values), mean));
}

export const smallest = (values: readonly number[]): number =>
	values.reduce((least, value) => Math.min(least, value));

export const largest = (values: readonly number[]): number =>
	values.reduce((most, value) => Math.max(most, value));

/** Sum of squared distances from the mean. */
export function squaresOf(values: readonly number[], mean: number): number {
	return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Sample variance (n − 1) of at least two values. */
export const varianceOf = (values: readonly number[]): number =>
	squaresOf(values, meanOf(values)) / (values.length - 1);

/** Values that differ by less than this share of their size differ by rounding alone. */
const ROUNDING = 1e-12;

/**
 * Are all values the same, up to rounding?
 * @param scale the largest size of what they were computed from
 */
export const isConstant = (
	values: readonly number[],
	scale = sizeOf(values),
): boolean => largest(values) - smallest(values) <= ROUNDING * scale;

/** The largest size among the values. */
export const sizeOf = (values: readonly number[]): number =>
	Math.max(largest(values), -smallest(values));

/** Of sorted values, with linear interpolation between two (type 7 of Hyndman and Fan). */
export function quantileOf(sorted: ArrayLike<number>, p: number): number {
	const place = p * (sorted.length - 1);
	const below = sorted[Math.floor(place)] as number;
	const above = sorted[Math.ceil(place)] as number;
	// Of two equal values it is exactly theirs.
	return below === above
		? below
		: below + (above - below) * (place - Math.floor(place));
}

/** A significant p, or a bound of one, as it is written in a sentence: `0.0625`, `0.0286`, `< 0.0001`. */
export function pText(p: number): string {
	return p < 0.0001 ? "< 0.0001" : String(Number(p.toPrecision(3)));
}
