import { UsageError } from "../../../base/errors.ts";
import { makeFolder } from "../../../base/files.ts";
import {
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from "../../../host/files.ts";
import { dirname, join } from "../../../host/paths.ts";
import { codeRef } from "../../code/code-refs.ts";
import {
	type GitError,
	git,
	gitLine,
	inRepository,
} from "../../code/git-command.ts";
import type { CodeRepository, RecordedCode } from "../../code/recorded-code.ts";
import {
	type FoundRepository,
	isObjectName,
	makeRepository,
	withObjectsOf,
} from "../../code/repositories.ts";
import { copyFileOf, readFileOf } from "../store/folder-files.ts";

/** The commit of a run, and the repository that has it. */
export interface RunCode extends RecordedCode {
	readonly runId: string;
	readonly repository: CodeRepository;
}

const PACKS = "objects/pack";

/** What the user's git is set to must not show in the bytes. */
const PLAIN = [
	"-c",
	"pack.packSizeLimit=0",
	"-c",
	"pack.windowMemory=0",
	"-c",
	"core.bigFileThreshold=512m",
];

/**
 * A bare repository that has the code of runs and nothing of their history:
 * each commit with its files, and of a snapshot the commit that it followed.
 * `git clone` takes it, as any clone with `--depth 1`. The same commits give
 * the same bytes under the same git.
 * @param scratch an empty folder that holds its large files until they are copied
 * @returns path in the repository → content, or the file that has it
 */
export async function repositoryOf(
	runs: readonly RunCode[],
	scratch: string,
): Promise<Map<string, Uint8Array | string>> {
	const files = new Map<string, Uint8Array | string>();
	const text = (path: string, lines: readonly string[]) =>
		files.set(path, Buffer.from(lines.map((line) => `${line}\n`).join("")));
	const last = runs.at(-1) as RunCode;
	const isSha256 = last.commit.length === 64;
	text("config", [
		"[core]",
		`\trepositoryformatversion = ${isSha256 ? 1 : 0}`,
		"\tbare = true",
		...(isSha256 ? ["[extensions]", "\tobjectFormat = sha256"] : []),
	]);
	text("HEAD", [last.commit]);
	text(
		"shallow",
		[...new Set(runs.map(({ commit, parent }) => parent ?? commit))].sort(),
	);
	for (const { commit } of runs) text(codeRef(commit), [commit]);
	const byRepository = Map.groupBy(runs, ({ repository }) => repository.common);
	for (const theirs of byRepository.values()) {
		const commits = [
			...new Set(
				theirs.flatMap(({ commit, parent }) =>
					parent ? [commit, parent] : [commit],
				),
			),
		].sort();
		const base = join(mkdtempSync(join(scratch, "pack-")), "pack");
		const [{ repository }] = theirs as [RunCode];
		const name = await packed(repository, commits, base);
		for (const kind of ["pack", "idx"])
			files.set(`${PACKS}/pack-${name}.${kind}`, `${base}-${name}.${kind}`);
	}
	return files;
}

/** Writes commits, each whole and without its history, as a pack; resolves to its name. */
async function packed(
	repository: FoundRepository,
	commits: readonly string[],
	base: string,
): Promise<string> {
	const [like = ""] = commits;
	return withObjectsOf(repository, like, async (folder) => {
		const objects = await git(folder, [
			"rev-list",
			"--objects",
			"--no-walk=unsorted",
			...commits,
		]);
		return gitLine(
			folder,
			[
				...PLAIN,
				"pack-objects",
				"-q",
				"--no-reuse-delta",
				"--no-reuse-object",
				"--delta-base-offset",
				"--threads=1",
				"--window=10",
				"--depth=50",
				"--compression=9",
				"--index-version=2",
				base,
			],
			{ input: objects.toString("latin1") },
		);
	});
}

/** What older programs wrote into commits, and does no harm. */
const OLD_HABITS = [
	"badEmail",
	"badTimezone",
	"missingEmail",
	"missingNameBeforeEmail",
	"missingSpaceBeforeDate",
	"missingSpaceBeforeEmail",
	"zeroPaddedDate",
	"zeroPaddedFilemode",
]
	.map((name) => `${name}=ignore`)
	.join(",");

/** Of what somebody sent; what we export is smaller. */
const MOST_PACKED = 2 ** 31;
const MOST_UNPACKED = 2 ** 32;
/** Of the list of a commit's files: some million of them. */
const MOST_LISTED = 2 ** 28;

/**
 * Makes a repository of one that somebody else sent: its objects alone, each
 * of them hashed again and looked at, in a repository of ours. Its settings and
 * hooks could be anybody's programs.
 * @param folder where to; made anew, the git directory is `.git` in it
 * @returns the tree of the commit
 * @throws UsageError when it does not have the commit whole
 */
export function adoptRepository(
	sent: string,
	commit: string,
	folder: string,
): Promise<string> {
	return adopted("in the export", commit, folder, async () => ({
		from: sent,
		packs: readdirSync(join(sent, PACKS))
			.filter((name) => /^pack-[0-9a-f]+\.pack$/.test(name))
			.map((name) => `${PACKS}/${name}`),
		ends: readFileOf(sent, "shallow", MOST_LISTED)?.toString() ?? "",
	}));
}

/**
 * The same from a repository that is here and not the reader's own: only what
 * is in the commits themselves is taken over.
 */
export function adoptCommit(
	found: FoundRepository,
	{ commit, parent }: Pick<RecordedCode, "commit" | "parent">,
	folder: string,
): Promise<string> {
	const commits = parent === undefined ? [commit] : [commit, parent];
	return adopted(`in ${found.top}`, commit, folder, async (scratch) => ({
		from: scratch,
		packs: [`p-${await packed(found, commits, join(scratch, "p"))}.pack`],
		ends: parent ?? commit,
	}));
}

interface SentObjects {
	readonly from: string;
	/** Relative to that. */
	readonly packs: readonly string[];
	/** Commits whose parents were not sent, a line each. */
	readonly ends: string;
}

async function adopted(
	place: string,
	commit: string,
	folder: string,
	send: (scratch: string) => Promise<SentObjects>,
): Promise<string> {
	const directory = join(folder, ".git");
	const scratch = join(directory, "scratch");
	try {
		makeRepository(directory, commit, { isBare: false });
		makeFolder(scratch);
		const { from, packs, ends } = await send(scratch);
		return await inRepository({ directory }, async () => {
			// Before the packs: their commits are not followed any further.
			writeFileSync(
				join(directory, "shallow"),
				ends
					.split("\n")
					.filter(isObjectName)
					.map((line) => `${line}\n`)
					.join(""),
			);
			for (const [i, pack] of packs.entries())
				await takePack(from, pack, join(directory, PACKS, `pack-${i}.pack`));
			await git(directory, ["rev-list", "--objects", "--quiet", commit]);
			await requireBounded(directory, commit);
			return await gitLine(directory, ["rev-parse", `${commit}^{tree}`]);
		});
	} catch (error) {
		rmSync(folder, { recursive: true, force: true });
		throw new UsageError(
			`the code ${place}, commit ${commit.slice(0, 12)}, is damaged (${(error as Error).message.split("\n")[0]}); get it again, or replay in a clone that has the commit`,
		);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** Every object is hashed, and refused where git would not make such a one: a file named `.git`, for example. */
async function takePack(
	from: string,
	pack: string,
	copy: string,
): Promise<void> {
	if (!copyFileOf(from, pack, copy, MOST_PACKED))
		throw new Error(`${pack} is no plain file, or too large`);
	await git(dirname(copy), ["index-pack", `--strict=${OLD_HABITS}`, copy]);
}

/** A few small objects can name any number of files. */
async function requireBounded(
	directory: string,
	commit: string,
): Promise<void> {
	const listed = await git(
		directory,
		["ls-tree", "-r", "-l", "-z", "--full-tree", commit],
		{ most: MOST_LISTED },
	).catch((error: GitError) => {
		throw error.message.includes("maxBuffer")
			? new Error("it names too many files")
			: error;
	});
	const bytes = listed
		.toString("latin1")
		.split("\0")
		.reduce((sum, line) => sum + (Number(line.split(/\s+/)[3]) || 0), 0);
	if (bytes > MOST_UNPACKED)
		throw new Error(`its files have more than ${MOST_UNPACKED} bytes`);
}
