import { UsageError } from "../../../base/errors.ts";
import type { RecordedMembership } from "../record.ts";
import { type StoredRun, statusOf } from "./store.ts";

/** What is on record of a multirun, whichever processes computed it. */
export interface StoredMultirun {
	readonly id: string;
	readonly experiment: string;
	/** Members that it was to have. */
	readonly total: number;
	/** When its first member began. */
	readonly started: string;
	/** The latest run of each member, in the order of the grid. */
	readonly members: readonly StoredRun[];
}

/** Where a run stands among the members; each run of format 1 stands alone. */
const placeOf = ({ record }: StoredRun): number | string =>
	record.multirun?.index ?? record.id;

/** A later run of a member replaces an earlier one, unless it came to nothing where that one finished. */
function replaces(later: StoredRun, earlier: StoredRun | undefined): boolean {
	return (
		earlier === undefined ||
		statusOf(later) === "finished" ||
		statusOf(earlier) !== "finished"
	);
}

/**
 * The multiruns among runs, the one that began last at the end.
 * @param runs oldest first
 */
export function storedMultiruns(runs: readonly StoredRun[]): StoredMultirun[] {
	const found = new Map<
		string,
		{
			first: StoredRun;
			multirun: RecordedMembership;
			members: Map<number | string, StoredRun>;
		}
	>();
	for (const run of runs) {
		const { multirun } = run.record;
		if (!multirun) continue;
		const known = found.get(multirun.id) ?? {
			first: run,
			multirun,
			members: new Map(),
		};
		found.set(multirun.id, known);
		const place = placeOf(run);
		if (replaces(run, known.members.get(place))) known.members.set(place, run);
	}
	return [...found.values()].map(({ first, multirun, members }) => ({
		id: multirun.id,
		experiment: first.record.experiment,
		total: multirun.total,
		started: first.record.started,
		members: [...members.values()].sort(
			(a, b) =>
				(a.record.multirun?.index ?? 0) - (b.record.multirun?.index ?? 0),
		),
	}));
}

/**
 * A multirun by its id, the beginning of one, its experiment's name (the latest), or `last`.
 * @throws UsageError where there is none, or more than one
 */
export function findMultirun(
	reference: string,
	multiruns: readonly StoredMultirun[],
): StoredMultirun {
	if (reference === "last") {
		const last = multiruns.at(-1);
		if (last) return last;
		throw new UsageError(
			'there is no multirun yet; "%dd multirun task=points -n 5" makes one',
		);
	}
	const named = multiruns.findLast(
		({ experiment }) => experiment === reference,
	);
	const begun = multiruns.filter(({ id }) => id.startsWith(reference));
	const [found = named] = begun;
	if (begun.length > 1)
		throw new UsageError(
			`${begun.length} multiruns begin with ${reference}: ${begun.map(({ id }) => id).join(", ")}; write more of it`,
		);
	if (found) return found;
	throw new UsageError(
		`there is no multirun ${reference}; "deepdiva multirun list" shows those that there are`,
	);
}
