import { mkdtempSync, rmSync } from "../../../../host/files.ts";
import { tmpdir } from "../../../../host/machine.ts";
import { join } from "../../../../host/paths.ts";
import { recordedCode, whereCodeIs } from "../../../code/recorded-code.ts";
import { adoptRepository } from "../../../record/export/code.ts";
import { carriedBy } from "../../../record/export/layout.ts";
import type { StoredRun } from "../../../record/store/store.ts";
import type { Check } from "./check.ts";

const WHAT = "code";

/** Is the code of the run still in a repository here, or in the export around it, and is it the recorded tree? */
export async function checkCode(stored: StoredRun): Promise<Check[]> {
	const recorded = recordedCode(stored.record.git);
	const place = await whereCodeIs(stored);
	if (!recorded || !place) return [];
	const { commit, tree } = recorded;
	const verdict = (present: string, shown: string): Check =>
		tree === undefined || present === tree
			? { what: WHAT, status: "holds", detail: `commit ${commit} in ${shown}` }
			: {
					what: WHAT,
					status: "broken",
					detail: `commit ${commit} has tree ${present}, and the record says ${tree}`,
				};
	if ("repository" in place) return [verdict(place.tree, place.repository)];
	const sent = carriedBy(stored)?.repository;
	if (sent === undefined)
		return [{ what: WHAT, status: "not here", detail: place.missing }];
	const scratch = mkdtempSync(join(tmpdir(), "deepdiva-code-"));
	try {
		// Its objects alone, each hashed again.
		const present = await adoptRepository(sent, commit, join(scratch, "code"));
		return [verdict(present, "the export")];
	} catch (error) {
		return [{ what: WHAT, status: "broken", detail: (error as Error).message }];
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}
