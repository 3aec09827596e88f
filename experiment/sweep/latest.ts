/**
 * Of things that were computed several times, the one that counts, in the order in which each came
 * first: the latest that finished, or the latest of all where none did. A later try that came to
 * nothing takes no result away.
 * @param all oldest first
 * @param keyOf the same for all that are the same thing
 */
export function latestOfEach<T>(
	all: readonly T[],
	keyOf: (one: T) => unknown,
	isFinished: (one: T) => boolean,
): T[] {
	const latest = new Map<unknown, T>();
	for (const one of all) {
		const key = keyOf(one);
		const before = latest.get(key);
		if (!before || isFinished(one) || !isFinished(before)) latest.set(key, one);
	}
	return [...latest.values()];
}
