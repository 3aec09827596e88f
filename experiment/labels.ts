import { UsageError } from "../base/errors.ts";
import { isReplay } from "./given-options.ts";

/** A class, by index or by name. */
export type Label = number | string | boolean;

/**
 * Labels are equal where both kind and value are: the number 1 and the text "1" are two classes. So of lists of
 * different kinds none would ever be right, and they are refused; a replay repeats what was recorded before they were.
 * @param lists by their names
 * @throws UsageError that names two labels of different kinds
 */
export function requireLabelsOfOneKind(
	callee: string,
	lists: Readonly<Record<string, ArrayLike<Label>>>,
): void {
	if (isReplay()) return;
	let first: { place: string; value: Label } | undefined;
	for (const [list, values] of Object.entries(lists))
		for (let i = 0; i < values.length; i++) {
			const value = values[i] as Label;
			first ??= { place: `${list}[${i}]`, value };
			if (typeof value !== typeof first.value)
				throw new UsageError(
					`${callee}: labels and predictions are all numbers, all texts or all booleans, but ${first.place} is ${kindOf(first.value)} and ${list}[${i}] is ${kindOf(value)}; turn them into one kind, for example with .map(String)`,
				);
		}
}

const kindOf = (value: unknown): string =>
	`the ${typeof value === "string" ? "text" : typeof value} ${JSON.stringify(value)}`;
