import { execFile } from "node:child_process";

/** Git ended with an error, or is not there. */
export class GitError extends Error {
	override readonly name = "GitError";
	/** What git printed before it failed. */
	readonly stdout: string;
	/** There is no program of that name. */
	readonly missing: boolean;
	constructor(message: string, stdout: string, missing: boolean) {
		super(message);
		this.stdout = stdout;
		this.missing = missing;
	}
}

export interface GitOptions {
	readonly env?: Readonly<Record<string, string>>;
	/** Written to git's standard input, one byte per character. */
	readonly input?: string;
}

/**
 * Runs git and resolves to what it printed. No lock of the user's is taken, and
 * messages are in English, whatever the locale.
 * @throws GitError
 */
export function git(
	cwd: string,
	args: readonly string[],
	{ env, input = "" }: GitOptions = {},
): Promise<Buffer> {
	return new Promise((done, fail) => {
		const child = execFile(
			"git",
			args,
			{
				cwd,
				env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C", ...env },
				maxBuffer: Number.POSITIVE_INFINITY,
				// Names and contents are of any encoding.
				encoding: "buffer",
			},
			(error, stdout, stderr) => {
				if (!error) return done(stdout);
				const missing = error.code === "ENOENT";
				fail(
					new GitError(
						stderr.toString().trim() || error.message.trim(),
						stdout.toString(),
						missing,
					),
				);
			},
		);
		// A git that fails early does not read; its exit code says so.
		child.stdin?.on("error", () => undefined);
		child.stdin?.end(input, "latin1");
	});
}

/** The one line that a git command prints. */
export async function gitLine(
	cwd: string,
	args: readonly string[],
	options?: GitOptions,
): Promise<string> {
	return (await git(cwd, args, options)).toString().trim();
}
