import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ExecuteScript } from "../../experiment/replay/exported-script.ts";
import type { ReplayRecipe } from "../../experiment/replay/replay.ts";
import type { ExecutedCell, SessionOptions } from "../../experiment/session.ts";
import { executeAgain } from "../../kernel/execute-again.ts";
import { NotebookSession } from "../../kernel/notebook-session.ts";
import { type Launcher, launchPlainly } from "../../kernel/protocol/launch.ts";
import { parentEnvironment } from "../../kernel/server/parent-watch.ts";
import { interruptScript, scriptCommand } from "../script-process.ts";

/** Starts the processes that execute a replay, and ends them. */
export interface ReplayLauncher extends Launcher {
	/** Why it ended them; undefined if it did not. */
	readonly reached: string | undefined;
	/**
	 * Is the reader's repository invisible to the processes? Then the code's
	 * state is compared with the record outside of the sandbox.
	 */
	readonly shutOff: boolean;
	/** Folders that the process needs, beside what its work tree has. */
	allow(folders: readonly string[]): void;
}

/** No sandbox: all rights of the reader, and no limits. */
export const unlimited: ReplayLauncher = {
	...launchPlainly,
	reached: undefined,
	shutOff: false,
	allow: () => undefined,
};

/** Has a recorded run executed again, in a fresh engine; resolves to an error's text when the code failed. */
export async function executeRecipe(
	recipe: ReplayRecipe,
	signal?: AbortSignal,
	launcher = unlimited,
): Promise<string | undefined> {
	const { source } = recipe;
	launcher.allow([recipe.target.directory]);
	const failure = await (source.kind === "cell"
		? executeCells(
				recipe,
				[...source.cells, { source: source.text, status: "ok" }],
				launcher,
				signal,
			)
		: executeScript(recipe, source.path, source.text, launcher, signal));
	return launcher.reached ?? failure;
}

const gitOf = ({ shutOff }: ReplayLauncher): Pick<SessionOptions, "git"> =>
	shutOff ? { git: "ignore" } : {};

async function executeCells(
	{
		cwd,
		rootSeed,
		overrides,
		vary,
		jobs,
		target,
		runsDirectory,
		timeZone,
	}: ReplayRecipe,
	cells: readonly ExecutedCell[],
	launcher: ReplayLauncher,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const session = new NotebookSession({
		cwd,
		rootSeed,
		overrides,
		...(vary ? { vary } : {}),
		...(jobs === undefined ? {} : { jobs }),
		replay: target,
		env: { DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
		launcher,
		...gitOf(launcher),
	});
	try {
		const failed = await executeAgain(session, cells, { signal }, () => {
			signal?.throwIfAborted();
			return launcher.reached !== undefined;
		});
		return failed && `${failed.cell}:\n${failed.traceback.join("\n")}`;
	} finally {
		await session.close();
	}
}

/**
 * Puts the recorded text in the script's own place, so that its imports and
 * paths work.
 */
async function executeScript(
	{
		rootSeed,
		overrides,
		jobs,
		conditions,
		vary,
		target,
		runsDirectory,
		timeZone,
	}: ReplayRecipe,
	path: string,
	text: string,
	launcher: ReplayLauncher,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const unchanged = existsSync(path) && readFileSync(path, "utf8") === text;
	const copy = join(dirname(path), `.replay-${process.pid}-${basename(path)}`);
	const script = unchanged ? path : copy;
	if (!unchanged) writeFileSync(copy, text);
	try {
		return await runScript(
			script,
			{ DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
			{
				...{ rootSeed, overrides, conditions, replay: target },
				...(vary ? { vary } : {}),
				...(jobs === undefined ? {} : { jobs }),
				...gitOf(launcher),
			},
			launcher,
			signal,
		);
	} finally {
		if (!unchanged) rmSync(copy, { force: true });
	}
}

/** Runs an exported script as `deepdiva run` does; the repository around it is left alone. */
export async function executeExported(
	{ path, runsDirectory, timeZone }: Parameters<ExecuteScript>[0],
	signal?: AbortSignal,
	launcher = unlimited,
): Promise<string | undefined> {
	launcher.allow([runsDirectory]);
	const failure = await runScript(
		path,
		{ DEEPDIVA_RUNS: runsDirectory, ...zoneVariable(timeZone) },
		{ git: "ignore" },
		launcher,
		signal,
	);
	return launcher.reached ?? failure;
}

const zoneVariable = (timeZone: string | undefined): Record<string, string> =>
	timeZone === undefined ? {} : { TZ: timeZone };

/** `deepdiva run` in a process of its own; resolves to an error's text when it failed. */
async function runScript(
	path: string,
	variables: Readonly<Record<string, string>>,
	boot: SessionOptions,
	launcher: ReplayLauncher,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const script = scriptCommand(path, boot);
	const command = launcher.prepare({
		...script,
		cwd: launcher.shutOff ? dirname(path) : process.cwd(),
		variables: {
			...variables,
			// A process in a sandbox has no number here; the sandbox ends it.
			...(launcher.shutOff ? {} : parentEnvironment()),
			...script.variables,
		},
	});
	const child = spawn(command.file, command.args, {
		stdio: ["ignore", "ignore", "pipe"],
		env: command.env,
	});
	launcher.started(child);
	const stop = () => interruptScript(child);
	signal?.addEventListener("abort", stop);
	try {
		const { code, errors } = await endOf(child);
		return code === 0 ? undefined : errors.trim() || `exit code ${code}`;
	} finally {
		signal?.removeEventListener("abort", stop);
	}
}

/** Most characters of a failed script's stderr that are kept: the last ones. */
const MOST_LETTERS = 2 ** 16;

async function endOf(
	child: ChildProcess,
): Promise<{ code: number | null; errors: string }> {
	let errors = "";
	child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
		errors = (errors + chunk).slice(-MOST_LETTERS);
	});
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", resolve);
	});
	return { code, errors };
}
