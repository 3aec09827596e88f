import {
	existsSync,
	lstatSync,
	mkdtempSync,
	realpathSync,
	rmSync,
	symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import {
	basename,
	dirname,
	isAbsolute,
	join,
	normalize,
	relative,
	resolve,
} from "node:path";
import { UsageError } from "../../base/errors.ts";
import { isWithin, makeFolder } from "../../base/files.ts";
import { git, gitLine, inRepository } from "../code/git-command.ts";
import { snapshotCode } from "../code/git-snapshot.ts";
import { codeState, isDirty } from "../code/git-state.ts";
import {
	type CodeRepository,
	howToGet,
	type RecordedCode,
	recordedCode,
	repositoryWith,
} from "../code/recorded-code.ts";
import { repositoryAround, withObjectsOf } from "../code/repositories.ts";
import { submodulesOf } from "../code/submodules.ts";
import { siblingPaths } from "../data/manifest.ts";
import { adoptCommit, adoptRepository } from "../record/export/code.ts";
import type { CarriedCode } from "../record/export/layout.ts";
import type { RunRecord } from "../record/record.ts";
import { copyFileOf } from "../record/store/folder-files.ts";
import { projectAround, type StoredRun } from "../record/store/store.ts";
import { projectRoot } from "../session.ts";
import type { ComparedPart } from "./compare.ts";
import {
	lackingIn,
	lostSecrets,
	missingReads,
	missingSubmodules,
	unplacedSubmodule,
} from "./lacking.ts";
import {
	installPackages,
	type PackageFolder,
	packagesFit,
} from "./packages.ts";
import { placeSubmodules } from "./submodule-files.ts";

/** Recorded path of a data folder → where it lies here, absolute. */
export type DataPlaces = ReadonlyMap<string, string>;

/** Where a run is executed again. */
export interface Workplace {
	/** Stands for the folder that held `runs` when the run was recorded. */
	readonly project: string;
	readonly data: DataPlaces;
	/** Why it is not the project itself; undefined where it is. */
	readonly rebuilt: string | undefined;
	/** Is its code the recorded one? Nothing where that was not asked for; undefined where nobody looked. */
	readonly code?: readonly ComparedPart[];
	/** What of the recorded work tree is not there, as lines to read. */
	readonly lacks?: readonly string[];
	/** The folder that was made for it, with all that its code may change; absent where it is the project itself. */
	readonly temporary?: string;
	/** Folders elsewhere that links in it lead to: data and packages. */
	readonly linked?: readonly string[];
	/** In that folder, what its code must leave alone: git's note of the work tree, installed packages. */
	readonly kept?: readonly string[];
	/** Takes away what was made for the replay. */
	close(): Promise<void>;
}

export interface WorkplaceOptions {
	/** In the present work tree, whatever became of it. */
	readonly here?: boolean;
	/** Where data lie that are not where the record has them. */
	readonly data?: DataPlaces;
	/** What the export that the run lies in has for it. */
	readonly carried?: CarriedCode | undefined;
	/** Did the run come from somebody else? See `PackageRules`. */
	readonly foreign?: boolean;
	readonly installScripts?: boolean;
	/** Told what takes long. */
	readonly onProgress?: (text: string) => void;
	/** Aborted when the user interrupts. */
	readonly signal?: AbortSignal;
}

/** Is this folder where runs are recorded: `RUNS/<experiment>/<folder>`? */
function projectOf(stored: StoredRun): string | undefined {
	const { directory, record } = stored;
	const project = projectAround(stored);
	return basename(dirname(resolve(directory))) === record.experiment &&
		existsSync(resolve(project, record.cwd))
		? project
		: undefined;
}

/**
 * Finds or makes a work tree as the record has it. The project itself where
 * nothing differs from what was recorded, else a temporary work tree of the
 * recorded commit, with the packages of its lock file. The user's index, work
 * tree and branches are not touched.
 * @throws UsageError when the recorded code cannot be found
 */
export async function openWorkplace(
	stored: StoredRun,
	options: WorkplaceOptions = {},
): Promise<Workplace> {
	const { record } = stored;
	const { carried } = options;
	const project = carried ? undefined : projectOf(stored);
	const recorded = recordedCode(record.git);
	if (options.here)
		return { ...inPlace(project ?? refuseMissing(stored), options), code: [] };
	if (!recorded && project !== undefined) return inPlace(project, options);
	if (!recorded) return withoutRepository(stored, options);
	const code = await repositoryWith(
		recorded.commit,
		...(carried?.repository === undefined
			? [
					project ?? projectAround(stored),
					resolve(projectAround(stored), recorded.top ?? "."),
				]
			: []),
	);
	if (!code?.isOwn && carried?.repository !== undefined)
		return rebuildFromExport(stored, recorded, carried.repository, options);
	if (!code)
		throw new UsageError(
			`run ${record.id} was made with the code of commit ${recorded.commit.slice(0, 12)}, and no repository here has it; run this in a clone of ${recorded.remote ?? "its project"} that has it, or with --here in whatever code there is; ${howToGet(recorded)}`,
		);
	const { top } = code;
	const outside = {
		...recorded,
		present: top,
		project: resolve(top, recorded.inside),
		reason: "the run folder lies outside of its project",
	};
	const rebuildAs = (rebuilding: Omit<Rebuilding, "repository">) =>
		code.isOwn
			? rebuild(stored, { ...rebuilding, repository: top }, options)
			: rebuildFromElsewhere(stored, code, rebuilding, options);
	if (project === undefined) return rebuildAs(outside);
	const { reason, parts } = await asItIs(code, recorded, project, stored);
	return reason === undefined
		? {
				...inPlace(project, options),
				lacks: missingReads(record, top),
				code: parts,
			}
		: rebuildAs({
				...outside,
				project,
				inside: relative(realpathSync(top), realpathSync(project)),
				top: relative(realpathSync(project), realpathSync(top)),
				reason,
			});
}

/** Is the project as it was recorded? Git runs in the reader's own repository, and of any other with none of its settings. */
async function asItIs(
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

function refuseMissing({ directory, record }: StoredRun): never {
	throw new UsageError(
		`run ${record.id} was executed in the folder ${record.cwd} of its project, and there is none around ${directory}; put the run folder where it was, under RUNS/${record.experiment} of its project`,
	);
}

const inPlace = (project: string, { data }: WorkplaceOptions): Workplace => ({
	project,
	data: data ?? new Map(),
	rebuilt: undefined,
	close: async () => undefined,
});

/** A run that needs no repository, and whose project is not here: cells are in the record, packages with us or in its lock file. */
async function withoutRepository(
	{ record }: StoredRun,
	{ data, carried, ...rules }: WorkplaceOptions,
): Promise<Workplace> {
	const linked: string[] = [];
	const base = temporaryFolder();
	const close = async () => rmSync(base, { recursive: true, force: true });
	try {
		// Runs may have been recorded beside their project, or further away.
		const project = join(
			base,
			...Array.from({ length: stepsUp(record) + 1 }, () => "project"),
		);
		makeFolder(project);
		makeFolders(record, project, base);
		if (carried?.packages !== undefined) {
			const from = dirname(carried.packages);
			for (const name of ["package.json", "package-lock.json"])
				copyFileOf(
					from,
					`${basename(carried.packages)}/${name}`,
					join(project, name),
				);
			const link = await installPackages(
				{ folder: project },
				{ folder: projectRoot() },
				rules,
			);
			if (link !== undefined) linked.push(link);
		}
		return {
			project,
			data: data ?? new Map(),
			rebuilt: "its project is not here, and it has no repository",
			temporary: base,
			linked,
			kept: [join(project, "node_modules")],
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Where a run was executed, and its script lay, relative to the folder that held `runs`. */
const placesOf = ({ cwd, folder = cwd, source }: RunRecord): string[] => [
	cwd,
	folder,
	...(source.path === undefined ? [] : [dirname(source.path)]),
];

/** By how many folders they lie above that. */
const stepsUp = (record: RunRecord): number =>
	Math.max(
		...placesOf(record).map(
			(path) =>
				normalize(path)
					.split(/[\\/]/)
					.filter((part) => part === "..").length,
		),
	);

/** With the code that came along: no repository here has the commit. */
async function rebuildFromExport(
	stored: StoredRun,
	recorded: RecordedCode,
	sent: string,
	options: WorkplaceOptions,
): Promise<Workplace> {
	return rebuildFrom(
		(repository) => adoptRepository(sent, recorded.commit, repository),
		stored,
		(repository) => ({
			...recorded,
			repository,
			present: repository,
			project: resolve(repository, recorded.inside),
			reason: "no repository here has its commit, and the export does",
			apart: "sent",
		}),
		options,
	);
}

/** With the code of a repository that is not the reader's own, or is not known to be. */
const rebuildFromElsewhere = (
	stored: StoredRun,
	code: CodeRepository,
	rebuilding: Omit<Rebuilding, "repository">,
	options: WorkplaceOptions,
): Promise<Workplace> =>
	rebuildFrom(
		(repository) => adoptCommit(code, rebuilding, repository),
		stored,
		(repository) => ({ ...rebuilding, repository, apart: "elsewhere" }),
		options,
	);

/** With code that is taken over into a repository of ours for that. */
async function rebuildFrom(
	adopt: (repository: string) => Promise<unknown>,
	stored: StoredRun,
	rebuilding: (repository: string) => Rebuilding,
	options: WorkplaceOptions,
): Promise<Workplace> {
	const base = temporaryFolder();
	const repository = join(base, "code");
	const remove = () => rmSync(base, { recursive: true, force: true });
	try {
		await adopt(repository);
		const workplace = await inRepository(
			{ directory: join(repository, ".git") },
			() => rebuild(stored, rebuilding(repository), options),
		);
		return {
			...workplace,
			close: async () => {
				await workplace.close();
				remove();
			},
		};
	} catch (error) {
		remove();
		throw error;
	}
}

/**
 * The folders it was executed in, which may hold nothing that git keeps.
 * @throws UsageError where they, or where its script lay, are not in `base`: whoever made the record may be anybody
 */
function makeFolders(record: RunRecord, project: string, base: string): void {
	for (const path of placesOf(record)) {
		const folder = resolve(project, path);
		if (!isReallyWithin(base, folder))
			throw new UsageError(
				`run ${record.id} was executed in the folder ${JSON.stringify(path)} of its project, which leads out of the code that is here, so it is not executed; replay it in its own project`,
			);
		makeFolder(folder);
	}
}

/** Is this path in a folder, by its name and after all links? It need not be there. */
function isReallyWithin(folder: string, path: string): boolean {
	if (!isWithin(folder, path)) return false;
	// A link that leads nowhere is there, and what is below it is not.
	for (let up = path; ; up = dirname(up)) {
		if (!lstatSync(up, { throwIfNoEntry: false })) continue;
		try {
			return isWithin(folder, realpathSync(up));
		} catch {
			return false;
		}
	}
}

// Links on the way to it would make other paths of the same files.
const temporaryFolder = () =>
	mkdtempSync(join(realpathSync(tmpdir()), "deepdiva-tree-"));

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
async function codeParts(
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

/** The nearest folder with a lock file, from `cwd` up to `top`. */
function packageFolder(cwd: string, top: string): PackageFolder | undefined {
	for (let folder = realpathSync(cwd); ; folder = dirname(folder)) {
		if (existsSync(join(folder, "package-lock.json"))) return { folder };
		if (folder === realpathSync(top) || dirname(folder) === folder)
			return undefined;
	}
}

interface Rebuilding extends RecordedCode {
	/** A folder of the repository that git works in. */
	readonly repository: string;
	/** The top of the work tree that is here: packages and data may lie in it. */
	readonly present: string;
	/** What is here of the project. */
	readonly project: string;
	readonly reason: string;
	/** Is that one of ours, with code that an export carried, or that was taken from elsewhere? Submodules are not in it. */
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

/** Neither advice nor missing large files stop it. */
const QUIET = [
	"-c",
	"advice.detachedHead=false",
	// Their files are put in from what is here.
	"-c",
	"submodule.recurse=false",
];

async function rebuild(
	{ record }: StoredRun,
	rebuilding: Rebuilding,
	{ data = new Map(), ...rules }: WorkplaceOptions,
): Promise<Workplace> {
	const { onProgress, signal } = rules;
	const linked: string[] = [];
	const {
		commit,
		parent,
		tree: wanted,
		repository,
		present,
		project,
		inside,
		top,
		reason,
		apart,
	} = rebuilding;
	const base = temporaryFolder();
	const { tree, place } = placesIn(base, { present, inside, top });
	const close = async () => {
		// Git keeps a note of every work tree. Links in it are removed, not followed.
		if (apart === undefined)
			await git(repository, ["worktree", "remove", "--force", tree]).catch(
				() => undefined,
			);
		rmSync(base, { recursive: true, force: true });
	};
	try {
		onProgress?.(`rebuilding commit ${commit.slice(0, 12)}: ${reason}`);
		await git(
			repository,
			[...QUIET, "worktree", "add", "--detach", "--force", tree, commit],
			// The reader's own may be a partial clone.
			{ mayFetch: apart === undefined },
		);
		signal?.throwIfAborted();
		const missing = missingSubmodules(
			apart === undefined
				? await placeSubmodules(repository, commit, tree, base)
				: await submodulesOf(repository, commit),
			record,
			{ repository: present, apart },
		);
		signal?.throwIfAborted();
		const cwd = resolve(place, record.cwd);
		makeFolders(record, place, base);
		const packages = packageFolder(cwd, tree);
		const link = packages
			? await installPackages(
					packages,
					{ folder: resolve(present, relative(tree, packages.folder)) },
					rules,
				)
			: linkInstalled(present, tree);
		if (link !== undefined) linked.push(link);
		const places = new Map<string, string>();
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
		return {
			project: place,
			data: places,
			rebuilt: reason,
			lacks: [...lackingIn(record), ...missing],
			temporary: base,
			linked,
			kept: [
				join(tree, ".git"),
				join(packages?.folder ?? tree, "node_modules"),
			],
			code: await codeParts(repository, { commit, tree: wanted, parent }),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Packages that no lock file speaks of are those that are there. */
function linkInstalled(present: string, tree: string): string | undefined {
	const installed = join(present, "node_modules");
	const target = join(tree, "node_modules");
	if (!existsSync(installed) || isThere(target)) return undefined;
	symlinkSync(installed, target, "junction");
	return installed;
}

/** A link that leads nowhere is there, too. */
const isThere = (path: string) =>
	lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Lets code find data by the recorded path, as far as it lies in what was rebuilt. */
function linkData(folder: string, path: string, base: string): void {
	if (!isReallyWithin(base, path) || !existsSync(folder)) return;
	const present = siblingPaths(folder);
	const wanted = siblingPaths(path);
	makeFolder(dirname(path));
	for (const [from, to] of [
		[folder, path],
		[present.manifest, wanted.manifest],
		[present.statIndex, wanted.statIndex],
	] as const)
		if (existsSync(from) && !isThere(to)) symlinkSync(from, to, "junction");
}

/** @throws UsageError for a name that the run has no data of */
export function checkDataNames(places: DataPlaces, record: RunRecord): void {
	const known = record.data.map(({ path }) => path);
	for (const name of places.keys())
		if (!known.includes(name))
			throw new UsageError(
				`run ${record.id} has no data "${name}"; it has ${known.length > 0 ? known.join(", ") : "none"}`,
			);
}
