import { existsSync, rmSync, symlinkSync } from "../../host/files.ts";
import {
	basename,
	isAbsolute,
	join,
	relative,
	resolve,
} from "../../host/paths.ts";
import { git } from "../code/git-command.ts";
import type { RecordedCode } from "../code/recorded-code.ts";
import { submodulesOf } from "../code/submodules.ts";
import { siblingPaths } from "../data/manifest.ts";
import type { RunRecord } from "../record/record.ts";
import type { StoredRun } from "../record/store/store.ts";
import { codeParts } from "./as-recorded.ts";
import { lackingIn, missingSubmodules } from "./lacking.ts";
import { installPackages, packageFolder } from "./packages.ts";
import { placeSubmodules } from "./submodule-files.ts";
import {
	isThere,
	linkData,
	makeFolders,
	temporaryFolder,
} from "./temporary-tree.ts";
import type { DataPlaces, Workplace, WorkplaceOptions } from "./workplace.ts";

/** A recorded work tree that is to be made again. */
export interface Rebuilding extends RecordedCode {
	/** A folder of the repository that git works in. */
	readonly repository: string;
	/** The top of the work tree that is here: packages and data may lie in it. */
	readonly present: string;
	/** What is here of the project. */
	readonly project: string;
	/** Why it is made again, for people. */
	readonly reason: string;
	/** Set where the repository is one of ours: its code was sent with an export, or taken from a repository elsewhere. Submodules are not in it. */
	readonly apart?: "sent" | "elsewhere";
}

/**
 * Where in a temporary folder a work tree and the project must lie, so that paths
 * from one to the other are what they were. Runs may be recorded elsewhere: then
 * the two have only folders above them in common.
 */
function placesIn(
	base: string,
	{ present, inside, top }: Pick<Rebuilding, "present" | "inside" | "top">,
): { tree: string; place: string } {
	const parts = top?.split(/[\\/]/) ?? [];
	const below = parts.filter((part) => part !== "..");
	if (top === undefined || isAbsolute(top) || below.join("") === "") {
		const tree = join(base, basename(present));
		return { tree, place: resolve(tree, inside) };
	}
	const up = parts.length - below.length;
	return {
		tree: join(base, ...below),
		place: join(base, ...Array.from({ length: up }, () => "project")),
	};
}

/** Settings for a checkout. */
const QUIET = [
	"-c",
	"advice.detachedHead=false",
	// The files of submodules are put in afterwards, from what is here.
	"-c",
	"submodule.recurse=false",
];

/** A work tree that is being made. */
interface NewTree {
	readonly record: RunRecord;
	readonly rebuilding: Rebuilding;
	/** The temporary folder around it. */
	readonly base: string;
	/** The top of the work tree. */
	readonly tree: string;
	/** Stands for the folder that held the runs. */
	readonly place: string;
	readonly options: WorkplaceOptions;
}

/**
 * Makes a temporary work tree of the recorded commit, with submodules, packages
 * and data. On an error nothing of it stays.
 */
export async function rebuild(
	{ record }: StoredRun,
	rebuilding: Rebuilding,
	options: WorkplaceOptions,
): Promise<Workplace> {
	const base = temporaryFolder();
	const { tree, place } = placesIn(base, rebuilding);
	const made: NewTree = { record, rebuilding, base, tree, place, options };
	const close = () => removeTree(made);
	try {
		await checkOut(made);
		const missing = await withSubmodules(made);
		options.signal?.throwIfAborted();
		makeFolders(record, place, base);
		const packages = await withPackages(made);
		const data = withData(made);
		return {
			project: place,
			data: data.places,
			rebuilt: rebuilding.reason,
			lacks: [...lackingIn(record), ...missing],
			temporary: base,
			linked: [...packages.linked, ...data.linked],
			kept: [join(tree, ".git"), packages.folder],
			code: await codeParts(rebuilding.repository, rebuilding),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

async function checkOut({ rebuilding, tree, options }: NewTree): Promise<void> {
	const { commit, repository, reason, apart } = rebuilding;
	options.onProgress?.(`rebuilding commit ${commit.slice(0, 12)}: ${reason}`);
	await git(
		repository,
		[...QUIET, "worktree", "add", "--detach", "--force", tree, commit],
		// The reader's own may be a partial clone.
		{ mayFetch: apart === undefined },
	);
	options.signal?.throwIfAborted();
}

async function removeTree({ rebuilding, base, tree }: NewTree): Promise<void> {
	const { repository, apart } = rebuilding;
	// Git keeps a note of every work tree. Links in it are removed, not followed.
	if (apart === undefined)
		await git(repository, ["worktree", "remove", "--force", tree]).catch(
			() => undefined,
		);
	rmSync(base, { recursive: true, force: true });
}

/** Puts in the files of submodules; resolves to a line for each that is not here. */
async function withSubmodules({
	record,
	rebuilding: { repository, commit, apart, present },
	base,
	tree,
}: NewTree): Promise<readonly string[]> {
	const unplaced =
		apart === undefined
			? await placeSubmodules(repository, commit, tree, base)
			: await submodulesOf(repository, commit);
	return missingSubmodules(unplaced, record, { repository: present, apart });
}

/** Installs the packages of the lock file, or links those that are here. */
async function withPackages({
	record,
	rebuilding: { present },
	tree,
	place,
	options,
}: NewTree): Promise<{ folder: string; linked: readonly string[] }> {
	const packages = packageFolder(resolve(place, record.cwd), tree);
	const { data: _, ...rules } = options;
	const link = packages
		? await installPackages(
				packages,
				{ folder: resolve(present, relative(tree, packages.folder)) },
				rules,
			)
		: linkInstalled(present, tree);
	return {
		folder: join(packages?.folder ?? tree, "node_modules"),
		linked: link === undefined ? [] : [link],
	};
}

/** Links the data that are here to where the recorded code looks for them. */
function withData({
	record,
	rebuilding: { present, project },
	base,
	tree,
	place,
	options: { data = new Map() },
}: NewTree): { places: DataPlaces; linked: readonly string[] } {
	const cwd = resolve(place, record.cwd);
	const places = new Map<string, string>();
	const linked: string[] = [];
	for (const { path } of record.data) {
		const folder =
			data.get(path) ??
			(place.startsWith(tree)
				? resolve(project, record.cwd, path)
				: resolve(present, relative(tree, resolve(cwd, path))));
		if (data.has(path) || !existsSync(resolve(cwd, path)))
			places.set(path, folder);
		linkData(folder, resolve(cwd, path), base);
		linked.push(folder, ...Object.values(siblingPaths(folder)));
	}
	return { places, linked };
}

/** Without a lock file the packages are those that are installed here: links them. */
function linkInstalled(present: string, tree: string): string | undefined {
	const installed = join(present, "node_modules");
	const target = join(tree, "node_modules");
	if (!existsSync(installed) || isThere(target)) return undefined;
	symlinkSync(installed, target, "junction");
	return installed;
}
