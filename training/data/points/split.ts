import { shuffle } from "../../loop.ts";

export interface Split {
	readonly train: readonly number[];
	readonly val: readonly number[];
	readonly test: readonly number[];
}

/**
 * Indices into `labels`, 60 % to train on, 20 % to validate and 20 % to test,
 * the same shares of every class. Ascending within each part.
 */
export function stratifiedSplit(
	labels: readonly number[],
	rng: () => number,
): Split {
	const split = {
		train: [] as number[],
		val: [] as number[],
		test: [] as number[],
	};
	const classes = [...new Set(labels)].sort((a, b) => a - b);
	for (const wanted of classes) {
		const members = Uint32Array.from(
			labels.flatMap((label, index) => (label === wanted ? [index] : [])),
		);
		shuffle(members, rng);
		const fifth = Math.round(members.length / 5);
		split.test.push(...members.subarray(0, fifth));
		split.val.push(...members.subarray(fifth, 2 * fifth));
		split.train.push(...members.subarray(2 * fifth));
	}
	for (const part of Object.values(split)) part.sort((a, b) => a - b);
	return split;
}

/** Mean and population standard deviation; 1 where the values are all equal. */
export function meanAndDeviation(values: readonly number[]): {
	mean: number;
	deviation: number;
} {
	let sum = 0;
	for (const value of values) sum += value;
	const mean = sum / values.length;
	let squares = 0;
	for (const value of values) squares += (value - mean) ** 2;
	return { mean, deviation: Math.sqrt(squares / values.length) || 1 };
}
