import type { LeakPolicy } from "../conditions.ts";
import type { NoticeEvent, Params, RunEvent } from "../events.ts";
import type { LeakReport } from "../leaks/report.ts";
import { paramText } from "../parameters/overrides/written.ts";
import { isSecret } from "../secrets/named-secrets.ts";

/** What a listener may know of a run. */
export interface RunInfo {
	/** Eight hexadecimal digits; unique among the recorded runs. */
	readonly id: string;
	/** `false` while a replay computes earlier runs without recording them. */
	readonly recorded: boolean;
	readonly experiment: string;
	readonly task?: string;
	readonly params: Params;
	readonly rootSeed: string;
	/** The run's own seed, from which its streams derive. */
	readonly seed: string;
	/** Where only some streams vary between repeats: the seed of all others, which is repeat 0's. */
	readonly fixedSeed?: string;
	readonly repeat: number;
	/** Set for a member of a multirun. */
	readonly multirun?: MultirunMembership;
	/** Absolute; the run's files are here. */
	readonly directory: string;
}

export interface MultirunInfo {
	/** 16 hexadecimal digits; the same multirun has the same in every process. */
	readonly id: string;
	readonly experiment: string;
	/** Runs in all. */
	readonly total: number;
	/** Repeats of each point of the grid. */
	readonly repeats: number;
	/** Parameters with more than one value. */
	readonly varied: readonly string[];
	/** The random streams that alone differ between repeats, sorted; absent where all do. */
	readonly vary?: readonly string[];
	/** What the table at its end compares groups with, if somebody said so. */
	readonly baseline?: string;
}

/** A run's place in a multirun. */
export interface MultirunMembership extends MultirunInfo {
	/** From 0: points of the grid in their order, the repeats of each. */
	readonly index: number;
}

export interface RunOutcome {
	readonly status: "finished" | "failed" | "interrupted" | "diverged";
	readonly error?: unknown;
	/** Last value of each metric. */
	readonly metrics: Readonly<Record<string, number>>;
	/** How many calls of `dd.log` are on record, where a full disk did not take all. */
	readonly metricLines?: number;
	/** Roots of the verified data folders, by path as the user wrote it. */
	readonly data: Readonly<Record<string, string>>;
	/** Digest over all output digests. */
	readonly digest: string;
	/** What its code read that a replay cannot repeat. */
	readonly leaks: LeakReport;
	/** What was to be done about that. */
	readonly onLeak: LeakPolicy;
	/** Wall-clock time. */
	readonly milliseconds: number;
	/** Where only some streams vary between repeats: names of those that it drew from. Absent for a run that was there before. */
	readonly drawn?: readonly string[];
}

/** A listener to everything that runs: the live picture, the terminal, a test. */
export interface RunObserver {
	/** It writes what belongs to a run's folder, so it is told by the process alone that computes the run. */
	readonly isRecorder?: boolean;
	multirunStarted?(multirun: MultirunInfo): void;
	/** Something about a multirun as a whole, e.g. how many of its members there are already. */
	multirunNoticed?(multirun: MultirunInfo, notice: NoticeEvent): void;
	runStarted?(run: RunInfo): void;
	event?(run: RunInfo, event: RunEvent): void;
	/** Awaited before the run's caller continues. */
	runEnded?(run: RunInfo, outcome: RunOutcome): void | Promise<void>;
	/** @param members those that finished, and those that failed */
	multirunEnded?(
		multirun: MultirunInfo,
		members: readonly MultirunMember[],
	): void | Promise<void>;
}

export interface MultirunMember {
	readonly run: RunInfo;
	readonly outcome: RunOutcome;
}

/** Did a run come to an end that is no result? One that was interrupted came to none. */
export const hasFailed = ({ status }: Pick<RunOutcome, "status">): boolean =>
	status === "failed" || status === "diverged";

/** `run 1a2b3c4d (lr=0.1, repeat 2)` */
export function memberLabel(varied: readonly string[], run: RunInfo): string {
	const point = varied.map((name) => {
		const value = run.params[name];
		if (value === undefined) return `${name}=undefined`;
		return `${name}=${isSecret(name, value) ? "…" : paramText(value)}`;
	});
	return `run ${run.id} (${[...point, `repeat ${run.repeat}`].join(", ")})`;
}
