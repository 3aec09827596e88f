import {
	copyFileSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import { makeFolder } from "../../files.ts";
import { codeRef } from "../code-refs.ts";
import { git, gitLine } from "../git-command.ts";
import type { RecordedCode } from "../recorded-code.ts";

/** The commit of a run, and the repository that has it. */
export interface RunCode extends RecordedCode {
	readonly runId: string;
	readonly repository: string;
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
	const byRepository = Map.groupBy(runs, ({ repository }) => repository);
	for (const [repository, theirs] of byRepository) {
		const commits = [
			...new Set(
				theirs.flatMap(({ commit, parent }) =>
					parent ? [commit, parent] : [commit],
				),
			),
		].sort();
		const objects = await git(repository, [
			"rev-list",
			"--objects",
			"--no-walk=unsorted",
			...commits,
		]);
		const base = join(mkdtempSync(join(scratch, "pack-")), "pack");
		const name = await gitLine(
			repository,
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
		for (const kind of ["pack", "idx"])
			files.set(`${PACKS}/pack-${name}.${kind}`, `${base}-${name}.${kind}`);
	}
	return files;
}

/**
 * Makes a repository of one that somebody else sent: its objects alone, each
 * of them hashed again. Its settings and hooks could be anybody's programs.
 * @param folder where to; made anew
 * @throws UsageError when it does not have the commit whole
 */
export async function adoptRepository(
	sent: string,
	commit: string,
	folder: string,
): Promise<void> {
	const format = commit.length === 64 ? "sha256" : "sha1";
	await gitLine(tmpdir(), [
		"init",
		"-q",
		"--template=",
		`--object-format=${format}`,
		folder,
	]);
	try {
		const own = join(folder, ".git");
		makeFolder(join(own, PACKS));
		for (const name of readdirSync(join(sent, PACKS))) {
			if (!/^pack-[0-9a-f]+\.pack$/.test(name)) continue;
			const pack = join(own, PACKS, name);
			copyFileSync(join(sent, PACKS, name), pack);
			await git(folder, ["index-pack", pack]);
		}
		const ends = readFileSync(join(sent, "shallow"), "utf8").split("\n");
		writeFileSync(
			join(own, "shallow"),
			ends
				.filter((line) => /^[0-9a-f]+$/.test(line))
				.map((line) => `${line}\n`)
				.join(""),
		);
		await git(folder, ["rev-list", "--objects", "--quiet", commit]);
	} catch (error) {
		rmSync(folder, { recursive: true, force: true });
		throw new UsageError(
			`the code in the export, commit ${commit.slice(0, 12)}, is damaged (${(error as Error).message.split("\n")[0]}); get the export again, or replay in a clone that has the commit`,
		);
	}
}
