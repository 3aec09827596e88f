import { UsageError } from "../../../base/errors.ts";
import { latestOfEach } from "../../sweep/latest.ts";
import type { RecordedMembership } from "../record.ts";
import { type StoredRun, statusOf } from "./store.ts";

/** What is on record of a multirun, whichever processes computed it. */
export interface StoredMultirun {
	readonly id: string;
	readonly experiment: string;
	/** Members that it was to have. */
	readonly total: number;
	/** The random streams that alone differ between repeats; absent where all do. */
	readonly vary?: readonly string[];
	/** When its first member began. */
	readonly started: string;
	/** The latest run of each member, in the order of the grid. */
	readonly members: readonly StoredRun[];
}

/** Where a run stands among the members; each run of format 1 stands alone. */
const placeOf = ({ record }: StoredRun): number | string =>
	record.multirun?.index ?? record.id;

const isFinished = (run: StoredRun) => statusOf(run) === "finished";

/**
 * The multiruns among runs, the one that began last at the end.
 * @param runs oldest first
 */
export function storedMultiruns(runs: readonly StoredRun[]): StoredMultirun[] {
	const found = new Map<
		string,
		{
			readonly first: StoredRun;
			readonly multirun: RecordedMembership;
			readonly all: StoredRun[];
		}
	>();
	for (const run of runs) {
		const { multirun } = run.record;
		if (!multirun) continue;
		const known = found.get(multirun.id) ?? { first: run, multirun, all: [] };
		found.set(multirun.id, known);
		known.all.push(run);
	}
	return Array.from(
		found,
		([
			id,
			{
				first,
				multirun: { total, vary },
				all,
			},
		]) => ({
			id,
			experiment: first.record.experiment,
			total,
			...(vary ? { vary } : {}),
			started: first.record.started,
			members: latestOfEach(all, placeOf, isFinished).sort(
				(a, b) =>
					(a.record.multirun?.index ?? 0) - (b.record.multirun?.index ?? 0),
			),
		}),
	);
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
