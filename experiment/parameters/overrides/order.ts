import type { ParamValue } from "../../events.ts";
import { openStream } from "../../random/stream.ts";
import { SyntaxProblem } from "./syntax.ts";

/**
 * Numbers by size, texts by their characters' codes, so that every machine has the same order.
 * @throws SyntaxProblem for lists, and for values of several types
 */
export function sorted<T extends ParamValue>(
	values: readonly T[],
	backwards: boolean,
	at: number,
): T[] {
	const types = new Set(values.map((value) => typeof value));
	if (types.size > 1 || types.has("object"))
		throw new SyntaxProblem(
			"only numbers, only texts or only truth values have an order",
			at,
		);
	const inOrder = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
	return backwards ? inOrder.toReversed() : inOrder;
}

/** By Fisher and Yates, with numbers of a stream of its own. */
export function shuffled<T>(values: readonly T[], seed: string): T[] {
	const { next } = openStream(seed, "shuffle of values");
	const order = [...values];
	for (let i = order.length - 1; i > 0; i--) {
		const j = Math.floor(next() * (i + 1));
		[order[i], order[j]] = [order[j] as T, order[i] as T];
	}
	return order;
}
