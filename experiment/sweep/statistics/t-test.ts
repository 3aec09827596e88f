import { studentQuantile, studentTwoSided } from "./distributions.ts";
import { type Interval, LEVEL } from "./interval.ts";
import { isConstant, meanOf, sizeOf, varianceOf } from "./values.ts";

export interface TTest {
	readonly t: number;
	/** Degrees of freedom; for Welch's test seldom a whole number. */
	readonly df: number;
	/** On both sides. */
	readonly p: number;
	/** Of the difference of the means. */
	readonly interval: Interval;
}

/** Welch's t test: two groups of at least two values each, whose variances may differ, not both zero. */
export function welchTest(
	a: readonly number[],
	b: readonly number[],
	level = LEVEL,
): TTest {
	const ofA = varianceOf(a) / a.length;
	const ofB = varianceOf(b) / b.length;
	const df =
		(ofA + ofB) ** 2 / (ofA ** 2 / (a.length - 1) + ofB ** 2 / (b.length - 1));
	return tested(meanOf(a) - meanOf(b), Math.sqrt(ofA + ofB), df, level);
}

/** The paired t test: at least two differences, not all equal. */
export const pairedTest = (
	differences: readonly number[],
	level = LEVEL,
): TTest =>
	tested(
		meanOf(differences),
		Math.sqrt(varianceOf(differences) / differences.length),
		differences.length - 1,
		level,
	);

/**
 * The test for these groups: paired, or Welch's.
 * @returns undefined where there is none: fewer than two values, no spread beyond rounding, or squares that float64 has not
 */
export function tTestOf(
	a: readonly number[],
	b: readonly number[],
	paired: boolean,
	level = LEVEL,
): TTest | undefined {
	if (a.length < 2 || b.length < 2 || hasNoSpread(a, b, paired))
		return undefined;
	const found = paired
		? pairedTest(differencesOf(a, b), level)
		: welchTest(a, b, level);
	const { t, p, interval } = found;
	return [t, p, interval.low, interval.high].every(Number.isFinite)
		? found
		: undefined;
}

/** Is there nothing that a test could compare a difference with? */
export const hasNoSpread = (
	a: readonly number[],
	b: readonly number[],
	paired: boolean,
): boolean =>
	paired
		? isConstant(differencesOf(a, b), Math.max(sizeOf(a), sizeOf(b)))
		: isConstant(a) && isConstant(b);

/** Of pairs, the first less the second. */
export const differencesOf = (
	a: readonly number[],
	b: readonly number[],
): number[] => a.map((value, i) => value - (b[i] as number));

function tested(
	difference: number,
	standardError: number,
	df: number,
	level: number,
): TTest {
	const t = difference / standardError;
	const reach = studentQuantile((1 + level) / 2, df) * standardError;
	return {
		t,
		df,
		p: studentTwoSided(t, df),
		interval: { low: difference - reach, high: difference + reach, level },
	};
}
