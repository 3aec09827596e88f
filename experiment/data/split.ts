import { openStream } from "../random/stream.ts";
import { DataError } from "./data-error.ts";

/** The parts of a data set, in the order they are filled. */
export const SPLITS = ["train", "val", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** Share of each part; they add up to 1. A part of 0 stays empty. */
export type Fractions = Readonly<Record<Split, number>>;

/** @throws DataError BAD_ARGUMENT */
export function checkFractions(fractions: Fractions): void {
	const values = SPLITS.map((split) => fractions[split]);
	const sum = values.reduce((total, value) => total + value, 0);
	if (values.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-9) return;
	throw new DataError(
		"BAD_ARGUMENT",
		`the parts ${SPLITS.map((split) => `${split}=${fractions[split]}`).join(" ")} are not shares that add up to 1; give for example train=0.7 val=0.1 test=0.2`,
	);
}

/**
 * Divides each class in the given proportions, at random but the same way for
 * the same seed on every machine. In no class does a part's size differ by one
 * or more from its exact share. Neither does the part as a whole, save for
 * classes of which `train` would get less than one item: it gets one, since a
 * class must be learnt before it can be tested.
 * @example
 * const files = new Map([["cat", ["1", "2", "3", "4"]], ["dog", ["5", "6", "7", "8"]]]);
 * const { train, val } = dd.stratifiedSplit(files, { train: 0.5, val: 0.5, test: 0 }, "my split");
 * train.length; // → 4
 * @param members the items of each class; classes are treated in the order given
 * @returns the items of each part, in the order they had in `members`
 * @throws DataError BAD_ARGUMENT
 */
export function stratifiedSplit<T>(
	members: ReadonlyMap<string, readonly T[]>,
	fractions: Fractions,
	seed: string,
): Record<Split, T[]> {
	checkFractions(fractions);
	const parts: Record<Split, T[]> = { train: [], val: [], test: [] };
	let before = 0;
	for (const [name, items] of members) {
		before += items.length;
		const shares = SPLITS.map((split) => fractions[split] * items.length);
		// Binary fractions: 0.7 × 1000 must not round down to 699.
		const sizes = shares.map((share) => Math.floor(share + 1e-9));
		// What rounding left over goes where most is missing so far.
		const missing = SPLITS.map((split, k) => ({
			k,
			rest: (shares[k] ?? 0) - (sizes[k] ?? 0),
			count:
				split === "train" && sizes[k] === 0
					? Number.POSITIVE_INFINITY
					: fractions[split] * before - parts[split].length - (sizes[k] ?? 0),
		}))
			.filter(({ rest }) => rest > 1e-9)
			.sort((a, b) => b.count - a.count);
		let left = items.length - sizes.reduce((sum, size) => sum + size, 0);
		for (const { k } of missing) if (left-- > 0) sizes[k] = (sizes[k] ?? 0) + 1;

		const order = items.map((_, index) => index);
		const stream = openStream(seed, `split:${name}`);
		for (let k = order.length - 1; k > 0; k--) {
			const other = Math.floor(stream.next() * (k + 1));
			[order[k], order[other]] = [order[other] as number, order[k] as number];
		}
		let from = 0;
		for (const [k, split] of SPLITS.entries()) {
			const to = from + (sizes[k] ?? 0);
			const chosen = order.slice(from, to).sort((a, b) => a - b);
			for (const index of chosen) parts[split].push(items[index] as T);
			from = to;
		}
	}
	return parts;
}
