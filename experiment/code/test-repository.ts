import { execFileSync } from "node:child_process";
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

/** A repository with one commit of these files. */
export function repository(
	files: Files = { "a.ts": "1\n", "b/c.ts": "2\n" },
): string {
	const folder = temporaryFolder();
	git(folder, "init", "-q", "-b", "main");
	writeFiles(folder, files);
	if (Object.keys(files).length === 0) return folder;
	git(folder, "add", "-A");
	git(folder, "commit", "-q", "-m", "first");
	return folder;
}

export function gitBytes(cwd: string, ...args: string[]): Buffer {
	return execFileSync("git", args, {
		cwd,
		env,
		maxBuffer: Number.POSITIVE_INFINITY,
	});
}
