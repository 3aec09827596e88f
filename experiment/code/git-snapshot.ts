import { isUtf8 } from "../../host/bytes.ts";
import {
	constants,
	copyFile,
	lstat,
	mkdtemp,
	readFile,
	rm,
	stat,
	utimes,
} from "../../host/files.ts";
import { devNull, tmpdir } from "../../host/machine.ts";
import { join } from "../../host/paths.ts";
import type { LeftOut } from "../record/record.ts";
import type { Redactor } from "../secrets/redact.ts";
import {
	declaresSecrets,
	learnFile,
	withoutSecrets,
} from "../secrets/secret-files.ts";
import { type GitOptions, git, gitLine } from "./git-command.ts";
import { fileOf, type GitPath, shownPath } from "./git-path.ts";
import { type CodeState, isDirty, unreadable } from "./git-state.ts";
import type { IndexEntry } from "./git-status.ts";
import { BINARY_SECRETS, HOLDS_SECRETS } from "./left-out.ts";

/** The commit that holds the work tree as it was. */
export interface CodeSnapshot {
	readonly commit: string;
	readonly tree: string;
	/** Paths of the submodules, at any depth, that have a snapshot of their own, which the outer one names. */
	readonly submodules: readonly string[];
	/** Files that are not as they were, since they have secrets. */
	readonly leftOut: readonly LeftOut[];
}

/** Neither hooks nor logs of the user's take notice, and commits are text as we write it. */
export const APART = [
	"-c",
	`core.hooksPath=${devNull}`,
	"-c",
	"core.logAllRefUpdates=false",
	"-c",
	"i18n.commitEncoding=UTF-8",
];

const IDENTITY = { NAME: "deepdiva", EMAIL: "deepdiva@localhost" };

/**
 * Commits the work tree as `state` found it; undefined where nothing differs
 * from the commit after all. Nothing but objects is written: no ref holds the
 * commit (`keepCode` makes one), and the user's index, work tree, branches and
 * hooks are not touched. No git identity is needed. The same files after the
 * same commit give the same snapshot, which then costs nothing.
 * @param redactor takes secrets out of what is kept: those that it knows, and those that code in the files declares
 * @throws UsageError when git cannot
 */
