import { existsSync } from "../../../../host/files.ts";
import { resolve } from "../../../../host/paths.ts";
import { folderRoot } from "../../../data/index.ts";
import { projectAround, type StoredRun } from "../../../record/store/store.ts";
import type { DataPlaces } from "../../workplace.ts";
import { dataName } from "../provenance.ts";
import type { Check } from "./check.ts";

/** Reads every byte of the run's data, where they are here, and compares the roots. */
export async function checkData(
	stored: StoredRun,
	places: DataPlaces,
	onProgress?: (text: string) => void,
): Promise<Check[]> {
	const { record } = stored;
	const project = projectAround(stored);
	const checks: Check[] = [];
	for (const { path, root } of record.data) {
		const folder = resolve(
			places.get(path) ?? resolve(project, record.cwd, path),
		);
		const what = dataName(path);
		if (!existsSync(folder)) {
			checks.push({
				what,
				// A place that the user named is one where it must be.
				status: places.has(path) ? "could not check" : "not here",
				detail: `there is no folder ${folder}`,
			});
			continue;
		}
		onProgress?.(folder);
		try {
			const present = await folderRoot(folder, { expected: root });
			checks.push(
				present === root
					? { what, status: "holds", detail: folder }
					: {
							what,
							status: "broken",
							detail: `${folder} has root ${present}, and the run was given ${root}`,
						},
			);
		} catch (error) {
			checks.push({
				what,
				status: "could not check",
				detail: (error as Error).message,
			});
		}
	}
	return checks;
}
