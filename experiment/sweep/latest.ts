/**
 * Of things that were computed several times, the one that counts, in the order in which each came
 * first: the latest with a result, or the latest of all where none has one. A later try that came to
 * nothing takes no result away.
 * @param all oldest first
 * @param keyOf the same for all that are the same thing
 * @param isResult did it come to a result?
 */
export function latestOfEach<T>(
	all: readonly T[],
	keyOf: (one: T) => unknown,
	isResult: (one: T) => boolean,
): T[] {
	const latest = new Map<unknown, T>();
	for (const one of all) {
		const key = keyOf(one);
		const before = latest.get(key);
		if (!before || isResult(one) || !isResult(before)) latest.set(key, one);
	}
	return [...latest.values()];
}
