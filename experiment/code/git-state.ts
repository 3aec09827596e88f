import { UsageError } from "../../base/errors.ts";
import { existsSync, realpath, realpathSync } from "../../host/files.ts";
import { dirname, join, relative, resolve } from "../../host/paths.ts";
import type { LeftOut } from "../record/record.ts";
import { GitError, git } from "./git-command.ts";
import { type GitPath, shownPath } from "./git-path.ts";
import { type RemoteSettings, remoteOf, remotes } from "./git-remotes.ts";
import {
	type CodeChange,
	type IndexEntry,
	parseStatus,
	type StatusEntry,
	workTreeStatus,
} from "./git-status.ts";
import { foldLeftOut, IGNORED } from "./left-out.ts";
import { isOwnFile } from "./own-files.ts";
import { unchangedNotebooks } from "./unchanged-notebooks.ts";
import { sortUntracked, unfitFiles } from "./unfit-files.ts";

/** The state of the code in a work tree. */
export interface CodeState {
	/** Of the work tree, absolute. */
	readonly top: string;
	/** The index file, absolute; it may not exist yet. */
	readonly index: string;
	readonly commit: string | undefined;
	/** Of the commit. */
	readonly tree: string | undefined;
	readonly branch: string | undefined;
	/** Without a password. */
	readonly remote: string | undefined;
	/** What differs from the commit, untracked files included. */
	readonly changes: readonly CodeChange[];
	/** Changed files that no snapshot takes: large, many, secret, unreadable, or repositories themselves. */
	readonly skipped: readonly string[];
	/** These, and what git ignores, with the reason. */
	readonly leftOut: readonly LeftOut[];
	/** What to take from the work tree for a snapshot. */
	readonly take: readonly GitPath[];
	/** What stays as the commit has it, whatever the index says. */
	readonly keep: readonly IndexEntry[];
	/** Pathspecs of folders that never count, relative to `top`. */
	readonly excluded: readonly string[];
	/** Submodules with changes of their own. */
	readonly submodules: readonly {
		readonly path: GitPath;
		readonly state: CodeState;
	}[];
}

/**
 * The state of the repository around `cwd`, or undefined where there is none
 * (or no git). Nothing is written. Ignored files, `exclude` (absolute paths:
 * recorded runs, verified data) and what this package wrote elsewhere never
 * count, and a notebook of which only outputs changed is as it was.
 * @throws UsageError when there is a repository that git cannot read
 */
export async function codeState(
	cwd: string,
	exclude: readonly string[],
): Promise<CodeState | undefined> {
	const guess = repositoryAround(cwd);
	if (guess === undefined) return undefined;
	try {
		const excluded = await inside(guess, exclude);
		const [place, settings, status] = await Promise.all([
			locate(cwd),
			remotes(guess),
			// Read before it is known that git means this repository: it nearly always does.
			workTreeStatus(guess, excluded).catch((error: Error) => error),
		]);
		if (!place) return undefined;
		if (place.top === guess && status instanceof Error) throw status;
		const meant = place.top === guess;
		return await readState(
			place,
			settings,
			meant ? excluded : await inside(place.top, exclude),
			meant ? (status as Buffer) : undefined,
			exclude,
		);
	} catch (error) {
		if (error instanceof GitError && error.missing) return undefined;
		if (error instanceof UsageError) throw error;
		throw unreadable(guess, error);
	}
}

/** What to tell when git fails in a repository. */
export function unreadable(top: string, error: unknown): UsageError {
	return new UsageError(
		`the git repository ${top} cannot be recorded: ${(error as Error).message.trim()}; mend it, run outside of it, or record runs without it (--git ignore)`,
	);
}

/** The nearest enclosing folder with a `.git`, else what the environment names. */
function repositoryAround(cwd: string): string | undefined {
	if (process.env.GIT_DIR) return resolve(process.env.GIT_WORK_TREE ?? cwd);
	for (let folder = realpathSync(cwd); ; folder = dirname(folder)) {
		if (existsSync(join(folder, ".git"))) return folder;
		if (dirname(folder) === folder) return undefined;
	}
}

