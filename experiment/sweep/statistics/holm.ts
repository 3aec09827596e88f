import { UsageError } from "../../../base/errors.ts";

/**
 * Holm's adjustment: p values that hold for all comparisons together, each in its place. A comparison
 * whose adjusted p is below α is shown at α, however many there are.
 * @example
 * dd.holm([0.01, 0.04, 0.03]); // → [0.03, 0.06, 0.06]
 * @throws UsageError for what is no probability
 */
export function holm(p: readonly number[]): number[] {
	const wrong = p.find((one) => !(one >= 0 && one <= 1));
	if (wrong !== undefined)
		throw new UsageError(
			`holm: a p value is a number from 0 to 1, not ${wrong}; leave out comparisons that have none`,
		);
	const order = p.map((_, i) => i).sort((a, b) => at(p, a) - at(p, b));
	const adjusted = new Array<number>(p.length);
	let least = 0;
	for (const [rank, i] of order.entries()) {
		least = Math.min(1, Math.max(least, at(p, i) * (p.length - rank)));
		adjusted[i] = least;
	}
	return adjusted;
}

const at = (values: readonly number[], i: number) => values[i] as number;
