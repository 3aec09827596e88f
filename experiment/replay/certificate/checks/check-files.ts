import { sha256 } from "../../../../base/canonical.ts";
import { isInside } from "../../../../base/files.ts";
import { realpathSync } from "../../../../host/files.ts";
import { join, sep } from "../../../../host/paths.ts";
import { readFileOf } from "../../../record/store/folder-files.ts";
import {
	contentName,
	dataName,
	type Provenance,
	packageName,
} from "../provenance.ts";
import type { ResourceDescriptor, Statement } from "../statement.ts";
import type { Check } from "./check.ts";

const DEPENDENCIES_ELSEWHERE = ["git", "node", "lock file"];

/** Everything in a statement that is a file of the run folder. */
export function filesOf({
	subject,
	predicate: { buildDefinition, runDetails },
}: Statement<Provenance>): ResourceDescriptor[] {
	return [
		...subject.filter(({ name }) => !name.startsWith(contentName(""))),
		...(buildDefinition.resolvedDependencies ?? []).filter(
			({ name = "" }) =>
				!DEPENDENCIES_ELSEWHERE.includes(name) &&
				!name.startsWith(dataName("")) &&
				!name.startsWith(packageName("")),
		),
		...(runDetails.byproducts ?? []),
	];
}

/** Are the files of a run as they were certified? */
export function fileChecks(
	statement: Statement<Provenance>,
	run: string,
): Check[] {
	const files = filesOf(statement);
	const broken = files.flatMap(({ name = "", digest }): Check[] => {
		const detail = fileProblem(run, name, digest?.sha256);
		return detail ? [{ what: name, status: "broken", detail }] : [];
	});
	return broken.length > 0
		? broken
		: [{ what: "files", status: "holds", detail: `${files.length}` }];
}

function fileProblem(
	run: string,
	name: string,
	expected: string | undefined,
): string | undefined {
	if (!isInside(name)) return "is named so that it leads out of the run folder";
	let bytes: Buffer | undefined;
	try {
		const path = realpathSync(join(run, name));
		if (!path.startsWith(realpathSync(run) + sep))
			return "is a link that leads out of the run folder";
		bytes = readFileOf(run, name);
	} catch {
		// It is not there.
	}
	if (!bytes) return "is missing";
	return sha256(bytes) === `sha256:${expected}`
		? undefined
		: "is not as it was certified";
}
