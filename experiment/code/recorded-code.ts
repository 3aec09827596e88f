import { isElsewhere, isInside } from "../../base/files.ts";
import { resolve } from "../../host/paths.ts";
import type { RecordedGit } from "../record/record.ts";
import { projectAround, type StoredRun } from "../record/store/store.ts";
import { codeRef } from "./code-refs.ts";
import {
	type FoundRepository,
	isObjectName,
	repositoryAround,
	treeIn,
} from "./repositories.ts";

/** The code of a run, as git has it. */
export interface RecordedCode {
	/** Has the whole work tree as it was. */
	readonly commit: string;
	/** The commit that it followed, where `commit` is a snapshot. */
	readonly parent: string | undefined;
	readonly tree: string | undefined;
	/** The ref that keeps it where the run was made. */
	readonly ref: string;
	readonly remote: string | undefined;
	/** The folder that held the runs, relative to the top of the work tree. */
	readonly inside: string;
	/** That top, seen from the folder that held the runs, where that lay elsewhere and it is known. */
	readonly top: string | undefined;
}

/** The commit that has the code as it was, if it was kept. */
export function recordedCode(
	git: RecordedGit | undefined,
): RecordedCode | undefined {
	if (!git || git.mode === "ignore") return undefined;
	const { project = "" } = git;
	const commit = git.snapshot?.commit ?? git.commit;
	// "HEAD" would be whatever the reader has.
	if (!isObjectName(commit)) return undefined;
	return {
		commit,
		parent: git.snapshot ? git.commit : undefined,
		tree: git.tree,
		ref: git.snapshot?.ref ?? codeRef(commit),
		remote: git.remote,
		// A record may be somebody else's.
		inside: isInside(project) ? project : "",
		top: git.top !== undefined && isElsewhere(git.top) ? git.top : undefined,
	};
}

/** A repository here that has the code of a run. */
export interface CodeRepository extends FoundRepository {
	/** Of the commit. */
	readonly tree: string;
}

/** The first of these places' repositories that has a commit, the user's own before all. */
export async function repositoryWith(
	commit: string,
	...places: readonly string[]
): Promise<CodeRepository | undefined> {
	const found = [process.cwd(), ...places].flatMap(
		(place) => repositoryAround(place) ?? [],
	);
	const distinct = new Map(found.map((one) => [one.top, one]));
	for (const one of distinct.values()) {
		const tree = await treeIn(one, commit);
		if (tree !== undefined) return { ...one, tree };
	}
	return undefined;
}

/** What to do where no repository here has the code: refs of ours are neither pushed nor fetched by default. */
export const howToGet = ({ commit, ref, remote }: RecordedCode): string =>
	`where a clone of ${remote ?? "its project"} lacks it, whoever made the run must push it (git push ORIGIN ${commit}:${ref}), then fetch it (git fetch ORIGIN ${ref}:${ref})`;

/** Where the code of a run is: in which repository here, or what is missing. Undefined where git was not to keep it. */
export async function whereCodeIs(
	stored: Pick<StoredRun, "directory" | "record">,
): Promise<
	{ repository: string; tree: string } | { missing: string } | undefined
> {
	const recorded = recordedCode(stored.record.git);
	if (!recorded) return undefined;
	const project = projectAround(stored);
	const found = await repositoryWith(
		recorded.commit,
		project,
		resolve(project, recorded.top ?? "."),
	);
	return found
		? { repository: found.top, tree: found.tree }
		: {
				missing: `no repository here has commit ${recorded.commit}, or git has removed it; ${howToGet(recorded)}`,
			};
}
