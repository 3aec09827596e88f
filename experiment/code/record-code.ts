import { UsageError } from "../../base/errors.ts";
import { isInside } from "../../base/files.ts";
import { existsSync, realpathSync } from "../../host/files.ts";
import { dirname, join, relative, resolve } from "../../host/paths.ts";
import { siblingPaths } from "../data/manifest.ts";
import type { LeftOut, RecordedData, RunRecord } from "../record/record.ts";
import type { Redactor } from "../secrets/redact.ts";
import { trackedSecretsWarning } from "../secrets/tracked-secrets.ts";
import { runsDirectory } from "../session.ts";
import { codeRef, type KeptFor, keepCode } from "./code-refs.ts";
import type { GitMode } from "./git-mode.ts";
import { shownPath } from "./git-path.ts";
import { type CodeSnapshot, snapshotCode } from "./git-snapshot.ts";
import {
	type CodeState,
	codeState,
	describeChanges,
	isDirty,
	unreadable,
} from "./git-state.ts";
import { foldLeftOut, markRead, NOT_CHECKED_OUT } from "./left-out.ts";
import { submodulesOf } from "./submodules.ts";

export interface CodeRecording {
	readonly mode: GitMode;
	readonly run: KeptFor;
	/** Verified by itself, so no part of the code. */
	readonly data: readonly RecordedData[];
	/** Takes secrets out of what is kept. */
	readonly redactor: Redactor;
	/** May the repository be told to keep the code? */
	readonly keep: boolean;
	/** Told of secret files that are kept all the same. */
	readonly onWarning?: (text: string) => void;
}

/** The top of the work tree that `projectIn` described. */
function topOf({ project, top }: { project?: string; top?: string }): string {
	const folder = realpathSync(dirname(runsDirectory()));
	if (top !== undefined) return resolve(folder, top);
	return resolve(
		folder,
		...(project ?? "").split("/").map((part) => part && ".."),
	);
}

/**
 * The code of a run, with what it lacks of what the run opened.
 * @param opened absolute paths
 */
export function withReads(
	git: RunRecord["git"],
	opened: ReadonlySet<string>,
): Pick<RunRecord, "git"> {
	if (!git || git.mode === "ignore" || !git.leftOut?.length) return {};
	return {
		git: { ...git, leftOut: markRead(git.leftOut, topOf(git), opened) },
	};
}

/** Where the folder that holds the runs lies in a work tree, or the tree's top seen from there. */
function projectIn(top: string): { project?: string; top?: string } {
	const folder = dirname(runsDirectory());
	if (!existsSync(folder)) return {};
	const between = (from: string, to: string) =>
		relative(realpathSync(from), realpathSync(to)).replaceAll("\\", "/");
	const project = between(top, folder);
	if (project === "") return {};
	return isInside(project) ? { project } : { top: between(folder, top) };
}

/**
 * Notes the state of the code around the working directory, and keeps it where it differs from the last commit.
 * @throws UsageError when "require" finds changes or no commit, and when git fails
 */
export async function recordCode({
	mode,
	run,
	data,
	redactor,
	keep,
	onWarning,
}: CodeRecording): Promise<Pick<RunRecord, "git">> {
	if (mode === "ignore") return { git: { mode } };
	const folders = data.map(({ path }) => resolve(path));
	const state = await codeState(process.cwd(), [
		runsDirectory(),
		...folders,
		...folders.flatMap((folder) => Object.values(siblingPaths(folder))),
	]);
	if (mode === "require") requireClean(state);
	if (!state) return {};
	if (keep && onWarning) {
		const warning = await trackedSecretsWarning(state);
		if (warning !== undefined) onWarning(warning);
	}
	const snapshot = keep ? await snapshotCode(state, redactor) : undefined;
	if (keep) await keepCodeOf(state, snapshot?.commit, run);
	const { commit, branch, remote, skipped } = state;
	// What differs in nothing that git keeps is not there.
	const dirty = keep
		? snapshot !== undefined || skipped.length > 0
		: isDirty(state);
	const tree = snapshot?.tree ?? (dirty && !keep ? undefined : state.tree);
	return {
		git: {
			mode,
			...(commit === undefined ? {} : { commit }),
			...(branch === undefined ? {} : { branch }),
			...(remote === undefined ? {} : { remote }),
			...projectIn(state.top),
			dirty,
			...(tree === undefined ? {} : { tree }),
			...(snapshot ? { snapshot: recordedSnapshot(snapshot) } : {}),
			skipped,
			leftOut: foldLeftOut([
				...state.leftOut,
				...(snapshot?.leftOut ?? []),
				...(await modulesLacking(state)),
			]),
		},
	};
}

/** @throws UsageError where the code is not as a commit has it */
function requireClean(state: CodeState | undefined): void {
	if (!state?.commit)
		throw new UsageError(
			`--git require: ${state ? `the repository ${state.top} has no commit` : `there is no git repository around ${process.cwd()}, or no git`}; commit the code, or choose --git snapshot`,
		);
	if (isDirty(state))
		throw new UsageError(
			`--git require: the code in ${state.top} is not as commit ${state.commit.slice(0, 12)} has it; commit it, or choose --git snapshot\n${describeChanges(state.changes)}`,
		);
}

const recordedSnapshot = ({ commit, submodules }: CodeSnapshot) => ({
	ref: codeRef(commit),
	commit,
	...(submodules.length > 0 ? { submodules } : {}),
});

/** @throws UsageError where a snapshot cannot be kept */
async function keepCodeOf(
	state: CodeState,
	snapshot: string | undefined,
	run: KeptFor,
): Promise<void> {
	const commit = snapshot ?? state.commit;
	if (commit === undefined) return;
	try {
		await keepCode(state.top, commit, run);
	} catch (error) {
		if (snapshot !== undefined) throw unreadable(state.top, error);
		// Whoever may only read a repository has its commits from somebody who keeps them.
	}
}

/** Submodules that are not checked out, at any depth, and what those with changes of their own leave out. */
async function modulesLacking({
	top,
	commit,
	submodules,
}: CodeState): Promise<LeftOut[]> {
	const nested = submodules.flatMap(({ path, state }) =>
		within(shownPath(path), leftOutWithin(state)),
	);
	return commit === undefined
		? nested
		: [...(await notCheckedOut(top, commit)), ...nested];
}

const within = (folder: string, all: readonly LeftOut[]): LeftOut[] =>
	all.map((one) => ({ ...one, path: `${folder}/${one.path}` }));

/** Of a changed submodule, and of those in it. */
const leftOutWithin = ({ leftOut, submodules }: CodeState): LeftOut[] => [
	...leftOut,
	...submodules.flatMap(({ path, state }) =>
		within(shownPath(path), leftOutWithin(state)),
	),
];

async function notCheckedOut(top: string, commit: string): Promise<LeftOut[]> {
	if (!existsSync(join(top, ".gitmodules"))) return [];
	const named = await submodulesOf(top, commit);
	const found = await Promise.all(
		named.map(async ({ path, commit: inner }) =>
			existsSync(join(top, path, ".git"))
				? within(path, await notCheckedOut(join(top, path), inner))
				: [{ path, why: NOT_CHECKED_OUT }],
		),
	);
	return found.flat();
}
