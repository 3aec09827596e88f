import { existsSync, realpathSync } from "node:fs";
import {
	access,
	constants,
	lstat,
	readFile,
	realpath,
	stat,
} from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { LeftOut } from "../record/record.ts";
import { notebookSources } from "../record/surroundings/notebook-sources.ts";
import { withoutCredentials } from "../secrets/redact.ts";
import {
	hasSecretName,
	isPerhapsPublic,
	isPublic,
} from "../secrets/secret-names.ts";
import { GitError, git } from "./git-command.ts";
import {
	foldLeftOut,
	IGNORED,
	NESTED,
	NO_FILE,
	SECRET_NAME,
	TOO_LARGE,
	TOO_MANY,
	UNREADABLE,
} from "./left-out.ts";
import { isOwnFile } from "./own-files.ts";

/** A file that is not as the commit has it. */
export interface CodeChange {
	/** Relative to the repository's top. */
	readonly path: string;
	readonly kind: "modified" | "added" | "deleted" | "untracked" | "conflict";
}

/** A path as the bytes that git knows, one per character. */
export type GitPath = string;

/** A file as the index or a commit holds it. */
export interface IndexEntry {
	readonly path: GitPath;
	readonly mode: string;
	readonly object: string;
}

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

const LARGEST_UNTRACKED_FILE = 16 << 20;
const LARGEST_UNTRACKED_TOTAL = 64 << 20;
const MOST_UNTRACKED_FILES = 2000;

/** Copies that Jupyter makes beside a notebook whenever it saves. */
const CHECKPOINTS = ":(exclude,glob)**/.ipynb_checkpoints/**";

export const shownPath = (path: GitPath) =>
	Buffer.from(path, "latin1").toString();

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

type Settings = ReadonlyMap<string, string>;
const known = new Map<string, { stamp: string; settings: Settings }>();

/** The remotes of a repository: asked again only when its settings were written since. */
async function remotes(top: string): Promise<Settings> {
	// Elsewhere (a linked work tree, a submodule) `.git` is a file.
	const file = await stat(join(top, ".git", "config")).catch(() => undefined);
	if (!file) return readRemotes(top);
	const stamp = `${file.mtimeMs} ${file.size} ${file.ino}`;
	let found = known.get(top);
	if (found?.stamp !== stamp) {
		found = { stamp, settings: await readRemotes(top) };
		known.set(top, found);
	}
	return found.settings;
}

/** `remote.NAME.url` and `branch.NAME.remote`. */
async function readRemotes(cwd: string): Promise<Settings> {
	const pattern = "^(remote\\..*\\.url|branch\\..*\\.remote)$";
	const listed = await git(cwd, ["config", "-z", "--get-regexp", pattern])
		.then((bytes) => bytes.toString())
		.catch(() => "");
	return new Map(
		listed
			.split("\0")
			.filter((entry) => entry !== "")
			.map((entry) => {
				const at = entry.indexOf("\n");
				return [entry.slice(0, at), entry.slice(at + 1)] as const;
			}),
	);
}

/** The remote that the branch follows, else `origin`, else the first. */
function remoteOf(
	settings: Settings,
	branch: string | undefined,
): string | undefined {
	const followed = settings.get(`branch.${branch}.remote`);
	const url =
		settings.get(`remote.${followed}.url`) ??
		settings.get("remote.origin.url") ??
		[...settings].find(([key]) => key.startsWith("remote."))?.[1];
	return url && withoutCredentials(url);
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

function workTreeStatus(
	top: string,
	excluded: readonly string[],
): Promise<Buffer> {
	return git(top, [
		"status",
		"--porcelain=v2",
		"--branch",
		"-z",
		"--untracked-files=all",
		"--ignored=matching",
		"--ignore-submodules=none",
		"--no-renames",
		"--no-ahead-behind",
		"--",
		".",
		CHECKPOINTS,
		...excluded.map((path) => `:(exclude,literal)${path}`),
	]);
}

/** @see https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
interface StatusEntry {
	readonly path: GitPath;
	readonly kind: CodeChange["kind"];
	readonly submodule?: {
		/** Is it at another commit? */
		readonly moved: boolean;
		/** Are there changes in its own work tree? */
		readonly changedWithin: boolean;
	};
	/** As the commit has it. */
	readonly committed?: IndexEntry;
}

