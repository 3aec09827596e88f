import { isInside } from "../files.ts";
import { gitLine } from "./git-command.ts";
import type { RecordedGit } from "./record.ts";

/** The code of a run, as git has it. */
export interface RecordedCode {
	/** Has the whole work tree as it was. */
	readonly commit: string;
	/** The commit that it followed, where `commit` is a snapshot. */
	readonly parent: string | undefined;
	readonly tree: string | undefined;
	/** The ref that keeps a snapshot. */
	readonly snapshot: string | undefined;
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
	if (commit === undefined) return undefined;
	return {
		commit,
		parent: git.snapshot ? git.commit : undefined,
		tree: git.tree,
		snapshot: git.snapshot?.ref,
		remote: git.remote,
		// A record may be somebody else's.
		inside: isInside(project) ? project : "",
		top: git.top !== undefined && isElsewhere(git.top) ? git.top : undefined,
	};
}

/** Does this path lead up, and then down into other folders? */
const isElsewhere = (path: string) => {
	const below = path.replace(/^(\.\.\/)+/, "");
	return below !== path && isInside(below);
};

/** The top of the first of these places' repositories that has a commit. */
export async function repositoryWith(
	commit: string,
	...places: readonly string[]
): Promise<string | undefined> {
	for (const place of places)
		try {
			await gitLine(place, ["cat-file", "-e", `${commit}^{commit}`]);
			return await gitLine(place, ["rev-parse", "--show-toplevel"]);
		} catch {
			// No git, no repository, or another one.
		}
	return undefined;
}
