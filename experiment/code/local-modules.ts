import { existsSync } from "../../host/files.ts";
import { isAbsolute, relative } from "../../host/paths.ts";
import { GitError, git } from "./git-command.ts";
import { isObjectName, repositoryAround } from "./repositories.ts";

/** Files of the user's code that this process has loaded as modules, absolute. */
const loaded = new Set<string>();

/** Takes note of a local module: the code of later runs depends on it. */
export const noteLocalModule = (path: string): void => void loaded.add(path);

/**
 * Of these commits, those in which a module that this process has loaded is not
 * as it is now. What a commit does not have, git ignores or keeps elsewhere: of that nothing is known.
 */
export async function commitsWithOtherModules(
	commits: Iterable<string>,
	modules: Iterable<string> = loaded,
): Promise<ReadonlySet<string>> {
	const others = new Set<string>();
	const own = repositoryAround(process.cwd());
	if (!own?.isOwn) return others;
	const paths = [...modules]
		.filter((path) => existsSync(path))
		.map((path) => relative(own.top, path).replaceAll("\\", "/"))
		.filter((path) => isWithin(path))
		.sort();
	if (paths.length === 0) return others;
	const present = await unlessRefused(presentBlobs(own.top, paths));
	for (const commit of new Set(commits)) {
		if (!isObjectName(commit)) continue;
		const recorded = await unlessRefused(blobsIn(own.top, commit, paths));
		const isOther = paths.some((path) => {
			const blob = recorded.get(path);
			const now = present.get(path);
			return blob !== undefined && now !== undefined && blob !== now;
		});
		if (isOther) others.add(commit);
	}
	return others;
}

/** Nothing where git is not there, or does not have what it is asked for. */
const unlessRefused = (
	blobs: Promise<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, string>> =>
	blobs.catch((error) => {
		if (error instanceof GitError) return new Map();
		throw error;
	});

/** A line break would end a path that git is told of. */
const isWithin = (path: string) =>
	!path.startsWith("..") && !isAbsolute(path) && !path.includes("\n");

/** What git would keep of files, by path. */
async function presentBlobs(
	top: string,
	paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const input = Buffer.from(`${paths.join("\n")}\n`).toString("latin1");
	const printed = await git(top, ["hash-object", "--stdin-paths"], { input });
	const blobs = printed.toString().trim().split("\n");
	return new Map(paths.map((path, i) => [path, blobs[i] ?? ""]));
}

/** What a commit has of files, by path. @throws GitError where it is gone */
async function blobsIn(
	top: string,
	commit: string,
	paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const listing = ["ls-tree", "-r", "-z", "--full-tree", commit, "--"];
	const printed = await git(top, [...listing, ...paths]);
	const entries = printed.toString().split("\0").slice(0, -1);
	// `100644 blob OBJECT<tab>PATH`
	return new Map(
		entries.map((entry) => {
			const tab = entry.indexOf("\t");
			return [entry.slice(tab + 1), entry.slice(0, tab).split(" ")[2] ?? ""];
		}),
	);
}
