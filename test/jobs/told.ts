import type { RunRecord } from "../../experiment/record/record.ts";

export const indexOf = ({ multirun }: RunRecord): number =>
	multirun?.index ?? -1;

export const byIndex = (records: readonly RunRecord[]): RunRecord[] =>
	records.toSorted((a, b) => indexOf(a) - indexOf(b));

/** Records of members, in the order of the grid, without what no two executions share, and how many jobs there were. */
export const told = (records: readonly RunRecord[]) =>
	byIndex(records).map(
		({
			id: _id,
			started: _started,
			ended: _ended,
			milliseconds: _milliseconds,
			process: _process,
			seal: _seal,
			jobs: _jobs,
			files,
			// A name that the body declares is there before the second member of a process.
			hiddenState: _hiddenState,
			...record
		}) => ({
			...record,
			// They have times in them; what they say is in the digests of the outputs.
			files: Object.keys(files)
				.filter((file) => !file.startsWith("events."))
				.sort(),
		}),
	);