interface Place {
	readonly top: string;
	readonly index: string;
	readonly tree: string | undefined;
}

/** Undefined where there is no work tree. */
async function locate(cwd: string): Promise<Place | undefined> {
	const args = ["--show-toplevel", "--git-path", "index", "HEAD^{tree}"];
	const printed = await git(cwd, ["rev-parse", ...args])
		.then((bytes) => bytes.toString())
		.catch((error: GitError) => {
			// Without a commit the last of the three fails.
			if (error.stdout !== "") return error.stdout;
			if (
				/not a git repository|must be run in a work tree|cannot use bare repository/.test(
					error.message,
				)
			)
				return "";
			throw error;
		});
	const [top, index, tree = ""] = printed.split("\n");
	if (!top || !index) return undefined;
	return {
		top: resolve(top),
		index: resolve(cwd, index),
		tree: /^[0-9a-f]{40,}$/.test(tree) ? tree : undefined,
	};
}

/** These paths relative to `top`, also where a link leads to them, as far as they lie in it. */
async function inside(
	top: string,
	paths: readonly string[],
): Promise<string[]> {
	const real = await Promise.all(
		paths.map((path) => realpath(path).catch(() => path)),
	);
	return [...new Set([...paths, ...real])]
		.map((path) => relative(top, path).replaceAll("\\", "/"))
		.filter((path) => path !== "" && !/^\.\.(\/|$)|^\w:/.test(path));
}

/** What differs from the commit, looked at more closely than git does. */
interface LookedAt {
	/** Notebooks of which only outputs changed, and what this package wrote. */
	readonly same: ReadonlySet<StatusEntry>;
	/** What this package wrote. */
	readonly own: ReadonlySet<StatusEntry>;
	readonly changed: readonly StatusEntry[];
	readonly submodules: CodeState["submodules"];
	/** Untracked files that a snapshot takes. */
	readonly small: readonly GitPath[];
	/** Tracked files that no snapshot takes, with the reason. */
	readonly unfit: ReadonlyMap<StatusEntry, string>;
	/** All that no snapshot takes. */
	readonly missing: readonly LeftOut[];
}

async function readState(
	{ top, index, tree }: Place,
	settings: RemoteSettings,
	excluded: readonly string[],
	status: Buffer | undefined,
	exclude: readonly string[],
): Promise<CodeState> {
	const { headers, entries, ignored } = parseStatus(
		status ?? (await workTreeStatus(top, excluded)),
	);
	const header = (name: string, none: string) => {
		const value = headers.get(`branch.${name}`);
		return value === none ? undefined : value;
	};
	const branch = header("head", "(detached)");
	const [seen, missed] = await Promise.all([
		lookAtEntries(top, entries, exclude),
		missedOf(top, ignored.map(shownPath), excluded),
	]);
	const { changed, missing, unfit, own } = seen;
	return {
		top,
		index,
		commit: header("oid", "(initial)"),
		tree,
		branch,
		remote: remoteOf(settings, branch),
		changes: changed.map(({ path, kind }) => ({ path: shownPath(path), kind })),
		skipped: foldLeftOut(missing).map(({ path }) => path),
		leftOut: foldLeftOut([
			...missing,
			...missed.map((path) => ({ path, why: IGNORED })),
		]),
		take: [
			...changed.flatMap((entry) =>
				entry.kind === "untracked" || unfit.has(entry) ? [] : [entry.path],
			),
			...seen.small,
		],
		keep: [...seen.same, ...unfit.keys()].flatMap((entry) =>
			asCommitted(entry, own, tree),
		),
		excluded,
		submodules: seen.submodules,
	};
}

