import { dirname, resolve } from "../../host/paths.ts";
import { git, gitLine } from "../code/git-command.ts";
import { snapshotCode } from "../code/git-snapshot.ts";
import { codeState, isDirty } from "../code/git-state.ts";
import type { CodeRepository, RecordedCode } from "../code/recorded-code.ts";
import { repositoryAround, withObjectsOf } from "../code/repositories.ts";
import { submodulesOf } from "../code/submodules.ts";
import { siblingPaths } from "../data/manifest.ts";
import type { StoredRun } from "../record/store/store.ts";
import type { ComparedPart } from "./compare.ts";
import { lostSecrets, unplacedSubmodule } from "./lacking.ts";
import { packageFolder, packagesFit } from "./packages.ts";

/**
 * Is the project as it was recorded? Git runs in the reader's own repository, and of any other with none of its settings.
 * @returns why it is not (undefined where it is), and what git has of the recorded commit
 */
export async function asRecorded(
	code: CodeRepository,
	recorded: RecordedCode,
	project: string,
	stored: StoredRun,
): Promise<{
	reason: string | undefined;
	parts: readonly ComparedPart[];
}> {
	const look = async (where: string) => ({
		reason: await differenceFrom(recorded, project, stored),
		parts: await codeParts(where, recorded),
	});
	const around = repositoryAround(resolve(project, stored.record.cwd));
	if (code.isOwn && around?.isOwn) return look(code.top);
	const isElsewhere = around?.common !== code.common;
	return withObjectsOf(
		code,
		recorded.commit,
		async (folder) => {
			const modules = await submodulesOf(folder, recorded.commit);
			if (isElsewhere || modules.length > 0)
				return {
					reason: "it lies outside of the repository that you are in",
					parts: [],
				};
			await git(folder, ["read-tree", recorded.commit]);
			return look(folder);
		},
		code.top,
	);
}

/** Why the project is not as it was recorded; undefined where it is. */
async function differenceFrom(
	{ tree }: RecordedCode,
	project: string,
	{ directory, record }: StoredRun,
): Promise<string | undefined> {
	const cwd = resolve(project, record.cwd);
	const folders = record.data.map(({ path }) => resolve(cwd, path));
	const state = await codeState(cwd, [
		dirname(dirname(resolve(directory))),
		...folders,
		...folders.flatMap((folder) => Object.values(siblingPaths(folder))),
	]);
	if (!state) return "the project is no repository any more";
	let present = state.tree;
	if (isDirty(state)) {
		const snapshot = await snapshotCode(state);
		present = snapshot?.tree ?? state.tree;
	}
	if (present !== tree)
		return lostSecrets(record)
			? "the code changed since, or has the secrets that were taken out of the recorded one"
			: "the code changed since";
	const unplaced = await unplacedSubmodule(state, record);
	if (unplaced !== undefined)
		return `the submodule ${unplaced} is not checked out`;
	const packages = packageFolder(cwd, state.top);
	return packages && !packagesFit(packages)
		? "the installed packages are not those of the lock file"
		: undefined;
}

/** What git has of the recorded commit, beside what the record says of it. */
export async function codeParts(
	repository: string,
	{ commit, tree, parent }: Pick<RecordedCode, "commit" | "tree" | "parent">,
): Promise<ComparedPart[]> {
	const ask = (revision: string) =>
		gitLine(repository, ["rev-parse", "--verify", "--quiet", revision]).catch(
			() => "none",
		);
	return [
		...comparePart("code", tree, await ask(`${commit}^{tree}`)),
		// A snapshot follows the commit that its changes were made to.
		...(parent === undefined
			? []
			: comparePart("commit", parent, await ask(`${commit}^`))),
	];
}

const comparePart = (
	part: string,
	recorded: string | undefined,
	replayed: string,
): ComparedPart[] => [
	{
		part,
		verdict: recorded === replayed ? "identical" : "different",
		...(recorded === undefined ? {} : { recorded }),
		replayed,
	},
];
