import { isInside } from "../../base/files.ts";
import { existsSync } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { git, gitLine } from "./git-command.ts";
import { type GitPath, shownPath } from "./git-path.ts";

const isGitDirectory = (folder: string) =>
	existsSync(join(folder, "HEAD")) && existsSync(join(folder, "objects"));

/**
 * Runs git in a work tree, or in a git directory: that of a submodule names its
 * work tree, and git refuses to work where that is gone.
 */
export const gitAt: typeof git = (folder, args, { env, ...options } = {}) =>
	git(folder, args, {
		...options,
		env: {
			...(isGitDirectory(folder)
				? { GIT_DIR: folder, GIT_WORK_TREE: folder }
				: {}),
			...env,
		},
	});

export const gitLineAt = async (folder: string, args: readonly string[]) =>
	(await gitAt(folder, args)).toString().trim();

/** A submodule as a commit names it. */
export interface Submodule {
	/** Relative to the work tree that it is part of. */
	readonly path: string;
	/** What `.gitmodules` calls it: its repository lies under that name. */
	readonly name: string;
	readonly commit: string;
}

/**
 * The submodules that a commit names itself; theirs are not among them.
 * @param repository a folder in it
 */
export async function submodulesOf(
	repository: string,
	commit: string,
): Promise<Submodule[]> {
	const settings = await gitLineAt(repository, [
		"config",
		"-z",
		"--blob",
		`${commit}:.gitmodules`,
		"--get-regexp",
		"^submodule\\..*\\.path$",
	]).catch(() => "");
	// Most commits have none: then their files need not be listed.
	if (settings === "") return [];
	const names = new Map(
		settings.split("\0").flatMap((entry) => {
			const [key = "", path] = entry.split("\n");
			return path === undefined
				? []
				: [[path, key.slice("submodule.".length, -".path".length)] as const];
		}),
	);
	const listed = await gitAt(repository, ["ls-tree", "-r", "-z", commit]);
	return listed
		.toString("latin1")
		.split("\0")
		.flatMap((line): Submodule[] => {
			const [, object, raw] = /^160000 commit (\S+)\t(.*)$/s.exec(line) ?? [];
			if (object === undefined || raw === undefined) return [];
			const path = shownPath(raw satisfies GitPath);
			const name = names.get(path) ?? path;
			return isInside(path) ? [{ path, name, commit: object }] : [];
		});
}

/** Where the repositories of a work tree's submodules may lie: in it, and beside its own repository. */
export interface ModulePlaces {
	/** The work tree, where there is one. */
	readonly top: string | undefined;
	/** Git directories, each with a folder `modules`. */
	readonly gitDirectories: readonly string[];
}

/** The places around a folder of a repository that may be a work tree. */
export async function modulePlaces(folder: string): Promise<ModulePlaces> {
	const printed = await gitLineAt(folder, [
		"rev-parse",
		"--path-format=absolute",
		"--git-dir",
		"--git-common-dir",
	]);
	const top = isGitDirectory(folder)
		? undefined
		: await gitLine(folder, ["rev-parse", "--show-toplevel"]).catch(
				() => undefined,
			);
	return { top, gitDirectories: [...new Set(printed.split("\n"))] };
}

/** The git directory of a submodule, among those that are here and have this commit. Nothing is fetched. */
export async function repositoryOfSubmodule(
	{ top, gitDirectories }: ModulePlaces,
	{ path, name, commit }: Submodule,
): Promise<string | undefined> {
	const inTree = top === undefined ? undefined : join(top, path);
	const candidates = [
		// Checked out: its own `.git`, not that of the work tree around it.
		...(inTree !== undefined && existsSync(join(inTree, ".git"))
			? [inTree]
			: []),
		...(isInside(name)
			? gitDirectories.map((folder) => join(folder, "modules", name))
			: []),
	].filter((folder) => existsSync(folder));
	for (const folder of candidates)
		try {
			const directory = await gitLineAt(folder, [
				"rev-parse",
				"--absolute-git-dir",
			]);
			await gitAt(directory, ["cat-file", "-e", `${commit}^{tree}`]);
			return directory;
		} catch {
			// Not its repository, or one without that commit.
		}
	return undefined;
}
