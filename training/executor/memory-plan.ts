/** From which call to which some values are needed. */
export interface Lifetime {
	readonly bytes: number;
	readonly first: number;
	readonly last: number;
}

/** Places begin at multiples of it: a line of the cache. */
const ALIGNED = 64;

/**
 * Gives each of the values a place in one block of memory, so that none lies where
 * another is needed at the same time: the lowest gap that it fits in, in the order in which they
 * are first needed.
 *
 * @returns where each begins, in bytes from the beginning of the block, and how long that is
 */
export function plan<Values>(lifetimes: ReadonlyMap<Values, Lifetime>): {
	readonly offsets: ReadonlyMap<Values, number>;
	readonly bytes: number;
} {
	const offsets = new Map<Values, number>();
	let bytes = 0;
	/** In the order of their places. */
	let living: { at: number; end: number; last: number }[] = [];
	const entries = [...lifetimes].sort(([, a], [, b]) => a.first - b.first);
	for (const [values, lifetime] of entries) {
		living = living.filter(({ last }) => last >= lifetime.first);
		const size = Math.ceil(lifetime.bytes / ALIGNED) * ALIGNED;
		let at = 0;
		let index = 0;
		for (const one of living) {
			if (one.at - at >= size) break;
			at = one.end;
			index++;
		}
		living.splice(index, 0, { at, end: at + size, last: lifetime.last });
		offsets.set(values, at);
		bytes = Math.max(bytes, at + size);
	}
	return { offsets, bytes };
}
