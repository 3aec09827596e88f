import { sha256 } from "../../../base/canonical.ts";
import { UsageError } from "../../../base/errors.ts";
import { isInside } from "../../../base/files.ts";
import { existsSync } from "../../../host/files.ts";
import { join, relative } from "../../../host/paths.ts";
import { runsDirectory } from "../../session.ts";
import { readFileOf } from "./folder-files.ts";
import { readRun, type StoredRun } from "./store.ts";

/** The run of the project whose folder it is, or lies in. */
export function runAround(path: string): StoredRun | undefined {
	let folder = runsDirectory();
	const within = relative(folder, path).replaceAll("\\", "/");
	if (!isInside(within)) return undefined;
	for (const part of within.split("/")) {
		folder = join(folder, part);
		if (existsSync(join(folder, "run.json"))) return readRun(folder);
	}
	return undefined;
}

/** What a run has written in a folder of its own, or in all of them: relative to the run's folder. */
export function writtenIn(
	{ directory, record }: StoredRun,
	path: string,
): string[] {
	const within = relative(directory, path).replaceAll("\\", "/");
	return Object.keys(record.files).filter(
		(file) => within === "" || file.startsWith(`${within}/`),
	);
}

/**
 * @param caller put in front of the message, for example "dd.load: "
 * @throws UsageError that names a file which is not as the run has written it
 */
export function requireAsWritten(
	{ directory, record }: StoredRun,
	files: readonly string[],
	caller = "",
): void {
	for (const file of files) {
		const content = readFileOf(directory, file);
		if (!content || sha256(content) !== record.files[file]?.sha256)
			throw new UsageError(
				`${caller}${join(directory, file)} is not as run ${record.id} has written it; restore the run folder from a copy`,
			);
	}
}
