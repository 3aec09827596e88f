import { ChangedRecordError, UsageError } from "../../base/errors.ts";
import { join } from "../../host/paths.ts";
import { startFolder } from "../record/record.ts";
import { textOf } from "../record/store/folder-files.ts";
import {
	projectAround,
	requireSealed,
	type StoredRun,
	verifyFiles,
} from "../record/store/store.ts";
import type { ExecutedCell } from "../session.ts";
import { codeFiles } from "./replay.ts";

/** The cells of a recorded run, its own the last one, and the folder they were executed in. */
export function recordedCells(stored: StoredRun): {
	cells: ExecutedCell[];
	folder: string;
} {
	const { directory, record } = stored;
	if (record.source.kind !== "cell")
		throw new UsageError(
			record.source.kind === "script"
				? `run ${record.id} was started by a script already: ${join(directory, "script.ts")} is a copy of it`
				: `run ${record.id} was started by a program of its own, so its code is not in the record`,
		);
	requireSealed(stored);
	const changed = verifyFiles(stored).find(({ file }) =>
		codeFiles(record).includes(file),
	);
	if (changed)
		throw new ChangedRecordError(
			`${join(directory, changed.file)} is ${changed.problem}, so this would not be the run's code; restore the run folder from a copy`,
		);
	const read = (file: string) => textOf(directory, file);
	const project = projectAround(stored);
	return {
		cells: [
			...(JSON.parse(read("cells.json")) as ExecutedCell[]),
			{ source: read("cell.ts"), status: "ok" },
		],
		folder: startFolder(record, project),
	};
}