export async function snapshotCode(
	state: CodeState,
	redactor?: Redactor,
): Promise<CodeSnapshot | undefined> {
	if (!isDirty(state)) return undefined;
	const folder = await mkdtemp(join(tmpdir(), "deepdiva-git-"));
	try {
		return await commitWorkTree(state, join(folder, "index"), redactor);
	} catch (error) {
		throw unreadable(state.top, error);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function commitWorkTree(
	state: CodeState,
	copy: string,
	redactor: Redactor | undefined,
): Promise<CodeSnapshot | undefined> {
	const { top, commit } = state;
	await copyIndex(state.index, copy);
	const run = (args: readonly string[], options: GitOptions = {}) =>
		gitLine(top, [...APART, ...args], {
			...options,
			env: { GIT_INDEX_FILE: copy, ...options.env },
		});
	const [staged, submodules, time] = await Promise.all([
		stagedWhereExcluded(state),
		Promise.all(
			state.submodules.map((one) => snapshotSubmodule(one, redactor)),
		),
		timeOf(state),
	]);
	const links = submodules.flatMap(({ path, object }) =>
		object ? [{ path, mode: "160000", object }] : [],
	);
	const linked = new Set(links.map(({ path }) => path));
	const { take, cleaned, leftOut } = await separateSecrets(
		top,
		state.take.filter((path) => !linked.has(path)),
		redactor,
		run,
	);
	if (take.length > 0)
		await run(
			["update-index", "--add", "--remove", "--replace", "-z", "--stdin"],
			{ input: take.join("\0") },
		);
	const entries = [...state.keep, ...staged, ...links, ...cleaned];
	if (entries.length > 0)
		await run(["update-index", "-z", "--index-info"], {
			input: entries.map(indexInfo).join("\0"),
		});
	const tree = await run(["write-tree"]);
	if (tree === state.tree) return undefined;
	const snapshot = await run(
		["commit-tree", tree, ...(commit ? ["-p", commit] : [])],
		{ env: authorAt(time), input: "Work tree at the start of a run\n" },
	);
	return {
		commit: snapshot,
		tree,
		submodules: submodules.flatMap(({ nested }) => nested),
		leftOut: [...leftOut, ...submodules.flatMap((one) => one.leftOut)],
	};
}

/** What a submodule is in the snapshot around it, paths seen from there. */
async function snapshotSubmodule(
	{ path, state }: CodeState["submodules"][number],
	redactor: Redactor | undefined,
) {
	const taken = await snapshotCode(state, redactor);
	const within = (inner: string) => join(shownPath(path), inner);
	return {
		path,
		object: taken?.commit ?? state.commit,
		nested: taken ? ["", ...taken.submodules].map(within) : [],
		leftOut: (taken?.leftOut ?? []).map((one) => ({
			...one,
			path: within(one.path),
		})),
	};
}

/** The time of the commit that a snapshot follows, in seconds: so equal states are equal commits. */
async function timeOf({ top, commit }: CodeState): Promise<string> {
	if (!commit) return "0";
	const format = ["-s", "--no-show-signature", "--format=%ct"];
	return gitLine(top, ["show", ...format, commit]);
}

/** The same author for every snapshot. @param time in seconds since 1970 */
function authorAt(time: string): Record<string, string> {
	const env: Record<string, string> = {};
	for (const role of ["AUTHOR", "COMMITTER"]) {
		for (const [key, value] of Object.entries(IDENTITY))
			env[`GIT_${role}_${key}`] = value;
		env[`GIT_${role}_DATE`] = `@${time} +0000`;
	}
	return env;
}

/** Larger files are data, and are not searched for secrets. */
const LARGEST_SEARCHED = 16 << 20;

/** What is kept as it is, and of files that have secrets what is kept in their place. */
async function separateSecrets(
	top: string,
	paths: readonly GitPath[],
	redactor: Redactor | undefined,
	run: (args: readonly string[], options: GitOptions) => Promise<string>,
): Promise<{ take: GitPath[]; cleaned: IndexEntry[]; leftOut: LeftOut[] }> {
	const take: GitPath[] = [];
	const cleaned: IndexEntry[] = [];
	const leftOut: LeftOut[] = [];
	const known = redactor && (await learnFiles(top, paths, redactor));
	for (const path of paths) {
		const found = known && (await cleanFile(top, path, known));
		if (found === undefined) {
			take.push(path);
			continue;
		}
		const { text, mode } = found;
		leftOut.push({
			path: shownPath(path),
			why: text === undefined ? BINARY_SECRETS : HOLDS_SECRETS,
		});
		if (text !== undefined)
			cleaned.push({
				path,
				mode,
				object: await run(
					["hash-object", "-w", "--stdin", `--path=${shownPath(path)}`],
					{ input: Buffer.from(text).toString("latin1") },
				),
			});
	}
	return { take, cleaned, leftOut };
}

/** What is known for these files alone: a cell that was not run yet is no part of the session. */
async function learnFiles(
	top: string,
	paths: readonly GitPath[],
	redactor: Redactor,
): Promise<Redactor> {
	const known = redactor.copy();
	for (const path of paths) {
		if (!declaresSecrets(path)) continue;
		const found = await searchedFile(top, path);
		if (found) learnFile(path, found.bytes.toString(), known);
	}
	return known;
}

/** A file without its secrets; without a text where it is none, and undefined where it has no secrets. */
async function cleanFile(
	top: string,
	path: GitPath,
	redactor: Redactor,
): Promise<{ text: string | undefined; mode: string } | undefined> {
	const found = await searchedFile(top, path);
	if (!found) return undefined;
	const { bytes, mode } = found;
	const isText = isUtf8(bytes) && !bytes.includes(0);
	const text = bytes.toString(isText ? "utf8" : "latin1");
	const without = isText
		? withoutSecrets(path, text, redactor)
		: redactor.known(text);
	if (without === text) return undefined;
	return { text: isText ? without : undefined, mode };
}

async function searchedFile(
	top: string,
	path: GitPath,
): Promise<{ bytes: Buffer; mode: string } | undefined> {
	const file = fileOf(top, path);
	const found = await lstat(file).catch(() => undefined);
	if (!found?.isFile() || found.size > LARGEST_SEARCHED) return undefined;
	// What cannot be read is for git to refuse.
	const bytes = await readFile(file).catch(() => undefined);
	return bytes && { bytes, mode: found.mode & 0o111 ? "100755" : "100644" };
}

/**
 * A copied index keeps git's stat cache, so unchanged files are not read again.
 * It keeps the index's time as well, by which git knows what may have changed
 * unseen in the second of the last look: with a later one, a file of the same
 * size would pass as unchanged.
 * @see https://git-scm.com/docs/racy-git
 */
async function copyIndex(index: string, copy: string): Promise<void> {
	try {
		await copyFile(index, copy, constants.COPYFILE_FICLONE);
		const second = Math.floor((await stat(index)).mtimeMs / 1000);
		await utimes(copy, second, second);
	} catch (error) {
		// Where nothing was ever added there is none.
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
	}
}

/** What the user staged in folders that never count, as the commit has it. */
async function stagedWhereExcluded({
	top,
	commit,
	excluded,
}: CodeState): Promise<IndexEntry[]> {
	if (excluded.length === 0) return [];
	const since =
		commit ?? (await gitLine(top, ["hash-object", "-t", "tree", "--stdin"]));
	const listed = await git(top, [
		"diff-index",
		"--cached",
		"--raw",
		"--no-abbrev",
		"--no-renames",
		"--ignore-submodules=none",
		"-z",
		since,
		"--",
		...excluded.map((path) => `:(literal)${path}`),
	]);
	const fields = listed.toString("latin1").split("\0");
	const entries: IndexEntry[] = [];
	for (let i = 0; i + 1 < fields.length; i += 2) {
		const [mode = "", , object = ""] = (fields[i] as string)
			.slice(1)
			.split(" ");
		entries.push({ path: fields[i + 1] as string, mode, object });
	}
	return entries;
}

/** A line for `git update-index --index-info`; mode 000000 takes an entry out. */
const indexInfo = ({ mode, object, path }: IndexEntry) =>
	`${mode} ${object}\t${path}`;

/** Earlier versions kept the snapshot of each run under a ref of the run's own. */
const FORMER_REF = /^refs\/deepdiva\/[0-9a-f]{8}$/;

/** Lets go of a run's snapshot as earlier versions kept it, if it is there; git collects what nothing else holds. */
export async function dropFormerRef(top: string, ref: string): Promise<void> {
	// A record may be somebody else's: it names no branch of the user's.
	if (FORMER_REF.test(ref)) await git(top, [...APART, "update-ref", "-d", ref]);
}