function parseStatus(output: Buffer): {
	headers: Map<string, string>;
	entries: StatusEntry[];
	ignored: GitPath[];
} {
	const headers = new Map<string, string>();
	const entries: StatusEntry[] = [];
	const ignored: GitPath[] = [];
	for (const line of output.toString("latin1").split("\0")) {
		const fields = line.split(" ");
		const rest = (count: number) => fields.slice(count).join(" ");
		switch (fields[0]) {
			case "#":
				headers.set(fields[1] as string, shownPath(rest(2)));
				break;
			case "?":
				entries.push({ path: rest(1), kind: "untracked" });
				break;
			case "!":
				ignored.push(rest(1));
				break;
			case "u":
				entries.push({ path: rest(10), kind: "conflict" });
				break;
			case "1": {
				const [, xy = "", sub = "", mode = "", , , object = ""] = fields;
				const path = rest(8);
				entries.push({
					path,
					kind: kindOf(xy),
					...(sub.startsWith("S")
						? {
								submodule: {
									moved: xy !== ".M" || sub[1] === "C",
									changedWithin: /[MU]/.test(sub.slice(2)),
								},
							}
						: {}),
					...(xy.startsWith("A") ? {} : { committed: { path, mode, object } }),
				});
			}
		}
	}
	return { headers, entries, ignored };
}

function kindOf(xy: string): CodeChange["kind"] {
	if (xy.includes("D")) return "deleted";
	return xy.includes("A") ? "added" : "modified";
}

async function readState(
	{ top, index, tree }: Place,
	settings: Settings,
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
	const [notebooks, own, submodules, missed] = await Promise.all([
		unchangedNotebooks(top, entries),
		ownFiles(top, entries),
		changedSubmodules(top, entries, exclude),
		missedOf(top, ignored.map(shownPath), excluded),
	]);
	const same = new Set([...notebooks, ...own]);
	const changed = entries.filter(
		(entry) =>
			!same.has(entry) &&
			(!entry.submodule ||
				entry.submodule.moved ||
				submodules.some(({ path }) => path === entry.path)),
	);
	const [{ small, skipped }, unfit] = await Promise.all([
		sortUntracked(
			top,
			changed.flatMap(({ kind, path }) => (kind === "untracked" ? [path] : [])),
		),
		unfitFiles(
			top,
			changed.filter(
				({ kind, submodule }) => kind !== "untracked" && !submodule,
			),
		),
	]);
	const missing = [
		...skipped,
		...[...unfit].map(([{ path }, why]) => ({ path: shownPath(path), why })),
	];
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
			...small,
		],
		keep: [...same, ...unfit.keys()].flatMap((entry) =>
			asCommitted(entry, own, tree),
		),
		excluded,
		submodules,
	};
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

/** Tracked files that are no files any more, or cannot be read, with the reason. */
async function unfitFiles(
	top: string,
	entries: readonly StatusEntry[],
): Promise<Map<StatusEntry, string>> {
	const reasons = await Promise.all(
		entries.map(async ({ path }) => {
			const found = await lookAt(top, path);
			// What is deleted, or became a folder, is a change as any other.
			return found.why === NESTED ? undefined : found.why;
		}),
	);
	return new Map(
		entries.flatMap((entry, i) => {
			const why = reasons[i];
			return why === undefined ? [] : [[entry, why] as const];
		}),
	);
}

/** The size of a file, and why it cannot be kept. */
async function lookAt(
	top: string,
	path: GitPath,
): Promise<{ size: number; why?: string }> {
	// A repository inside of this one is listed as a folder.
	if (path.endsWith("/")) return { size: 0, why: NESTED };
	const file = fileOf(top, path);
	try {
		const found = await lstat(file);
		if (found.isSymbolicLink() || found.isDirectory()) return { size: 0 };
		if (!found.isFile()) return { size: 0, why: NO_FILE };
		await access(file, constants.R_OK);
		return { size: found.size };
	} catch (error) {
		const { code = "" } = error as NodeJS.ErrnoException;
		return ["ENOENT", "ENOTDIR"].includes(code)
			? { size: 0 }
			: { size: 0, why: UNREADABLE };
	}
}

