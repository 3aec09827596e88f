import type { GitMode } from "../../code/git-mode.ts";
import type { Conditions } from "../../conditions.ts";
import type { Params } from "../../events.ts";
import type { ParamOrigin } from "../../origins.ts";
import type { MultirunMembership, RunInfo, RunOutcome } from "../observer.ts";

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
	/** What the code asks for; the command line wins. */
	readonly conditions?: Partial<Conditions>;
	/** What to do about the state of the code. Default "snapshot". */
	readonly git?: GitMode;
	/** Go on with the latest run of the same identity that has not finished. */
	readonly resume?: boolean;
}

/** What a finished run leaves to its caller. */
export interface RunResult<T> {
	readonly run: RunInfo;
	readonly outcome: RunOutcome;
	/** What the body returned. */
	readonly value: T;
}
