import { existsSync, lstatSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isWithin } from "../../base/files.ts";
import { siblingPaths } from "../../experiment/data/manifest.ts";
import type { RunRecord } from "../../experiment/record/record.ts";
import type { Workplace } from "../../experiment/replay/workplace.ts";
import { projectRoot } from "../../experiment/session.ts";
import { launchPlainly } from "../../kernel/protocol/launch.ts";
import { type ReplayLauncher, unlimited } from "../replay/execute-recipe.ts";
import { type Limits, Watch } from "./limits.ts";
import { holdsHome, type Places, requireBelowHome } from "./places.ts";
import type { Sandbox } from "./sandbox.ts";

/** How somebody else's code is confined. */
export interface Fence {
	/** Absent: no sandbox, all rights of the reader. */
	readonly sandbox?: Sandbox | undefined;
	/** Absent: no limits. */
	readonly limits?: Limits | undefined;
}

function launcher(
	{ sandbox, limits }: Fence,
	{ reads, writes, keeps }: Places,
): ReplayLauncher & { close(): void } {
	if (!limits) return { ...unlimited, close: () => undefined };
	const watch = new Watch(limits, sandbox !== undefined, (command, folders) =>
		sandbox
			? sandbox.prepare({ reads, writes: folders, keeps }, limits)(command)
			: launchPlainly.prepare(command),
	);
	watch.allow(writes);
	return watch;
}

/** For a run, where its code was found or rebuilt. The reader's own project is not written to. */
export function launcherIn(
	fence: Fence,
	workplace: Workplace,
	{
		cwd,
		data,
	}: Pick<RunRecord, "cwd"> & { readonly data: readonly { path: string }[] },
): ReplayLauncher & { close(): void } {
	const { project, temporary, linked = [], kept = [] } = workplace;
	const folders = data.map(
		({ path }) => workplace.data.get(path) ?? resolve(project, cwd, path),
	);
	// Files that the code brought along are mounted with its tree; links in it
	// that lead outside lead nowhere.
	const reads = [
		...linked,
		...folders.flatMap((folder) => [
			folder,
			...Object.values(siblingPaths(folder)).filter(isPlainFile),
		]),
	].filter(
		(path) => temporary === undefined || !isWithin(temporary, resolve(path)),
	);
	if (temporary !== undefined)
		return launcher(fence, {
			reads,
			writes: [temporary],
			keeps: kept.filter(isNoLink),
		});
	return launcher(fence, {
		reads: [...(fence.sandbox ? projectWithAll(project) : []), ...reads],
		writes: [],
		keeps: [],
	});
}

/** For an exported script, with the project that it lies in. */
export function launcherOf(
	fence: Fence,
	script: string,
): ReplayLauncher & { close(): void } {
	const project = projectRoot(dirname(resolve(script)));
	return launcher(fence, {
		reads: fence.sandbox ? projectWithAll(project) : [],
		writes: [],
		keeps: [],
	});
}

/**
 * A project, with the repository around it: its code may import files above.
 * Looks at the file system and not at what the record claims.
 * @throws UsageError where it holds the reader's home folder
 */
function projectWithAll(project: string): string[] {
	requireBelowHome(project);
	for (let folder = project; ; folder = dirname(folder)) {
		if (existsSync(join(folder, ".git")) && !holdsHome(folder))
			return [project, folder];
		if (dirname(folder) === folder) return [project];
	}
}

const isPlainFile = (path: string) =>
	lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;

const isNoLink = (path: string) =>
	lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false;
