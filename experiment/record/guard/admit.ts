import {
	type Conditions,
	checkConditions,
	DEFAULT_CONDITIONS,
} from "../../conditions.ts";
import { runsDirectory, type Session, session } from "../../session.ts";
import { isStrict } from "../../strict-math/strict-math.ts";
import { activeRun } from "../active-run.ts";
import type { RunIdentity } from "../identity.ts";
import { requireOneSpelling } from "../names.ts";
import type { MultirunMembership } from "../observer.ts";
import type { StoredRun } from "../store/store.ts";
import { earlierSingleRun } from "./earlier.ts";
import { type IdentifiedRun, identified } from "./identified.ts";
import type { EarlierRun, RunPlan } from "./plan.ts";

/** A run that is executed, with everything that decides what it computes. */
export interface AdmittedRun {
	/** Recorded as every run, recorded where a replay wants its target, or computed only. */
	readonly kind: "record" | "target" | "compute";
	/** Its name has no secret. */
	readonly plan: RunPlan;
	readonly conditions: Conditions;
	readonly identity: RunIdentity;
	/** Of the identity. */
	readonly digest: string;
	/** How many runs of this identity the session had before. */
	readonly occurrence: number;
	/** The run that this one goes on with. */
	readonly resumed: StoredRun | undefined;
	/** The session that the run began in. */
	readonly session: Session;
}

export type Admission =
	| AdmittedRun
	/** A replay leaves it out. */
	| { readonly kind: "skip" }
	/** A member of a multirun that has come to its end before. */
	| {
			readonly kind: "settled";
			readonly run: StoredRun;
			readonly multirun: MultirunMembership;
	  };

/**
 * Decides what becomes of a planned run, and counts it in the session.
 * @throws UsageError for conditions, names and resumptions that cannot be
 */
export function admit(given: RunPlan): Admission {
	const current = session();
	const conditions = conditionsOf(given);
	const found = identified(given);
	const { plan, identity, digest } = found;
	const occurrence = counted(digest);
	const kind = purposeOf(plan, digest, occurrence);
	if (kind === "skip") return { kind };
	if (kind === "record") requireOneSpelling(runsDirectory(), plan.experiment);

	const { settled, from } = kind === "record" ? earlierOf(found) : {};
	if (plan.multirun && settled)
		return { kind: "settled", run: settled, multirun: plan.multirun };
	return {
		kind,
		plan,
		conditions,
		identity,
		digest,
		occurrence,
		resumed: from,
		session: current,
	};
}

/**
 * Counts a run of an identity in the session.
 * @returns how many there were before
 */
function counted(digest: string): number {
	const { occurrences } = session();
	const before = occurrences.get(digest) ?? 0;
	occurrences.set(digest, before + 1);
	return before;
}

/** Counts a run that another process computes for this session. */
export const countElsewhere = (plan: RunPlan): void =>
	void counted(identified(plan).digest);

/** The command line wins over what the code asks for. */
const conditionsOf = ({ conditions }: RunPlan): Conditions => ({
	...DEFAULT_CONDITIONS,
	...checkConditions(conditions ?? {}),
	...session().conditions,
	...(isStrict() ? { strictMath: true } : {}),
});

/**
 * Is this run recorded, computed only, or left out? Outside of a replay every
 * run is recorded. A replay records its target; what came before is computed,
 * except what leaves nothing behind: ready-made tasks, and other members of the target's multirun.
 * A process that computes members for another one records those, with the runs in them, by the same rule.
 */
function purposeOf(
	plan: RunPlan,
	digest: string,
	occurrence: number,
): AdmittedRun["kind"] | "skip" {
	const { replay, worker } = session();
	const isWanted = plan.isAsked || activeRun()?.info.recorded === true;
	if (!replay && (!worker || isWanted)) return "record";
	const leavesNothing = plan.task !== undefined && !plan.isDefinedTask;
	if (!replay) return leavesNothing ? "skip" : "compute";
	if (replay.identity === digest && replay.occurrence === occurrence)
		return "target";
	return leavesNothing || (plan.multirun && isOfTarget(plan.multirun))
		? "skip"
		: "compute";
}

/** Is this the multirun that a replay is after a member of? Of format 1, ids say nothing. */
export function isOfTarget({ id }: Pick<MultirunMembership, "id">): boolean {
	const { replay, cells } = session();
	return (
		replay !== undefined &&
		cells.length === replay.earlierCells &&
		(replay.format === 1 || replay.multirun === id)
	);
}

/** What a recorded run goes on from. Any other is computed from its beginning, and comes out the same. */
function earlierOf(found: IdentifiedRun): EarlierRun {
	const { earlier, resume } = found.plan;
	if (earlier) return earlier;
	const from = resume && earlierSingleRun(found);
	return from ? { from } : {};
}
