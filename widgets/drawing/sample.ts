import { BATCH, fillUniforms } from "../../experiment/random/uniforms.ts";

/**
 * The share of the sample that all classes get equally, so that rare classes
 * are visible.
 */
const EVEN_SHARE = 0.5;

/**
 * At most `most` indices of `keys`, in ascending order, drawn at random within
 * each class: every class that is present is shown, a rare one with as many of
 * its members as an even share allows, and the rest by size. Points at equal
 * distances would miss the classes that recur in step with them.
 *
 * The numbers come from a stream of the display's own, opened anew for each
 * picture: a run's streams stay where they are, and equal data give equal pictures.
 *
 * @param keys what is to be represented, e.g. the class, of each point
 */
export function sampleByClass(
	keys: readonly string[],
	most: number,
): readonly number[] {
	if (keys.length <= most) return keys.map((_, index) => index);
	const classes = new Map<string, number[]>();
	for (const [at, key] of keys.entries()) {
		const members = classes.get(key);
		if (members) members.push(at);
		else classes.set(key, [at]);
	}
	const members = [...classes.values()];
	const quotas = quotasOf(
		members.map(({ length }) => length),
		most,
	);
	const next = uniforms();
	return members
		.flatMap((list, at) => drawn(list, quotas[at] ?? 0, next))
		.sort((a, b) => a - b);
}

/**
 * The display's own stream, from its beginning. Its key is one that no seed
 * leads to.
 */
function uniforms(): () => number {
	const batch = new Float64Array(BATCH);
	let used = 0;
	return () => {
		// A block of the generator has two numbers.
		if (used % BATCH === 0) fillUniforms(batch, used / 2, 0, 0, 0);
		return batch[used++ % BATCH] as number;
	};
}

/**
 * How many points each class gets: at least one, even if that makes more than
 * `most` together.
 */
function quotasOf(sizes: readonly number[], most: number): number[] {
	const even = Math.max(1, Math.floor((most * EVEN_SHARE) / sizes.length));
	const least = sizes.map((size) => Math.min(size, even));
	const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
	const left = Math.max(0, most - sum(least));
	const others = sizes.map((size, at) => size - (least[at] as number));
	const all = sum(others);
	// The running sums are rounded, not the parts, so that the parts add up to
	// what is left.
	let before = 0;
	return least.map((count, at) => {
		const from = Math.floor((left * before) / all);
		before += others[at] as number;
		return count + Math.floor((left * before) / all) - from;
	});
}

/** `count` of the values, by a partial Fisher–Yates shuffle. */
function drawn(
	values: readonly number[],
	count: number,
	next: () => number,
): number[] {
	const pool = [...values];
	for (let at = 0; at < count; at++) {
		const other = at + Math.floor(next() * (pool.length - at));
		[pool[at], pool[other]] = [pool[other] as number, pool[at] as number];
	}
	return pool.slice(0, count);
}
