import type { GitMode } from "../../code/git-mode.ts";
import type { Conditions } from "../../conditions.ts";
import type { Params } from "../../events.ts";
import type { ParamOrigin } from "../../origins.ts";
import type { VariedGrid } from "../../sweep/grid.ts";
import type { Claim } from "../lease/claim.ts";
import type { MultirunMembership, RunInfo, RunOutcome } from "../observer.ts";
import type { StoredRun } from "../store/store.ts";

/** What there is of a run that is to be computed. */
export interface EarlierRun {
	/** It came to its end, by the code of now where one did, else by other code. */
	readonly settled?: StoredRun;
	/** Of the settled one. */
	readonly isOtherCode?: boolean;
	/** It stopped at this run's checkpoint. */
	readonly from?: StoredRun;
	/** The latest run of it by the code of now, which failed. */
	readonly failed?: StoredRun;
}

/** Everything that decides a run, before it starts. */
export interface RunPlan {
	readonly experiment: string;
	readonly task?: string;
	/** Users' code defined the task: unlike one of ours, it may change what later cells use, and its code may change. */
	readonly isDefinedTask?: boolean;
	readonly params: Params;
	readonly origins: Readonly<Record<string, ParamOrigin>>;
	/** Parameters that are paths: recorded, but no part of the identity. */
	readonly paths: readonly string[];
	/** Data folders to verify before the body starts. */
	readonly data: readonly string[];
	readonly repeat: number;
	readonly multirun?: MultirunMembership;
	/** Of a member of a multirun: its parameters that vary. */
	readonly grid?: VariedGrid;
	/** Another process asked for this member: it is recorded, unlike what came before. */
	readonly isAsked?: boolean;
	/** What the code asks for; the command line wins. */
	readonly conditions?: Partial<Conditions>;
	/** What to do about the state of the code. Default "snapshot". */
	readonly git?: GitMode;
	/** Of a single run: go on with the latest run of the same identity, which must not have finished, or where it has not. */
	readonly resume?: "required" | "where unfinished";
	/** Of a member of a multirun that is resumed: what there is of it. */
	readonly earlier?: EarlierRun;
	/** Of such a member: the right to compute it. */
	readonly claim?: Claim;
}

/** What a finished run leaves to its caller. */
export interface RunResult<T> {
	readonly run: RunInfo;
	readonly outcome: RunOutcome;
	/** What the body returned. */
	readonly value: T;
}
