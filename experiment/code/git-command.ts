import { asyncScope } from "../../host/async-scope.ts";
import { devNull } from "../../host/machine.ts";
import { execFile } from "../../host/programs.ts";

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
	/** May it get what a partial clone left out? In the user's own repository only. */
	readonly mayFetch?: boolean;
	/** The most bytes that it may print. */
	readonly most?: number;
}

/** Settings by which a repository could start programs when it is looked at. */
const STARTS_NOTHING = [
	"-c",
	`core.hooksPath=${devNull}`,
	"-c",
	"core.fsmonitor=false",
	// A folder that only looks like a repository brings its own settings.
	"-c",
	"safe.bareRepository=explicit",
];

/** What names another program or repository in a variable, but for where git itself is. */
const NAMED_BY_VARIABLE = /^GIT_(?!EXEC_PATH$)/i;

/** The same for git, and for what it starts; settings of single protocols would overrule `protocol.allow`. */
const FETCHES_NOTHING = {
	GIT_ALLOW_PROTOCOL: "none",
	GIT_NO_LAZY_FETCH: "1",
	GIT_TERMINAL_PROMPT: "0",
};

/** A repository that we made, in which git knows no settings of the user's. */
export interface OwnRepository {
	readonly directory: string;
	/** Whose files it is asked about; absent where it is bare. */
	readonly workTree?: string;
}

const apart = asyncScope<OwnRepository>();

/** How long git may take for a repository that somebody else made: it may hold pipes that nobody writes to. */
const PATIENCE_MILLISECONDS = 10 * 60_000;

/** Does work in which every call of `git` is one in this repository of ours, wherever it is made. */
export const inRepository = <T>(
	repository: OwnRepository,
	work: () => Promise<T>,
): Promise<T> => apart.run(repository, work);

function environment({ env, mayFetch = false }: GitOptions): NodeJS.ProcessEnv {
	const ours = apart.getStore();
	const outer = Object.entries(process.env).filter(
		([name]) => !ours || !NAMED_BY_VARIABLE.test(name),
	);
	return {
		...Object.fromEntries(outer),
		GIT_OPTIONAL_LOCKS: "0",
		GIT_NO_REPLACE_OBJECTS: "1",
		LC_ALL: "C",
		...(mayFetch && !ours ? {} : FETCHES_NOTHING),
		...(ours
			? {
					GIT_DIR: ours.directory,
					...(ours.workTree === undefined
						? {}
						: { GIT_WORK_TREE: ours.workTree }),
					GIT_CONFIG_NOSYSTEM: "1",
					GIT_CONFIG_GLOBAL: devNull,
					GIT_ATTR_NOSYSTEM: "1",
				}
			: {}),
		...env,
	};
}

/**
 * Runs git and resolves to what it printed. No lock of the user's is taken, and
 * messages are in English, whatever the locale. No hook runs, and nothing is
 * fetched. Filters do, as the user set them: so it is called in the user's own
 * repository alone, and for what others made in one of ours (`inRepository`).
 * @throws GitError
 */
export function git(
	cwd: string,
	args: readonly string[],
	options: GitOptions = {},
): Promise<Buffer> {
	const { input = "", most = Number.POSITIVE_INFINITY } = options;
	return new Promise((done, fail) => {
		const child = execFile(
			"git",
			[
				...STARTS_NOTHING,
				...(options.mayFetch ? [] : ["-c", "protocol.allow=never"]),
				...args,
			],
			{
				cwd,
				env: environment(options),
				maxBuffer: most,
				...(apart.getStore()
					? { timeout: PATIENCE_MILLISECONDS, killSignal: "SIGKILL" as const }
					: {}),
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
