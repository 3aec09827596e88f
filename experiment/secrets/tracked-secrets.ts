import { firstOf } from "../../base/shown-text.ts";
import { stat } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { git } from "../code/git-command.ts";
import type { CodeState } from "../code/git-state.ts";
import { hasSecretName, isPerhapsPublic, isPublic } from "./secret-names.ts";

const named = (listed: Buffer) =>
	listed
		.toString()
		.split("\0")
		.filter((path) => path !== "" && hasSecretName(path));

/** Without those of which `read` shows that everybody may see them. */
async function withoutPublic(
	paths: readonly string[],
	read: (path: string) => Promise<Buffer>,
): Promise<string[]> {
	const secret = await Promise.all(
		paths.map(async (path) => {
			if (!isPerhapsPublic(path)) return true;
			const bytes = await read(path).catch(() => Buffer.alloc(0));
			return !isPublic(bytes.toString("latin1"));
		}),
	);
	return paths.filter((_, i) => secret[i]);
}

/** Files of a commit that are secret by their name. */
export async function secretFilesIn(
	repository: string,
	commit: string,
): Promise<string[]> {
	const listed = await git(repository, [
		"ls-tree",
		"-r",
		"-z",
		"--full-tree",
		"--name-only",
		commit,
	]);
	return withoutPublic(named(listed), (path) =>
		git(repository, ["cat-file", "blob", `${commit}:${path}`]),
	);
}

const known = new Map<string, { stamp: string; paths: readonly string[] }>();

/** Files that git tracks and that are secret by their name, of submodules too; asked anew when the index was written since. */
export async function trackedSecrets({
	top,
	index,
}: Pick<CodeState, "top" | "index">): Promise<readonly string[]> {
	const file = await stat(index).catch(() => undefined);
	const stamp = `${file?.mtimeMs} ${file?.size} ${file?.ino}`;
	let found = known.get(top);
	if (found?.stamp !== stamp) {
		const listed = await git(top, ["ls-files", "-z", "--recurse-submodules"])
			// A submodule that git cannot read is told elsewhere.
			.catch(() => git(top, ["ls-files", "-z"]));
		const paths = await withoutPublic(named(listed), (path) =>
			git(top, ["cat-file", "blob", `:${path}`]),
		);
		found = { stamp, paths };
		known.set(top, found);
	}
	return found.paths;
}

const told = new Set<string>();

/** What to warn of before tracked secrets are kept with the code of a run; each file once in a process. */
export async function trackedSecretsWarning(
	state: CodeState,
): Promise<string | undefined> {
	const fresh = (await trackedSecrets(state)).filter(
		(path) => !told.has(join(state.top, path)),
	);
	if (fresh.length === 0) return undefined;
	for (const path of fresh) told.add(join(state.top, path));
	return `git tracks ${listOf(fresh)}, secret by name: whoever gets the code gets ${fresh.length === 1 ? "it" : "them"}; take ${fresh.length === 1 ? "it" : "them"} out (git rm --cached FILE), and change what it gives access to`;
}

const MOST_LISTED = 10;

/** The first few, and how many more. */
export const listOf = (paths: readonly string[]): string =>
	firstOf(paths, MOST_LISTED, String, (count) => `and ${count} more`).join(
		", ",
	);
