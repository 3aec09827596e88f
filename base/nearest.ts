import { closest, distance } from "fastest-levenshtein";

/** The one of `known` that looks most like `name`, if any looks like it. */
export function nearest(
	name: string,
	known: readonly string[],
): string | undefined {
	if (known.length === 0) return undefined;
	const best = closest(name, known);
	const changes = distance(name, best);
	// A name that differs in every letter is not similar.
	const alike = changes < Math.max(name.length, best.length);
	return alike && changes <= Math.max(2, Math.ceil(name.length / 3))
		? best
		: undefined;
}

/**
 * `"; did you mean "lr"?"` when one of `known` looks like `name`, else a list
 * of what there is. Meant for the end of an error message.
 */
export function suggestion(name: string, known: readonly string[]): string {
	if (known.length === 0) return "";
	const best = nearest(name, known);
	return best === undefined
		? `; there is: ${[...new Set(known)].join(", ")}`
		: `; did you mean "${best}"?`;
}
