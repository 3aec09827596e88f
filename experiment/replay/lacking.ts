import { UsageError } from "../../base/errors.ts";
import { existsSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { codeRef } from "../code/code-refs.ts";
import type { CodeState } from "../code/git-state.ts";
import {
	describeLeftOut,
	HOLDS_SECRETS,
	NOT_CHECKED_OUT,
} from "../code/left-out.ts";
import {
	modulePlaces,
	repositoryOfSubmodule,
	type Submodule,
	submodulesOf,
} from "../code/submodules.ts";
import type { LeftOut, RunRecord } from "../record/record.ts";

/** What the recorded code lacks; undefined of a run of an earlier version, which did not say all of it. */
function leftOutOf({ git }: RunRecord): readonly LeftOut[] | undefined {
	return git === undefined || git.mode === "ignore" ? undefined : git.leftOut;
}

const wasCheckedOut = (record: RunRecord, path: string) =>
	!leftOutOf(record)?.some(
		(one) => one.path === path && one.why === NOT_CHECKED_OUT,
	);

/** A submodule that the run had, that is here, and not where the code would find it. */
export async function unplacedSubmodule(
	{ top, commit }: CodeState,
	record: RunRecord,
): Promise<string | undefined> {
	if (commit === undefined || !existsSync(join(top, ".gitmodules")))
		return undefined;
	for (const one of await submodulesOf(top, commit)) {
		if (existsSync(join(top, one.path, ".git"))) continue;
		if (!wasCheckedOut(record, one.path)) continue;
		const isHere = await repositoryOfSubmodule(await modulePlaces(top), one);
		// Of a run of an earlier version nobody knows whether it needed it.
		if (isHere !== undefined || leftOutOf(record)) return one.path;
	}
	return undefined;
}

/**
 * What to tell where a rebuilt tree lacks submodules.
 * @throws UsageError where the run had them, and nothing can be expected of its code without
 */
export function missingSubmodules(
	missing: readonly Submodule[],
	record: RunRecord,
	{
		repository,
		apart,
	}: {
		readonly repository: string;
		/** Is the code one that an export carried, or that was taken from a repository elsewhere? Submodules are not in it. */
		readonly apart?: "sent" | "elsewhere" | undefined;
	},
): string[] {
	const had = missing.filter(({ path }) => wasCheckedOut(record, path));
	const [first] = had;
	if (first && leftOutOf(record) && apart === "elsewhere")
		throw new UsageError(
			`run ${record.id} had ${submodulesText(had)}, and they are taken from the repository alone that you are in; if ${repository} is yours, run this there, or replay it with --here`,
		);
	if (first && leftOutOf(record) && apart === undefined)
		throw new UsageError(
			`run ${record.id} had ${submodulesText(had)}, and neither ${join(repository, first.path)} nor the git directory has it; get it there (git submodule update --init --recursive), where nobody published that commit from whoever made the run (in ${first.path}: git push ORIGIN ${first.commit}:${codeRef(first.commit)}, then here git fetch ORIGIN ${codeRef(first.commit)}:${codeRef(first.commit)}); or replay it with --here`,
		);
	return had.length === 0 ? [] : [`${submodulesText(had)}: not here`];
}

const submodulesText = (all: readonly Submodule[]) =>
	`the ${all.length === 1 ? "submodule" : "submodules"} ${all
		.map(({ path, commit }) => `${path} (commit ${commit.slice(0, 12)})`)
		.join(", ")}`;

/** What no snapshot holds is in no rebuilt tree. */
export function lackingIn(record: RunRecord): string[] {
	const { git } = record;
	if (!git || git.mode === "ignore") return [];
	const { leftOut, skipped } = git;
	if (leftOut) return describeLeftOut(leftOut);
	return skipped.length > 0 ? [`${skipped.join(", ")}: not kept`] : [];
}

/** What the run read, no snapshot holds, and is not here any more: in the project itself nothing else is missing. */
export function missingReads(record: RunRecord, top: string): string[] {
	const read = leftOutOf(record)?.filter((one) => one.read) ?? [];
	return describeLeftOut(
		read.filter(({ path }) => !existsSync(join(top, path))),
	);
}

/** Were secrets taken out of the recorded code, so that a work tree with them is another one? */
export const lostSecrets = (record: RunRecord): boolean =>
	leftOutOf(record)?.some(({ why }) => why === HOLDS_SECRETS) ?? false;
