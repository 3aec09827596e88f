import { version } from "../../../base/version.ts";
import { recordedCode } from "../../code/recorded-code.ts";
import { runsDirectory, session } from "../../session.ts";
import type { CodePolicy } from "../../sweep/code-policy.ts";
import { isOfSource, requireResumable, resumePoint } from "../checkpoint.ts";
import type { RunRecord } from "../record.ts";
import { ExperimentRuns, type RunLookup } from "../store/experiment-runs.ts";
import { requireSealed, type StoredRun, statusOf } from "../store/store.ts";
import { hasDefinitions } from "./definitions.ts";
import type { IdentifiedRun } from "./identified.ts";
import type { EarlierRun, RunPlan } from "./plan.ts";
import { isSettled } from "./settled.ts";

/**
 * Looks for what there is of a member of a multirun, whichever multirun it was computed for.
 * @param code whether one that came to its end by other code counts; undefined: where none was begun by the code of now
 * @param otherCommits code whose local modules are not those of now
 * @throws ChangedRecordError where a record is not as it was written
 */
export function earlierRun(
	{ plan, digest }: Pick<IdentifiedRun, "plan" | "digest">,
	runs: RunLookup,
	code: CodePolicy | undefined,
	otherCommits: ReadonlySet<string>,
): EarlierRun {
	const all = runs.runsOf(digest, session().rootSeed);
	const own = all.filter(
		(run) =>
			isByPresentCode(run, plan) && !otherCommits.has(commitOf(run) ?? ""),
	);
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

/** The commit or snapshot that has the code of a run. */
export const commitOf = ({ record }: StoredRun): string | undefined =>
	recordedCode(record.git)?.commit;

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
	const { experiment } = plan;
	if (plan.resume === "required")
		return requireResumable(latest, { experiment, rootSeed }, runs);
	if (!latest || !isByPresentCode(latest, plan)) return undefined;
	return resumePoint(latest, runs);
}

/**
 * Was a run computed by the code that computes it now? That is the text of its
 * cell or script, functions of other cells that it calls, what is defined by
 * `dd.define…`, and the version of this package.
 */
function isByPresentCode(run: StoredRun, plan: RunPlan): boolean {
	const { source, redactor } = session();
	const { record } = run;
	const isReadyMade = plan.task !== undefined && !plan.isDefinedTask;
	return (
		record.environment.deepdiva === version &&
		(isReadyMade ||
			(isOfSource(run, redactor.source(source?.text ?? "")) &&
				hasFunctions(record))) &&
		hasDefinitions(record, plan)
	);
}

/** Are the functions of other cells that a run called what they were? Of what a look had no time for, nothing is known. */
function hasFunctions({ hiddenState }: RunRecord): boolean {
	const { witness } = session();
	if (!hiddenState || !witness) return true;
	return [...witness.functions(hiddenState.reads)].every(([name, digest]) => {
		const before = Object.hasOwn(hiddenState.bindings, name)
			? hiddenState.bindings[name]?.before
			: undefined;
		return before === undefined || digest === undefined || before === digest;
	});
}
