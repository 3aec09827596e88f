/**
 * The distributions that statistics rest on, from @stdlib. Its 230 packages are
 * none that this one brings: the build puts what is called here into this file's
 * compiled form (`bundleDistributions` in `scripts/shipped.mjs`). They are loaded
 * when first called, since evaluating them takes as long as a module of 300 kB.
 */
import { requirePackage } from "../../../host/modules.ts";

type Binary = (x: number, df: number) => number;
type Normal = (x: number, mean: number, sd: number) => number;

function lazily<F>(load: () => unknown): () => F {
	let loaded: F | undefined;
	return () => {
		loaded ??= load() as F;
		return loaded;
	};
}

const tCdf = lazily<Binary>(() =>
	requirePackage("@stdlib/stats-base-dists-t-cdf"),
);
const tQuantile = lazily<Binary>(() =>
	requirePackage("@stdlib/stats-base-dists-t-quantile"),
);
const gaussCdf = lazily<Normal>(() =>
	requirePackage("@stdlib/stats-base-dists-normal-cdf"),
);
const gaussQuantile = lazily<Normal>(() =>
	requirePackage("@stdlib/stats-base-dists-normal-quantile"),
);
const gammaln = lazily<(x: number) => number>(() =>
	requirePackage("@stdlib/math-base-special-gammaln"),
);

/** P(T ≤ t) of Student's t with `df` degrees of freedom, which need not be whole. */
export const studentCdf = (t: number, df: number): number => tCdf()(t, df);

/** The t with P(T ≤ t) = p. */
export const studentQuantile = (p: number, df: number): number =>
	tQuantile()(p, df);

/** P(|T| ≥ |t|): the p value of a t test on both sides. */
export const studentTwoSided = (t: number, df: number): number =>
	2 * studentCdf(-Math.abs(t), df);

/** P(Z ≤ z) of the standard normal distribution. */
export const normalCdf = (z: number): number => gaussCdf()(z, 0, 1);

/** The z with P(Z ≤ z) = p. */
export const normalQuantile = (p: number): number => gaussQuantile()(p, 0, 1);

/** ln Γ(x) for x > 0. */
export const logGamma = (x: number): number => gammaln()(x);
