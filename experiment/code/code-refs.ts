import { makeFolder } from "../../base/files.ts";
import {
	existsSync,
	readdir,
	readFile,
	rmdir,
	unlink,
	writeFile,
} from "../../host/files.ts";
import { dirname, join, relative, resolve } from "../../host/paths.ts";
import { APART } from "./git-snapshot.ts";
import {
	gitAt,
	gitLineAt,
	modulePlaces,
	repositoryOfSubmodule,
	submodulesOf,
} from "./submodules.ts";

/**
 * What keeps the code of recorded runs from git's garbage collection: one ref
 * for each commit or snapshot, shared by all runs of it, out of sight of branches.
 * Beside the refs a repository has a note of each run that needs one, a file
 * `deepdiva/code/COMMIT/RUN` that says where the run's folder is: runs may be
 * recorded in several folders, and by several processes at once.
 */
export const codeRef = (commit: string) => `refs/deepdiva/code/${commit}`;

/** The run for which code is kept. */
export interface KeptFor {
	readonly id: string;
	/** Its folder, absolute. */
	readonly directory: string;
}

const notesOf = (common: string) => join(common, "deepdiva", "code");

const commonDirectory = (folder: string) =>
	gitLineAt(folder, [
		"rev-parse",
		"--path-format=absolute",
		"--git-common-dir",
	]);

/** Keeps a commit with the submodules' commits that it names, as far as they are here. */
export async function keepCode(
	folder: string,
	commit: string,
	run: KeptFor,
): Promise<void> {
	const common = await commonDirectory(folder);
	const notes = join(notesOf(common), commit);
	// The note first: who lets go of the commit meanwhile looks for notes last.
	await writeNote(notes, run.id, relative(common, run.directory));
	await gitAt(folder, [...APART, "update-ref", codeRef(commit), commit]);
	for (const { directory, commit: inner } of await modulesHere(folder, commit))
		await keepCode(directory, inner, run);
}

async function writeNote(
	notes: string,
	id: string,
	text: string,
	attempts = 5,
): Promise<void> {
	try {
		makeFolder(notes);
		await writeFile(join(notes, id), text);
	} catch (error) {
		// Another process has just let go of the commit.
		if ((error as NodeJS.ErrnoException).code !== "ENOENT" || attempts === 0)
			throw error;
		await writeNote(notes, id, text, attempts - 1);
	}
}

/** The repositories of a commit's submodules, as far as they are here, each with its commit. */
async function modulesHere(
	folder: string,
	commit: string,
): Promise<{ directory: string; commit: string }[]> {
	const submodules = await submodulesOf(folder, commit);
	if (submodules.length === 0) return [];
	const places = await modulePlaces(folder);
	const found = await Promise.all(
		submodules.map(async (one) => {
			const directory = await repositoryOfSubmodule(places, one);
			return directory === undefined ? [] : [{ directory, commit: one.commit }];
		}),
	);
	return found.flat();
}

/**
 * Lets go of what is kept for a run in the repository around `folder`, and of
 * the commits that no run needs any more. A note of a run whose folder was
 * removed by hand counts no longer; one in a folder of runs that is not there
 * (moved, or on another disk) does.
 * @param isNeeded do runs that no note speaks of need a commit, e.g. copies from elsewhere?
 */
export async function letGoOfCode(
	folder: string,
	runId: string,
	isNeeded: (commit: string) => boolean,
): Promise<void> {
	const common = await commonDirectory(folder);
	const kept = await readdir(notesOf(common)).catch(() => []);
	for (const commit of kept) {
		const notes = join(notesOf(common), commit);
		const modules = existsSync(join(notes, runId))
			? await modulesHere(folder, commit).catch(() => [])
			: [];
		await unlink(join(notes, runId)).catch(() => undefined);
		await dropStaleNotes(common, notes);
		await dropUnneeded(folder, commit, notes, isNeeded);
		for (const { directory } of modules)
			await letGoOfCode(directory, runId, isNeeded);
	}
}

async function dropStaleNotes(common: string, notes: string): Promise<void> {
	for (const id of await readdir(notes).catch(() => [])) {
		const note = join(notes, id);
		const run = resolve(common, await readFile(note, "utf8").catch(() => "."));
		const runs = dirname(dirname(run));
		if (!existsSync(run) && existsSync(runs))
			await unlink(note).catch(() => undefined);
	}
}

async function dropUnneeded(
	folder: string,
	commit: string,
	notes: string,
	isNeeded: (commit: string) => boolean,
): Promise<void> {
	const others = await readdir(notes).catch(() => []);
	if (others.length > 0 || isNeeded(commit)) return;
	try {
		await rmdir(notes);
	} catch {
		return; // A run has just begun that needs it.
	}
	const ref = codeRef(commit);
	await gitAt(folder, [...APART, "update-ref", "-d", ref]);
	// A run that began between the two has left its note, and perhaps its ref was the one that went.
	if (existsSync(notes))
		await gitAt(folder, [...APART, "update-ref", ref, commit]);
}
