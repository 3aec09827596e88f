import { finalStatus } from "../../divergence.ts";
import type { ParamValue } from "../../events.ts";
import type { RunRecord } from "../record.ts";

/** What lists, queries and statistics need of a record; the same names and types as there. The status is what became of a run, see `statusOf`. */
export interface RecordSummary
	extends Pick<
		RunRecord,
		| "id"
		| "experiment"
		| "task"
		| "status"
		| "paths"
		| "identity"
		| "repeat"
		| "multirun"
		| "metrics"
		| "digest"
		| "process"
		| "started"
		| "milliseconds"
	> {
	readonly params: Readonly<Record<string, { readonly value: ParamValue }>>;
	readonly seed: Pick<RunRecord["seed"], "root" | "run">;
	readonly error?: { readonly name: string; readonly message: string };
}

/** A recorded run as lists show it. */
export interface RunSummary {
	readonly directory: string;
	readonly record: RecordSummary;
	/** Is the record not as it was when its run ended? */
	readonly isSealBroken: boolean;
}

/** What a summary is made of. */
export type Summarised = Pick<RunRecord, keyof RecordSummary>;

/** @param isSealBroken what a look at the whole record said */
export function summaryOf(
	directory: string,
	record: Summarised,
	isSealBroken: boolean,
): RunSummary {
	const { id, experiment, task, status, paths, identity, repeat } = record;
	const { multirun, metrics, digest, process, started, milliseconds } = record;
	const { params, seed, error } = record;
	return {
		directory,
		record: {
			...{ id, experiment, identity, repeat, metrics, digest, started },
			status: status === "running" ? status : finalStatus(status, metrics),
			...(task === undefined ? {} : { task }),
			...(paths === undefined ? {} : { paths }),
			...(multirun === undefined ? {} : { multirun }),
			...(milliseconds === undefined ? {} : { milliseconds }),
			// Of a run that has ended nobody asks for its process.
			...(status !== "running" || process === undefined ? {} : { process }),
			params: Object.fromEntries(
				Object.entries(params).map(([name, { value }]) => [name, { value }]),
			),
			seed: { root: seed.root, run: seed.run },
			...(error ? { error: { name: error.name, message: error.message } } : {}),
		},
		isSealBroken,
	};
}
