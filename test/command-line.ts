import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What the command `deepdiva` starts. */
export const launcher = fileURLToPath(
	new URL("../bin/deepdiva.js", import.meta.url),
);

/**
 * What the launcher starts, on this Node, which is the pinned one. Most of what
 * a short command costs is the launcher's process, which has tests of its own.
 */
export const commandLine: readonly string[] = [
	"--disable-warning=ExperimentalWarning",
	fileURLToPath(new URL("../dist/cli/main.js", import.meta.url)),
];

/** Runs `deepdiva …` in a folder. */
export function runDeepdiva(
	args: readonly string[],
	{ cwd, env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): { status: number | null; stdout: string; stderr: string } {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[...commandLine, ...args],
		{ cwd, encoding: "utf8", ...(env ? { env } : {}) },
	);
	return { status, stdout, stderr };
}

const { DEEPDIVA_RUNS: _, ...outer } = process.env;

/** Runs are recorded in the project, and what is temporary lies in `scratch`. */
export const leavingIn = (scratch: string): NodeJS.ProcessEnv => ({
	...outer,
	TMPDIR: scratch,
});

/** What `deepdiva replay --json` prints. */
export interface Comparison {
	readonly run: string;
	readonly identical: boolean;
	readonly rebuilt?: string;
	readonly withinTolerance?: boolean;
	readonly failure?: string;
	readonly parts: readonly {
		readonly part: string;
		readonly verdict: string;
		readonly difference?: { readonly differing: number };
	}[];
}

/** A notebook of code cells that were not executed, as the text of its file. */
export function notebookOf(...sources: readonly string[]): string {
	return JSON.stringify({
		cells: sources.map((source, i) => ({
			cell_type: "code",
			id: `cell-${i}`,
			metadata: {},
			execution_count: null,
			outputs: [],
			source,
		})),
		metadata: {},
		nbformat: 4,
		nbformat_minor: 5,
	});
}
