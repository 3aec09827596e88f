/**
 * A count with its noun: `1 run`, `5 runs`, `3 classes`.
 * @param shown the count as people read it, e.g. with separators
 */
export function plural(
	count: number,
	noun: string,
	shown = String(count),
): string {
	if (count === 1) return `1 ${noun}`;
	return `${shown} ${noun}${/(s|x|ch)$/.test(noun) ? "es" : "s"}`;
}
