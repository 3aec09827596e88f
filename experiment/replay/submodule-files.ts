import { mkdirSync, mkdtempSync } from "../../host/files.ts";
import { devNull } from "../../host/machine.ts";
import { join } from "../../host/paths.ts";
import { git } from "../code/git-command.ts";
import {
	type ModulePlaces,
	modulePlaces,
	repositoryOfSubmodule,
	type Submodule,
	submodulesOf,
} from "../code/submodules.ts";

/** Hooks do not run, and the index is a file of its own. */
const APART = [
	"-c",
	`core.hooksPath=${devNull}`,
	"-c",
	"core.splitIndex=false",
	"-c",
	"core.fsmonitor=false",
	"-c",
	"submodule.recurse=false",
];

/**
 * Puts the files of a commit's submodules, and of theirs, into a work tree of
 * that commit, from the repositories that are here: nothing is fetched, and
 * nothing is written to them.
 * @param repository a folder of the repository that has the commit
 * @param scratch a folder for what is needed meanwhile
 * @returns the submodules whose commit is not here, by their paths in the tree
 */
export async function placeSubmodules(
	repository: string,
	commit: string,
	tree: string,
	scratch: string,
): Promise<Submodule[]> {
	return placeIn(await modulePlaces(repository), repository, commit, {
		tree,
		scratch,
	});
}

async function placeIn(
	places: ModulePlaces,
	repository: string,
	commit: string,
	{ tree, scratch }: { readonly tree: string; readonly scratch: string },
): Promise<Submodule[]> {
	const missing: Submodule[] = [];
	for (const one of await submodulesOf(repository, commit)) {
		const directory = await repositoryOfSubmodule(places, one);
		if (directory === undefined) {
			missing.push(one);
			continue;
		}
		const folder = join(tree, one.path);
		await checkOut(directory, one.commit, folder, scratch);
		const { gitDirectories } = await modulePlaces(directory);
		const inner = await placeIn(
			{
				top: places.top === undefined ? undefined : join(places.top, one.path),
				gitDirectories,
			},
			directory,
			one.commit,
			{ tree: folder, scratch },
		);
		missing.push(
			...inner.map((nested) => ({
				...nested,
				path: `${one.path}/${nested.path}`,
			})),
		);
	}
	return missing;
}

/** Writes the files of a commit to a folder, as a checkout does, and nothing else. */
async function checkOut(
	directory: string,
	commit: string,
	folder: string,
	scratch: string,
): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const env = {
		GIT_INDEX_FILE: join(mkdtempSync(join(scratch, "index-")), "index"),
	};
	const places = [`--git-dir=${directory}`, `--work-tree=${folder}`];
	await git(folder, [...places, ...APART, "read-tree", commit], { env });
	await git(folder, [...places, ...APART, "checkout-index", "--all"], { env });
}
