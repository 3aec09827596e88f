import type { Params } from "../../../events.ts";
import type { GroupComparison } from "../compare-groups.ts";
import type { Goal } from "../metric-names.ts";
import type { Summary } from "../summary.ts";

/** A member of a multirun, as a report needs it. */
export interface ReportMember {
	readonly params: Params;
	/** From 0. */
	readonly repeat: number;
	/** Runs of two groups with one seed are a pair. */
	readonly seed: string | number;
	/** Only those with "finished" count in a mean. */
	readonly status: string;
	/** Last value of each metric. */
	readonly metrics: Readonly<Record<string, number>>;
	readonly id?: string;
	/** Of a multirun: the random streams that alone differ between its repeats; absent where all do. */
	readonly vary?: readonly string[];
}

/** What the members of a multirun show together: plain data, the same in JSON. */
export interface MultirunReport {
	/** Members in all; one that was executed again counts once. */
	readonly runs: number;
	readonly finished: number;
	/** Parameters with more than one value: they tell the groups apart. */
	readonly varied: readonly string[];
	/** Members that came to no result, which are in no mean. */
	readonly failed: readonly FailedMember[];
	readonly metrics: readonly MetricReport[];
	/** What holds for all metrics. */
	readonly notes: readonly string[];
}

export interface FailedMember {
	/** Of its group: `lr=0.1`. */
	readonly group: string;
	readonly repeat: number;
	readonly status: string;
	readonly id?: string;
}

export interface MetricReport {
	readonly metric: string;
	/** Which end is better; absent where neither the name nor an option says it. */
	readonly goal?: Goal;
	/** In the order of the grid. */
	readonly groups: readonly GroupReport[];
	/** What the others are compared with: a group's name; absent for all pairs, and for one group. */
	readonly baseline?: string;
	readonly comparisons: readonly Comparison[];
	/** How many comparisons there are besides, where `mostComparisons` leaves some out. */
	readonly moreComparisons?: number;
	/** For how many comparisons together the adjusted p values hold. */
	readonly family: number;
	readonly notes: readonly string[];
}

export interface GroupReport {
	/** `lr=0.1, units=16`; "" for the only group. */
	readonly group: string;
	readonly params: Params;
	/** Members, failed ones included. */
	readonly runs: number;
	/** Finished members whose value is NaN or infinite: diverged, and in no mean. */
	readonly notFinite: number;
	/** The finite values of finished members, in the order of these. */
	readonly values: readonly number[];
	/** Absent where no member has a value. */
	readonly summary?: Summary;
}

export interface Comparison extends GroupComparison {
	readonly a: string;
	readonly b: string;
	/** p of the t test, by Holm for all comparisons of this metric together. */
	readonly adjustedP?: number;
	/** Is there a difference? Only where the adjusted p is at most 0.05 and nothing refuses the claim. */
	readonly verdict: "different" | "not shown" | "refused";
}

export interface ReportOptions {
	/**
	 * What groups are compared with: the `"best"` mean (default, where the goal is known), the `"first"`
	 * group, a group by its name (`"lr=0.1"`), or `"pairs"`: each with each.
	 */
	readonly baseline?: string;
	/** Metrics to report. Default: all, those of validation and test before others. */
	readonly metrics?: readonly string[];
	/** Those of them by which groups are compared. Default: all. */
	readonly compare?: readonly string[];
	/** Compute so many comparisons of each metric, the first ones; one of groups of 20 runs takes a tenth of a second. Default: all. */
	readonly mostComparisons?: number;
	/** Which end of a metric is better, where its name does not say. */
	readonly goals?: Readonly<Record<string, Goal>>;
	/** Confidence of the intervals. Default: 0.95. */
	readonly level?: number;
}
