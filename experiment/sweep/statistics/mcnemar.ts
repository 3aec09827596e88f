import { UsageError } from "../../../base/errors.ts";
import { type Label, requireLabelsOfOneKind } from "../../labels.ts";
import { logGamma } from "./distributions.ts";
import { ALPHA } from "./interval.ts";
import { pText } from "./values.ts";

export interface McNemarTest {
	/** Examples of the test set. */
	readonly n: number;
	/** How many both classify right, one alone, neither. */
	readonly both: number;
	readonly onlyA: number;
	readonly onlyB: number;
	readonly neither: number;
	/** Accuracy of the first less that of the second. */
	readonly difference: number;
	/** By the exact binomial test on both sides, of the examples that one alone has right. */
	readonly p: number;
	/** The same with half the probability of what was seen: less cautious, and nearly always within α. */
	readonly midP: number;
	/** Why no claim can be made, whatever the p; empty where one can. */
	readonly refusals: readonly string[];
}

/**
 * Are two classifiers equally accurate, judged by their predictions for one test set? Says nothing of
 * how training them again would come out: that takes several runs, and `dd.compareGroups`.
 * @example
 * dd.mcnemar([1, 0, 1, 1], [1, 0, 1, 0], [1, 1, 1, 0]).onlyA; // → 1
 * @param labels what is true
 * @param a predictions of the first classifier, for the same examples in the same order
 * @param b those of the second
 * @throws UsageError for lists that are empty, of different lengths, or of different kinds
 */
export function mcnemar(
	labels: ArrayLike<Label>,
	a: ArrayLike<Label>,
	b: ArrayLike<Label>,
): McNemarTest {
	const n = labels.length;
	if (n === 0 || a.length !== n || b.length !== n)
		throw new UsageError(
			`mcnemar: labels and both predictions have one entry per example of the same test set, not ${n}, ${a.length} and ${b.length}`,
		);
	requireLabelsOfOneKind("mcnemar", { labels, a, b });
	const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
	for (let i = 0; i < n; i++) {
		const right = a[i] === labels[i];
		if (b[i] === labels[i]) counts[right ? "both" : "onlyB"]++;
		else counts[right ? "onlyA" : "neither"]++;
	}
	const { onlyA, onlyB } = counts;
	return {
		n,
		...counts,
		difference: (onlyA - onlyB) / n,
		...discordantTest(onlyA, onlyB),
		refusals: refusalsOf(onlyA + onlyB),
	};
}

function refusalsOf(discordant: number): string[] {
	if (discordant === 0)
		return ["both classifiers have the same examples right: nothing to test"];
	const smallest = 2 ** (1 - discordant);
	return smallest > ALPHA
		? [
				`the classifiers differ on ${discordant} of the examples: no p below ${pText(smallest)} is possible; it takes 6`,
			]
		: [];
}

/** The exact binomial test with probability ½, and its mid-p. */
export function discordantTest(
	onlyA: number,
	onlyB: number,
): { p: number; midP: number } {
	const n = onlyA + onlyB;
	const fewer = Math.min(onlyA, onlyB);
	if (n === 0) return { p: 1, midP: 1 };
	const at = (k: number) =>
		Math.exp(
			logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2,
		);
	let tail = 0;
	for (let k = 0; k <= fewer; k++) tail += at(k);
	return {
		p: Math.min(1, 2 * tail),
		midP: Math.min(1, 2 * tail - at(fewer)),
	};
}
