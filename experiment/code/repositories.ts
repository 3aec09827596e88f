import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	realpathSync,
	rmSync,
	statSync,
	writeFileSync,
} from "../../host/files.ts";
import { tmpdir } from "../../host/machine.ts";
import { dirname, join, resolve } from "../../host/paths.ts";
import { INDEX_FILE } from "../record/export/names.ts";
import { readFileOf } from "../record/store/folder-files.ts";
import { gitLine, inRepository } from "./git-command.ts";

/*
 * Settings of a repository name programs: filters, hooks, monitors, transports.
 * So git runs with them in one repository alone, the one that the reader stands
 * in. Of any other, which may be a stranger's, only the objects are looked at,
 * from a repository that we make and that has no settings but ours.
 */

/** A repository around a folder, as its files say: git was not asked. */
export interface FoundRepository {
	/** Of its work tree, absolute. */
	readonly top: string;
	/** The git directory that has its objects, absolute. */
	readonly common: string;
	/** Does the reader stand in it, so that git may run there with its settings? */
	readonly isOwn: boolean;
}

/** The nearest repository around a folder. */
export function repositoryAround(folder: string): FoundRepository | undefined {
	const here = realPath(process.cwd());
	// Who sets this means it for where they stand.
	const { GIT_DIR, GIT_WORK_TREE } = process.env;
	if (GIT_DIR && realPath(folder) === here)
		return {
			top: resolve(GIT_WORK_TREE ?? here),
			common: commonOf(resolve(GIT_DIR)),
			isOwn: true,
		};
	const top = foldersUp(realPath(folder)).find((one) =>
		existsSync(join(one, ".git")),
	);
	const directory = top === undefined ? undefined : gitDirectory(top);
	return top === undefined || directory === undefined
		? undefined
		: { top, common: commonOf(directory), isOwn: standsIn(here, top) };
}

/** A folder and those around it; of one that is not there, those that are. */
function foldersUp(folder: string): string[] {
	const above = dirname(folder);
	return above === folder ? [folder] : [folder, ...foldersUp(above)];
}

function realPath(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return resolve(path);
	}
}

/** Whoever stands in a run's folder, in a folder of runs or in an export stands in what somebody sent. */
const standsIn = (here: string, top: string): boolean => {
	const up = foldersUp(here);
	return up.includes(top) && !up.some(isSent) && !hasRuns(top, 2);
};

const isSent = (folder: string) =>
	["run.json", INDEX_FILE].some((name) => existsSync(join(folder, name)));

/** Do runs lie in a folder so far down, as in a folder of runs? In a project they lie deeper. */
function hasRuns(folder: string, depth: number): boolean {
	try {
		return readdirSync(folder, { withFileTypes: true }).some(
			(entry) =>
				entry.isDirectory() &&
				(existsSync(join(folder, entry.name, "run.json")) ||
					(depth > 1 && hasRuns(join(folder, entry.name), depth - 1))),
		);
	} catch {
		return false; // Nobody may look into it.
	}
}

/** A work tree may be linked to a repository elsewhere: then `.git` is a file. */
function gitDirectory(top: string): string | undefined {
	const place = join(top, ".git");
	if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) return place;
	const [, named] =
		/^gitdir: (.*)$/s.exec(textOf(top, ".git").replace(/(?<!\n)\n+$/, "")) ??
		[];
	return named === undefined ? undefined : resolve(top, named);
}

function commonOf(directory: string): string {
	const named = textOf(directory, "commondir").trim();
	return named === "" ? directory : resolve(directory, named);
}

const LONGEST_POINTER = 1 << 16;
const textOf = (folder: string, name: string) =>
	readFileOf(folder, name, LONGEST_POINTER)?.toString() ?? "";

/** Are these the name of a commit, and nothing that git would look up? */
export const isObjectName = (text: unknown): text is string =>
	typeof text === "string" && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/**
 * Makes a repository of ours: without hooks, with no settings but these, and
 * with no attribute by which git would start a filter or a driver.
 * @param directory made anew; the git directory itself
 * @param like a commit: its length tells how objects are named
 */
export function makeRepository(
	directory: string,
	like: string,
	{ isBare, objectsOf }: { isBare: boolean; objectsOf?: string },
): void {
	const isSha256 = like.length === 64;
	for (const folder of ["objects/pack", "objects/info", "refs", "info"])
		mkdirSync(join(directory, folder), { recursive: true });
	const write = (name: string, lines: readonly string[]) =>
		writeFileSync(
			join(directory, name),
			lines.map((line) => `${line}\n`).join(""),
		);
	write("config", [
		"[core]",
		`\trepositoryformatversion = ${isSha256 ? 1 : 0}`,
		`\tbare = ${isBare}`,
		...(isSha256 ? ["[extensions]", "\tobjectFormat = sha256"] : []),
	]);
	write("HEAD", [like]);
	// Before all that a commit's own .gitattributes say.
	write("info/attributes", ["* -filter -diff -merge"]);
	if (objectsOf !== undefined)
		write("objects/info/alternates", [quoted(join(objectsOf, "objects"))]);
}

/** A path as git reads it in a list of paths. */
const quoted = (path: string) =>
	`"${path.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;

/**
 * Does work in a repository of ours that has the objects of another one: every
 * call of `git` meanwhile is one there.
 * @param commit HEAD, and how objects are named
 * @param workTree whose files git is asked about, if any
 */
export async function withObjectsOf<T>(
	{ common }: Pick<FoundRepository, "common">,
	commit: string,
	work: (folder: string) => Promise<T>,
	workTree?: string,
): Promise<T> {
	const folder = mkdtempSync(join(realPath(tmpdir()), "deepdiva-objects-"));
	try {
		const directory = join(folder, "git");
		makeRepository(directory, commit, {
			isBare: workTree === undefined,
			objectsOf: common,
		});
		return await inRepository(
			{ directory, ...(workTree === undefined ? {} : { workTree }) },
			() => work(folder),
		);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The tree of a commit in a repository, undefined where that does not have both. Nothing is fetched. */
export async function treeIn(
	found: FoundRepository,
	commit: string,
): Promise<string | undefined> {
	const input = `${commit}^{tree}\n`;
	const answer = await withObjectsOf(found, commit, (folder) =>
		gitLine(folder, ["cat-file", "--batch-check"], { input }),
	).catch(() => "");
	const [tree, type] = answer.split(" ");
	return type === "tree" && isObjectName(tree) ? tree : undefined;
}
