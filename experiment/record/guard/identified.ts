import { dirname } from "../../../host/paths.ts";
import { environments } from "../../leaks/environment-reads.ts";
import type { Redactor } from "../../secrets/redact.ts";
import { learnSecretFiles } from "../../secrets/secret-files.ts";
import { loadRules } from "../../secrets/secret-rules.ts";
import { runsDirectory, session } from "../../session.ts";
import {
	identifyingParams,
	identityDigest,
	type RunIdentity,
	variedStreams,
} from "../identity.ts";
import { checkName } from "../names.ts";
import type { RunPlan } from "./plan.ts";
import { recordedParams } from "./without-secrets.ts";

/** A planned run, and which run it is. */
export interface IdentifiedRun {
	/** Its name has no secret. */
	readonly plan: RunPlan;
	readonly identity: RunIdentity;
	/** Of the identity. */
	readonly digest: string;
}

/**
 * Which run a plan is for. The secrets of the run and of the session around it are known afterwards.
 * @throws UsageError for a name that cannot be
 */
export function identified(given: RunPlan): IdentifiedRun {
	const { redactor } = session();
	learnSecrets(given, redactor);
	const plan = { ...given, experiment: redactor.fileName(given.experiment) };
	checkName(plan.experiment, "run");
	const identity = identityOf(plan, redactor);
	return { plan, identity, digest: identityDigest(identity) };
}

const identityOf = (plan: RunPlan, redactor: Redactor): RunIdentity => ({
	experiment: plan.experiment,
	params: identifyingParams(recordedParams(plan.params, redactor), plan.paths),
	repeat: plan.repeat,
	...variedStreams(plan),
});

/** Tells the redactor the secrets of the run and of the session around it, cells that failed and overrides of other runs included. */
export function learnSecrets(
	{ params }: Pick<RunPlan, "params">,
	redactor: Redactor,
): void {
	const { overrides, cells, source } = session();
	loadRules();
	redactor.learn(params);
	redactor.learnTexts(overrides);
	redactor.learnEnvironment(...environments());
	for (const cell of cells) redactor.learnSource(cell.source);
	redactor.learnSource(source?.text ?? "");
	for (const folder of new Set([process.cwd(), dirname(runsDirectory())]))
		learnSecretFiles(folder, redactor);
}
