import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "../../base/test-folder.ts";

// What the user's own git is set to must not matter, and the tests' not to the user.
const env = {
	...process.env,
	GIT_CONFIG_NOSYSTEM: "1",
	GIT_AUTHOR_NAME: "A",
	GIT_AUTHOR_EMAIL: "a@example.org",
	GIT_COMMITTER_NAME: "A",
	GIT_COMMITTER_EMAIL: "a@example.org",
};

export function git(cwd: string, ...args: string[]): string {
	return execFileSync("git", args, {
		cwd,
		env,
		encoding: "utf8",
		stdio: ["ignore", "pipe", "pipe"],
	});
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

// Outlives the test that needs the first of them.
const made = temporaryFolder();
const repositories = new Map<string, string>();

/** The repository that others with these files are copies of: git is started for it alone. */
function original(files: Files): string {
	const key = JSON.stringify(files);
	const known = repositories.get(key);
	if (known !== undefined) return known;
	const folder = join(made, String(repositories.size));
	repositories.set(key, folder);
	if (Object.keys(files).length === 0) {
		mkdirSync(folder);
		git(folder, "init", "-q", "-b", "main", "--template=");
		return folder;
	}
	copy(original({}), folder);
	writeFiles(folder, files);
	git(folder, "add", "-A");
	git(folder, "commit", "-q", "-m", "first");
	return folder;
}

const copy = (from: string, to: string) =>
	cpSync(from, to, { recursive: true, preserveTimestamps: true });

/** Makes a folder a repository with one commit of these files; without a commit where there are none. */
export const makeRepository = (folder: string, files: Files): void =>
	copy(original(files), folder);

/** A repository with one commit of these files. */
export function repository(
	files: Files = { "a.ts": "1\n", "b/c.ts": "2\n" },
): string {
	const folder = temporaryFolder();
	makeRepository(folder, files);
	return folder;
}

export function gitBytes(cwd: string, ...args: string[]): Buffer {
	return execFileSync("git", args, {
		cwd,
		env,
		maxBuffer: Number.POSITIVE_INFINITY,
	});
}
