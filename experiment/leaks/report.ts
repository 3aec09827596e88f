/** Kinds of what a replay cannot repeat. `entropy` is what no seed governs; `listing` a folder in the file system's order. */
export type LeakKind = "clock" | "entropy" | "listing" | "environment";

/** A place in the user's code, and what it read there. */
export interface Leak {
	readonly kind: LeakKind;
	/** As one would write it, e.g. `Date.now` or `process.env.HOME`. */
	readonly what: string;
	readonly count: number;
	/** A cell as its prompt names it (`In [3]`), or a file. */
	readonly place: string;
	/** 1-based. */
	readonly line: number;
	/** The line as the user wrote it. */
	readonly code?: string;
}

/** What a package read on its own account. */
export interface PackageReads {
	readonly package: string;
	readonly kind: LeakKind;
	readonly what: string;
	readonly count: number;
}

/** What a run, or several, read that a replay cannot repeat. */
export interface LeakReport {
	readonly leaks: readonly Leak[];
	/** Apart, since a training reads the clock many times and no result depends on it. */
	readonly packages: readonly PackageReads[];
	/** Reads of a busy loop that were counted without looking where they came from, by what was read. */
	readonly untraced: Readonly<Record<string, number>>;
}

export const NO_LEAKS: LeakReport = { leaks: [], packages: [], untraced: {} };

function summed<T extends { readonly count: number }>(
	entries: readonly T[],
	keyOf: (entry: T) => string,
): T[] {
	const sums = new Map<string, T>();
	for (const entry of entries) {
		const key = keyOf(entry);
		const before = sums.get(key);
		sums.set(
			key,
			before ? { ...entry, count: before.count + entry.count } : entry,
		);
	}
	return [...sums.values()];
}

/** Several reports as one: the same place in several runs is one line. */
export function mergeReports(reports: readonly LeakReport[]): LeakReport {
	const untraced: Record<string, number> = {};
	for (const report of reports)
		for (const [what, count] of Object.entries(report.untraced))
			untraced[what] = (untraced[what] ?? 0) + count;
	return {
		leaks: summed(
			reports.flatMap(({ leaks }) => leaks),
			({ what, place, line, code }) =>
				JSON.stringify([what, place, line, code]),
		),
		packages: summed(
			reports.flatMap(({ packages }) => packages),
			({ package: name, what }) => JSON.stringify([name, what]),
		),
		untraced,
	};
}
