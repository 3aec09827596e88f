import { logGamma, normalCdf } from "./distributions.ts";
import { zeroOf } from "./solve.ts";

/** Widths of the integrand's parts that are looked at: beyond them it is below 1e-15. */
const REACH = 12;
const ORDER = 24;
const PANELS = 6;

/** Nodes and weights of Gauss and Legendre on [−1, 1], by Newton's method on the polynomial. */
function legendre(order: number): { nodes: number[]; weights: number[] } {
	const nodes: number[] = [];
	const weights: number[] = [];
	for (let i = 0; i < order; i++) {
		let x = Math.cos((Math.PI * (i + 0.75)) / (order + 0.5));
		let slope = 1;
		for (let step = 0; step < 10; step++) {
			let [before, value] = [1, x];
			for (let k = 2; k <= order; k++)
				[before, value] = [
					value,
					((2 * k - 1) * x * value - (k - 1) * before) / k,
				];
			slope = (order * (x * value - before)) / (x * x - 1);
			x -= value / slope;
		}
		nodes.push(x);
		weights.push(2 / ((1 - x * x) * slope * slope));
	}
	return { nodes, weights };
}

const RULE = legendre(ORDER);

function integral(
	f: (x: number) => number,
	borders: readonly number[],
): number {
	let sum = 0;
	for (const [i, from] of borders.entries()) {
		const to = borders[i + 1];
		if (to === undefined || to <= from) continue;
		const half = (to - from) / PANELS / 2;
		for (let panel = 0; panel < PANELS; panel++) {
			const middle = from + (2 * panel + 1) * half;
			for (const [k, node] of RULE.nodes.entries())
				sum += f(middle + half * node) * half * (RULE.weights[k] as number);
		}
	}
	return sum;
}

/**
 * P(T ≤ t) of the noncentral t distribution: T = (Z + noncentrality) / √(χ²/df). To 1e-11, also where
 * series in powers of the noncentrality underflow: the normal part is averaged over the density of
 * u = √(χ²/df), on panels that follow the widths of both.
 * @param df a whole number of at least 1
 */
export function noncentralCdf(
	t: number,
	df: number,
	noncentrality: number,
): number {
	if (t < 0) return 1 - noncentralCdf(-t, df, -noncentrality);
	const logScale = Math.LN2 + (df / 2) * Math.log(df / 2) - logGamma(df / 2);
	const density = (u: number) =>
		Math.exp(logScale + (df - 1) * Math.log(u) - (df * u * u) / 2);
	const spread = REACH / Math.sqrt(2 * df);
	const low = Math.max(0, 1 - spread);
	const high = 1 + spread;
	const inside = (u: number) => Math.min(high, Math.max(low, u));
	const turn = noncentrality / t;
	const borders = [
		low,
		1,
		high,
		...(t > 0 ? [turn - REACH / t, turn, turn + REACH / t].map(inside) : []),
	].sort((a, b) => a - b);
	return integral(
		(u) => normalCdf(t * u - noncentrality) * density(u),
		borders,
	);
}

/**
 * The noncentrality under which P(T ≤ t) = p: the limits of a confidence interval for an effect size.
 */
export function noncentralityFor(t: number, df: number, p: number): number {
	const miss = (noncentrality: number) =>
		noncentralCdf(t, df, noncentrality) - p;
	let step = 2 + Math.abs(t) / Math.sqrt(df);
	let low = t - step;
	let high = t + step;
	for (; miss(low) < 0; step *= 2) low -= step;
	for (; miss(high) > 0; step *= 2) high += step;
	return zeroOf(miss, low, high);
}
