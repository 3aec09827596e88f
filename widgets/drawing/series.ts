/** One value of a series; `value` is finite. */
export interface Point {
	readonly step: number;
	readonly value: number;
}

/** Rows of one line: two for each pixel of a panel's width show every spike. */
export const MOST_ROWS = 520;

/** Five significant digits: finer than a pixel of any of these pictures, short in JSON. */
export function rounded(value: number): number {
	return Number(value.toPrecision(5));
}

/**
 * At most `most` points of a series sorted by step: of each bucket the lowest and
 * the highest, so that no spike is lost. The first and the last point are kept.
 */
export function minMaxSample<P extends Point>(
	points: readonly P[],
	most = MOST_ROWS,
): readonly P[] {
	const first = points[0];
	const last = points.at(-1);
	if (points.length <= most || first === undefined || last === undefined)
		return points;
	const buckets = Math.floor((most - 2) / 2);
	const inner = points.length - 2;
	const kept: P[] = [first];
	for (let bucket = 0; bucket < buckets; bucket++) {
		const start = 1 + Math.floor((bucket * inner) / buckets);
		const end = 1 + Math.floor(((bucket + 1) * inner) / buckets);
		let low = start;
		let high = start;
		for (let index = start; index < end; index++) {
			const { value } = points[index] as P;
			if (value < (points[low] as P).value) low = index;
			if (value > (points[high] as P).value) high = index;
		}
		kept.push(points[Math.min(low, high)] as P);
		if (low !== high) kept.push(points[Math.max(low, high)] as P);
	}
	kept.push(last);
	return kept;
}

/**
 * The same for several series over the same steps, e.g. mean, lowest and
 * highest: the places where one of them has an extreme, in order.
 */
export function minMaxPlaces(
	series: readonly (readonly number[])[],
	most: number,
): number[] {
	const kept = series.flatMap((values) =>
		minMaxSample(
			values.map((value, step) => ({ step, value })),
			Math.max(2, Math.floor(most / series.length)),
		),
	);
	return [...new Set(kept.map(({ step }) => step))].sort((a, b) => a - b);
}

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * The same values, shuffled in a fixed way. Data sorted by class would
 * otherwise hide every class under the last one.
 */
export function mixed<T>(values: readonly T[]): T[] {
	return values
		.map((value, index) => ({ value, key: (index * GOLDEN_RATIO) % 1 }))
		.sort((a, b) => a.key - b.key)
		.map(({ value }) => value);
}
