import { UsageError } from "../../../base/errors.ts";
import { givenOptions } from "../../given-options.ts";
import { studentQuantile } from "./distributions.ts";
import { ALPHA, POWER } from "./interval.ts";
import { noncentralCdf } from "./noncentral-t.ts";
import { zeroOf } from "./solve.ts";

export interface PowerOptions {
	/** Runs under the same seeds are compared in pairs. Default: false. */
	readonly paired?: boolean;
	/** Share of the real differences of this size that are found. Default: 0.8. */
	readonly power?: number;
	/** Share of wrong claims where there is no difference. Default: 0.05. */
	readonly alpha?: number;
}

/** A t test's degrees of freedom, and what makes an effect size into a noncentrality. */
interface Design {
	readonly df: number;
	readonly root: number;
}

const groupsOf = (a: number, b: number): Design => ({
	df: a + b - 2,
	root: Math.sqrt((a * b) / (a + b)),
});

const pairsOf = (n: number): Design => ({ df: n - 1, root: Math.sqrt(n) });

/** With which probability a t test on both sides finds an effect of this size. */
export function powerOf(effect: number, { df, root }: Design, alpha: number) {
	const critical = studentQuantile(1 - alpha / 2, df);
	const noncentrality = effect * root;
	return (
		1 -
		noncentralCdf(critical, df, noncentrality) +
		noncentralCdf(-critical, df, noncentrality)
	);
}

/**
 * The smallest effect that `n` runs per group are likely to show, in standard deviations (of the pairs'
 * differences, where paired): smaller ones are missed in more than 20 % of cases.
 * @param n runs of each group, or both groups' numbers
 * @example
 * dd.detectableEffect(5).toFixed(3); // → "2.024"
 * dd.detectableEffect(5, { paired: true }).toFixed(3); // → "1.682"
 * @throws UsageError for fewer than two runs
 */
export function detectableEffect(
	n: number | readonly [number, number],
	options: PowerOptions = {},
): number {
	const { paired, power, alpha } = checked("detectableEffect", options);
	const [a, b] = typeof n === "number" ? [n, n] : n;
	for (const count of [a, b])
		if (!Number.isInteger(count) || count < 2)
			throw new UsageError(
				`detectableEffect: a group has at least 2 runs, a whole number, not ${count}: one run has no spread`,
			);
	if (paired && a !== b)
		throw new UsageError(
			`detectableEffect: pairs have as many runs on both sides, not ${a} and ${b}; leave out paired, or give the number of pairs`,
		);
	const design = paired ? pairsOf(a) : groupsOf(a, b);
	const miss = (effect: number) => powerOf(effect, design, alpha) - power;
	let most = 1;
	while (miss(most) < 0) most *= 2;
	return zeroOf(miss, 0, most, 1e-12);
}

/** More runs than this are no plan. */
const MOST_RUNS = 10_000_000;

/**
 * How many runs per group (or pairs) a t test needs to find an effect of this size, in standard
 * deviations, with the given power.
 * @example
 * dd.runsNeeded(1); // → 17
 * dd.runsNeeded(1, { paired: true }); // → 10
 * @throws UsageError for an effect that is zero, not finite, or so small that ten million runs do not do
 */
export function runsNeeded(effect: number, options: PowerOptions = {}): number {
	const { paired, power, alpha } = checked("runsNeeded", options);
	const size = Math.abs(effect);
	const isEnough = (n: number) =>
		powerOf(size, paired ? pairsOf(n) : groupsOf(n, n), alpha) >= power;
	if (!(size > 0 && size < Infinity))
		throw new UsageError(
			`runsNeeded: an effect is a number of standard deviations other than 0, for example 0.8, not ${effect}`,
		);
	let enough = 2;
	while (!isEnough(enough)) {
		enough *= 2;
		if (enough > MOST_RUNS)
			throw new UsageError(
				`runsNeeded: an effect of ${effect} standard deviations needs more than ten million runs; no plan can show it`,
			);
	}
	let less = enough / 2;
	while (enough - less > 1) {
		const middle = Math.floor((less + enough) / 2);
		if (isEnough(middle)) enough = middle;
		else less = middle;
	}
	return enough;
}

function checked(callee: string, options: PowerOptions) {
	const {
		paired = false,
		power = POWER,
		alpha = ALPHA,
	} = givenOptions(callee, options, `dd.${callee}(5, { paired: true })`);
	for (const [name, value] of Object.entries({ power, alpha }))
		if (!(value > 0 && value < 1))
			throw new UsageError(
				`${callee}: ${name} is a share between 0 and 1, for example ${name === "power" ? POWER : ALPHA}, not ${value}`,
			);
	if (power <= alpha)
		throw new UsageError(
			`${callee}: a power of ${power} is no more than alpha, ${alpha}, which a test without any data has; ask for more, usually ${POWER}`,
		);
	return { paired, power, alpha };
}
