import type { ChildProcess } from "node:child_process";

/** A process that is to run user code. */
export interface Command {
	readonly file: string;
	readonly args: readonly string[];
	/** Absolute. */
	readonly cwd: string;
	/** What it must be told, beside what any program is. */
	readonly variables: Readonly<Record<string, string>>;
}

/** How such a process is started: what wraps it keeps its descriptors and exit code. */
export interface Launcher {
	/** @throws Error where no more may be started */
	prepare(command: Command): {
		readonly file: string;
		readonly args: readonly string[];
		readonly env: NodeJS.ProcessEnv;
	};
	started(child: ChildProcess): void;
}

/** With all that this process has and may. */
export const launchPlainly: Launcher = {
	prepare: ({ file, args, variables }) => ({
		file,
		args,
		env: { ...process.env, ...variables },
	}),
	started: () => undefined,
};
