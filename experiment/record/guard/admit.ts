import { dirname } from "../../../host/paths.ts";
import {
	type Conditions,
	checkConditions,
	DEFAULT_CONDITIONS,
} from "../../conditions.ts";
import type { Redactor } from "../../secrets/redact.ts";
import { learnSecretFiles } from "../../secrets/secret-files.ts";
import { loadRules } from "../../secrets/secret-rules.ts";
import { runsDirectory, type Session, session } from "../../session.ts";
import { isStrict } from "../../strict-math/strict-math.ts";
import {
	isOfSource,
	latestRun,
	requireResumable,
	resumePoint,
} from "../checkpoint.ts";
import {
	identifyingParams,
	identityDigest,
	type RunIdentity,
} from "../identity.ts";
import { checkName, requireOneSpelling } from "../names.ts";
import type { MultirunMembership } from "../observer.ts";
import { requireSealed, type StoredRun } from "../store/store.ts";
import { hasDefinitions } from "./definitions.ts";
import type { RunPlan } from "./plan.ts";
import { isSettled } from "./settled.ts";
import { recordedParams } from "./without-secrets.ts";

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
	const { redactor } = current;
	const conditions = conditionsOf(given);
	learnSecrets(given, redactor);
	const plan = { ...given, experiment: redactor.fileName(given.experiment) };
	checkName(plan.experiment, "run");
	const identity = identityOf(plan, redactor);
	const digest = identityDigest(identity);
	const occurrence = current.occurrences.get(digest) ?? 0;
	current.occurrences.set(digest, occurrence + 1);
	const kind = purposeOf(plan, digest, occurrence);
	if (kind === "skip") return { kind };
	if (kind === "record") requireOneSpelling(runsDirectory(), plan.experiment);

	const resumed = plan.resume ? earlierRun(plan, digest) : undefined;
	if (plan.multirun && resumed && isSettled(resumed))
		return { kind: "settled", run: resumed, multirun: plan.multirun };
	return {
		kind,
		plan,
		conditions,
		identity,
		digest,
		occurrence,
		resumed,
		session: current,
	};
}

/** The command line wins over what the code asks for. */
const conditionsOf = ({ conditions }: RunPlan): Conditions => ({
	...DEFAULT_CONDITIONS,
	...checkConditions(conditions ?? {}),
	...session().conditions,
	...(isStrict() ? { strictMath: true } : {}),
});

const identityOf = (plan: RunPlan, redactor: Redactor): RunIdentity => ({
	experiment: plan.experiment,
	params: identifyingParams(recordedParams(plan.params, redactor), plan.paths),
	repeat: plan.repeat,
});

/**
 * Is this run recorded, computed only, or left out? Outside of a replay every
 * run is recorded. A replay records its target; what came before is computed,
 * except what leaves nothing behind: ready-made tasks, and other members of the target's multirun.
 */
function purposeOf(
	plan: RunPlan,
	digest: string,
	occurrence: number,
): AdmittedRun["kind"] | "skip" {
	const { replay, cells } = session();
	if (!replay) return "record";
	if (replay.identity === digest && replay.occurrence === occurrence)
		return "target";
	const inTargetCell = cells.length === replay.earlierCells;
	const leavesNothing = plan.task !== undefined && !plan.isDefinedTask;
	return leavesNothing || (plan.multirun && inTargetCell) ? "skip" : "compute";
}

/**
 * What a run that is to be resumed goes on from. Of a multirun, members that
 * have finished are left as they are, and those that never began are run.
 * @throws UsageError when a single run has nothing to go on from
 */
function earlierRun(plan: RunPlan, digest: string): StoredRun | undefined {
	const { replay, rootSeed, source, redactor } = session();
	// A replay computes all of it, and finds the same.
	if (replay) return undefined;
	const sought = { experiment: plan.experiment, identity: digest, rootSeed };
	const latest = latestRun(sought);
	if (!plan.multirun) return requireResumable(latest, sought);
	const isKnown =
		latest &&
		((plan.task && !plan.isDefinedTask) ||
			isOfSource(latest, redactor.source(source?.text ?? ""))) &&
		hasDefinitions(latest.record, plan);
	if (!isKnown) return undefined;
	requireSealed(latest);
	return isSettled(latest) ? latest : resumePoint(latest);
}

/** Tells the redactor the secrets of the run and of the session around it, cells that failed and overrides of other runs included. */
function learnSecrets({ params }: RunPlan, redactor: Redactor): void {
	const { overrides, cells, source } = session();
	loadRules();
	redactor.learn(params);
	redactor.learnTexts(overrides);
	redactor.learnEnvironment(process.env);
	for (const cell of cells) redactor.learnSource(cell.source);
	redactor.learnSource(source?.text ?? "");
	for (const folder of new Set([process.cwd(), dirname(runsDirectory())]))
		learnSecretFiles(folder, redactor);
}