/** Notebooks whose cells are as the commit has them. */
async function unchangedNotebooks(
	top: string,
	entries: readonly StatusEntry[],
): Promise<Set<StatusEntry>> {
	const notebooks = entries.filter(
		({ path, committed }) => committed && /\.ipynb$/i.test(path),
	);
	if (notebooks.length === 0) return new Set();
	const committed = await blobs(
		top,
		notebooks.map((entry) => (entry.committed as IndexEntry).object),
	);
	const same = await Promise.all(
		notebooks.map(async ({ path }, i) => {
			const text = await readFile(fileOf(top, path), "utf8").catch(() => "");
			const sources = notebookSources(text);
			return (
				sources !== undefined &&
				sources === notebookSources(committed[i] as string)
			);
		}),
	);
	return new Set(notebooks.filter((_, i) => same[i]));
}

/** The texts of these objects, in one call. */
async function blobs(
	top: string,
	objects: readonly string[],
): Promise<string[]> {
	const input = `${objects.join("\n")}\n`;
	const output = await git(top, ["cat-file", "--batch"], { input });
	const texts: string[] = [];
	let at = 0;
	for (const _ of objects) {
		const line = output.indexOf("\n", at);
		const size = Number(output.toString("latin1", at, line).split(" ")[2]);
		texts.push(output.toString("utf8", line + 1, line + 1 + size));
		at = line + 1 + size + 1;
	}
	return texts;
}

/** A file by its name's bytes, which may be no text. */
export const fileOf = (top: string, path: GitPath) =>
	Buffer.concat([Buffer.from(`${top}/`), Buffer.from(path, "latin1")]);

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

/** Which untracked files a snapshot takes: small and few enough, one by one and together, and no secrets. */
async function sortUntracked(
	top: string,
	untracked: readonly GitPath[],
): Promise<{ small: GitPath[]; skipped: LeftOut[] }> {
	const found = await Promise.all(untracked.map((path) => lookAt(top, path)));
	const secret = await secretAmong(top, untracked);
	let total = 0;
	const small: GitPath[] = [];
	const skipped: LeftOut[] = [];
	untracked.forEach((path, i) => {
		const { size, why } = found[i] as { size: number; why?: string };
		const reason =
			why ??
			(secret.has(path)
				? SECRET_NAME
				: size > LARGEST_UNTRACKED_FILE
					? TOO_LARGE
					: total + size > LARGEST_UNTRACKED_TOTAL ||
							small.length >= MOST_UNTRACKED_FILES
						? TOO_MANY
						: undefined);
		if (reason === undefined) {
			total += size;
			small.push(path);
		} else skipped.push({ path: shownPath(path), why: reason });
	});
	return { small, skipped };
}

/** Those that are secret by name, and other names of the same files. */
async function secretAmong(
	top: string,
	paths: readonly GitPath[],
): Promise<ReadonlySet<GitPath>> {
	const secret = new Set<GitPath>();
	for (const path of paths)
		if (hasSecretName(shownPath(path)) && !(await isPublicFile(top, path)))
			secret.add(path);
	if (secret.size === 0) return secret;
	const files = await Promise.all(
		paths.map((path) => stat(fileOf(top, path)).catch(() => undefined)),
	);
	const idOf = (i: number) => {
		const file = files[i];
		return file?.isFile() ? `${file.dev} ${file.ino}` : undefined;
	};
	const ids = new Set(
		paths.flatMap((path, i) => (secret.has(path) ? [idOf(i)] : [])),
	);
	paths.forEach((path, i) => {
		const id = idOf(i);
		if (id !== undefined && ids.has(id)) secret.add(path);
	});
	return secret;
}

/** No key or certificate is larger. */
const LARGEST_KEY = 4 << 20;

/** Is it a key or certificate that everybody may see? */
async function isPublicFile(top: string, path: GitPath): Promise<boolean> {
	if (!isPerhapsPublic(path)) return false;
	const file = await lstat(fileOf(top, path)).catch(() => undefined);
	if (!file?.isFile() || file.size > LARGEST_KEY) return false;
	const bytes = await readFile(fileOf(top, path)).catch(() => undefined);
	return bytes !== undefined && isPublic(bytes.toString("latin1"));
}

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