async function lookAtEntries(
	top: string,
	entries: readonly StatusEntry[],
	exclude: readonly string[],
): Promise<LookedAt> {
	const [notebooks, own, submodules] = await Promise.all([
		unchangedNotebooks(top, entries),
		ownFiles(top, entries),
		changedSubmodules(top, entries, exclude),
	]);
	const same = new Set([...notebooks, ...own]);
	const changed = entries.filter(
		(entry) =>
			!same.has(entry) &&
			(!entry.submodule ||
				entry.submodule.moved ||
				submodules.some(({ path }) => path === entry.path)),
	);
	const isUntracked = ({ kind }: StatusEntry) => kind === "untracked";
	const [{ small, skipped }, unfit] = await Promise.all([
		sortUntracked(
			top,
			changed.filter(isUntracked).map(({ path }) => path),
		),
		unfitFiles(
			top,
			changed.filter((entry) => !isUntracked(entry) && !entry.submodule),
		),
	]);
	const missing = [
		...skipped,
		...[...unfit].map(([{ path }, why]) => ({ path: shownPath(path), why })),
	];
	return { same, own, changed, submodules, small, unfit, missing };
}

/** Of ignored paths those that code may need: records, manifests and verified data are none, and packages follow from the lock file. */
async function missedOf(
	top: string,
	ignored: readonly string[],
	excluded: readonly string[],
): Promise<string[]> {
	const isExcluded = (path: string) =>
		excluded.some((one) => `${path}/`.startsWith(`${one.replace(/\/$/, "")}/`));
	const missed = await Promise.all(
		ignored.map(async (path) => {
			const isKnown =
				/(^|\/)node_modules\/$/.test(path) ||
				isExcluded(path) ||
				(await isOwnFile(top, path));
			return isKnown ? [] : [path];
		}),
	);
	return missed.flat();
}

/** Of these entries, the files that this package wrote. */
async function ownFiles(
	top: string,
	entries: readonly StatusEntry[],
): Promise<Set<StatusEntry>> {
	const own = await Promise.all(
		entries.map(
			async ({ path, kind, submodule }) =>
				kind !== "conflict" &&
				!submodule &&
				(await isOwnFile(top, shownPath(path))),
		),
	);
	return new Set(entries.filter((_, i) => own[i]));
}

/** A file as the commit has it; what is ours and not in it, even where the user staged it, as no file. */
function asCommitted(
	entry: StatusEntry,
	own: ReadonlySet<StatusEntry>,
	tree: string | undefined,
): IndexEntry[] {
	const { committed, kind, path } = entry;
	if (committed) return [committed];
	return own.has(entry) && kind !== "untracked"
		? [{ path, mode: "000000", object: "0".repeat(tree?.length ?? 40) }]
		: [];
}

async function changedSubmodules(
	top: string,
	entries: readonly StatusEntry[],
	exclude: readonly string[],
): Promise<{ path: GitPath; state: CodeState }[]> {
	const candidates = entries.filter(
		({ submodule }) => submodule?.changedWithin,
	);
	const states = await Promise.all(
		candidates.map(async ({ path }) => ({
			path,
			state: await codeState(join(top, shownPath(path)), exclude),
		})),
	);
	return states.flatMap(({ path, state }) =>
		state && isDirty(state) ? [{ path, state }] : [],
	);
}

export const isDirty = ({ changes }: CodeState) => changes.length > 0;

const MOST_LISTED = 20;

const MARKS: Readonly<Record<CodeChange["kind"], string>> = {
	modified: "M",
	added: "A",
	deleted: "D",
	conflict: "U",
	untracked: "?",
};

/** The changes as lines to read, at most twenty, then how many more. */
export function describeChanges(changes: readonly CodeChange[]): string {
	const lines = changes
		.slice(0, MOST_LISTED)
		.map(({ path, kind }) => `  ${MARKS[kind]} ${path}`);
	const more = changes.length - lines.length;
	return [...lines, ...(more > 0 ? [`  … and ${more} more`] : [])].join("\n");
}
