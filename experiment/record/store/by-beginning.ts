/**
 * Those that an id, or the beginning of one, means. A whole id means its own, also where others begin with it.
 * @param idsOf the ids of one; nothing begins with an empty reference
 */
export function byBeginning<T>(
	reference: string,
	all: readonly T[],
	idsOf: (one: T) => readonly string[],
): T[] {
	const whole = all.filter((one) => idsOf(one).includes(reference));
	if (whole.length > 0 || reference === "") return whole;
	return all.filter((one) => idsOf(one).some((id) => id.startsWith(reference)));
}
