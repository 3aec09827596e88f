import { canonicalJson } from "../../base/canonical.ts";
import { dirname, join, resolve } from "../../host/paths.ts";
import { siblingPaths } from "../data/manifest.ts";
import { paramValues, type RunRecord } from "../record/record.ts";
import {
	listRuns,
	projectAround,
	type StoredRun,
	statusOf,
} from "../record/store/store.ts";

/** What a form's item is answered with. */
export interface Answer {
	readonly text: string;
	/** Where it can be looked up, absolute: files of the run, manifests, the folder of runs. */
	readonly see: readonly string[];
	/** What of the item only a person can say; absent where nothing is. */
	readonly open?: string;
}

/** A run, and the runs that were recorded with it. */
export interface Evidence {
	readonly run: StoredRun;
	readonly record: RunRecord;
	/** All of the same experiment, this one among them, oldest first. */
	readonly experiment: readonly StoredRun[];
	/** Those that differ from this one in the repeat index alone, and finished. */
	readonly repeats: readonly StoredRun[];
	/** Absolute path of a file of the run. */
	file(name: string): string;
	/** Where the experiment's runs lie, absolute. */
	readonly folder: string;
}

const sameParameters = (a: RunRecord, b: RunRecord) =>
	canonicalJson(paramValues(a)) === canonicalJson(paramValues(b));

export function gatherEvidence(run: StoredRun): Evidence {
	const folder = dirname(resolve(run.directory));
	const known = listRuns(dirname(folder)).runs.filter(
		({ record }) => record.experiment === run.record.experiment,
	);
	// A run folder that was copied elsewhere stands alone.
	const experiment = known.some(({ record }) => record.id === run.record.id)
		? known
		: [run];
	return {
		run,
		record: run.record,
		experiment,
		repeats: repeatsOf(run, experiment),
		file: (name) => join(resolve(run.directory), name),
		folder,
	};
}

/** One of each repeat index: a run that was done twice is no second sample. */
function repeatsOf(
	{ record }: StoredRun,
	experiment: readonly StoredRun[],
): StoredRun[] {
	const found = new Map<number, StoredRun>();
	for (const one of experiment)
		if (
			statusOf(one) === "finished" &&
			one.record.seed.root === record.seed.root &&
			(one.record.repeat === 0 ||
				String(one.record.multirun?.vary) === String(record.multirun?.vary)) &&
			sameParameters(one.record, record)
		)
			found.set(one.record.repeat, one);
	return [...found.values()];
}

/** The manifest of a run's data folder, where the project is. */
export function manifestOf({ run, record }: Evidence, path: string): string {
	const project = projectAround(run);
	return siblingPaths(resolve(project, record.cwd, path)).manifest;
}
