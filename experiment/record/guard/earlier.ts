import { version } from "../../../base/version.ts";
import { runsDirectory, session } from "../../session.ts";
import type { CodePolicy } from "../../sweep/code-policy.ts";
import { isOfSource, requireResumable, resumePoint } from "../checkpoint.ts";
import { ExperimentRuns, type RunLookup } from "../store/experiment-runs.ts";
import { requireSealed, type StoredRun, statusOf } from "../store/store.ts";
import { hasDefinitions } from "./definitions.ts";
import type { IdentifiedRun } from "./identified.ts";
import type { EarlierRun, RunPlan } from "./plan.ts";
import { isSettled } from "./settled.ts";

/**
 * Looks for what there is of a member of a multirun, whichever multirun it was computed for.
 * @param code whether one that came to its end by other code counts; undefined: where none was begun by the code of now
 * @throws ChangedRecordError where a record is not as it was written
 */
export function earlierRun(
	{ plan, digest }: Pick<IdentifiedRun, "plan" | "digest">,
	runs: RunLookup,
	code: CodePolicy | undefined,
): EarlierRun {
	const all = runs.runsOf(digest, session().rootSeed);
	const own = all.filter((run) => isByPresentCode(run, plan));
	const settled = own.findLast(isSettled);
	// Who began to compute it by the code of now has decided.
	const keeps = code === "keep" || (code === undefined && own.length === 0);
	const other = keeps ? all.findLast(isSettled) : undefined;
	const found = settled ?? other;
	if (found) {
		requireSealed(found);
		return { settled: found, isOtherCode: found !== settled };
	}
	const latest = own.at(-1);
	if (!latest) return {};
	const status = statusOf(latest);
	if (status !== "running") requireSealed(latest);
	const from = resumePoint(latest, runs);
	return {
		...(from ? { from } : {}),
		...(status === "failed" ? { failed: latest } : {}),
	};
}

/**
 * What a single run goes on from.
 * @throws UsageError when there must be something, and is not
 */
export function earlierSingleRun({
	plan,
	digest,
}: IdentifiedRun): StoredRun | undefined {
	const { rootSeed } = session();
	const runs = new ExperimentRuns(runsDirectory(), plan.experiment);
	const latest = runs.runsOf(digest, rootSeed).at(-1);
	const sought = { experiment: plan.experiment, identity: digest, rootSeed };
	if (plan.resume === "required") return requireResumable(latest, sought, runs);
	if (!latest || !isByPresentCode(latest, plan)) return undefined;
	return resumePoint(latest, runs);
}

/**
 * Was a run computed by the code that computes it now? That is the text of its
 * cell or script, what that defines by `dd.define…`, and the version of this package.
 */
function isByPresentCode(run: StoredRun, plan: RunPlan): boolean {
	const { source, redactor } = session();
	const { record } = run;
	const isReadyMade = plan.task !== undefined && !plan.isDefinedTask;
	return (
		record.environment.deepdiva === version &&
		(isReadyMade || isOfSource(run, redactor.source(source?.text ?? ""))) &&
		hasDefinitions(record, plan)
	);
}
