import { canonicalJson } from "../../../base/canonical.ts";

/** What a record says and the rest of it, or a file of the run, does not. */
export interface Contradiction {
	/** As a replay names the part, e.g. "final metric loss". */
	readonly what: string;
	readonly recorded: string;
	/** What it follows to be; absent where nothing does. */
	readonly derived?: string;
}

export const describeContradiction = ({
	what,
	recorded,
	derived,
}: Contradiction): string =>
	derived === undefined
		? `${what} is ${recorded}, which nothing in the run's folder bears out`
		: `${what} is ${recorded}, and what it follows from gives ${derived}`;

/** One contradiction, or none where both say the same. */
export const unlessEqual = (
	what: string,
	recorded: unknown,
	derived: unknown,
): Contradiction[] =>
	canonicalJson(recorded) === canonicalJson(derived)
		? []
		: [
				{
					what,
					recorded: shown(recorded),
					...(derived === undefined ? {} : { derived: shown(derived) }),
				},
			];

export const shown = (value: unknown) =>
	typeof value === "string" ? value : canonicalJson(value);

/** The names that are in any of them. */
export const namesOf = (
	...maps: readonly Readonly<Record<string, unknown>>[]
): string[] => [...new Set(maps.flatMap((map) => Object.keys(map)))];
