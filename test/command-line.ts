import { spawnSync } from "node:child_process";
import { mock } from "node:test";
import { fileURLToPath } from "node:url";
import { answer } from "../cli/answer.ts";

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
	fileURLToPath(new URL("../dist/bundle/shared/cli-main.js", import.meta.url)),
];

/** Where a command is run; in this process's environment where none is given. */
interface Place {
	readonly cwd: string;
	readonly env?: NodeJS.ProcessEnv;
}

/** How a command ended, and what it printed. */
export interface Answer {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs `deepdiva …` in a folder. */
export function runDeepdiva(args: readonly string[], place: Place): Answer {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		[...commandLine, ...args],
		{ ...place, encoding: "utf8" },
	);
	return { status, stdout, stderr };
}

/**
 * The same in this process, one call at a time: most of what a command costs
 * that executes no code, or has an engine do it, is the start of its process.
 * `deepdiva run` has a process of its own: a script stays in the one that runs it.
 */
export async function answerHere(
	args: readonly string[],
	place: Place,
): Promise<Answer> {
	if (args[0] === "run") return runDeepdiva(args, place);
	const printed = { stdout: "", stderr: "" };
	const before = { cwd: process.cwd(), env: process.env };
	const taken = (["stdout", "stderr"] as const).map((name) => {
		const { write } = process[name];
		return mock.method(process[name], "write", (chunk: string | Uint8Array) => {
			// The test runner reports in bytes, and does so at any time.
			if (typeof chunk !== "string") return write.call(process[name], chunk);
			printed[name] += chunk;
			return true;
		});
	});
	process.chdir(place.cwd);
	if (place.env) process.env = { ...place.env };
	try {
		const status = await answer(args);
		return { status, ...printed };
	} finally {
		process.chdir(before.cwd);
		process.env = before.env;
		for (const method of taken) method.mock.restore();
	}
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
